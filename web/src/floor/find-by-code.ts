import { call } from '../api/client.ts'
import type { Item, Page } from '../api/shapes.ts'
import { matchesCode } from './scan.ts'

/** The item a scanned code means, asked of the catalog; null when no item has it. */
export async function findByCode(code: string): Promise<Item | null> {
  const found = await call<Page<Item>>('GET', '/v1/items', { query: { q: code, limit: 20 } })
  return (
    found.data.find((item) =>
      matchesCode(
        {
          sku: item.sku,
          barcodes: (item.barcodes ?? []).map((barcode) => ({
            code: barcode.code,
            ...(barcode.quantity === undefined ? {} : { quantity: barcode.quantity }),
          })),
        },
        code,
      ),
    ) ?? null
  )
}
