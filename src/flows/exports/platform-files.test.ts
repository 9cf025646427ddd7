import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { testContext, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction } from '../../kernel/database.ts'
import { runBatch, runCommand } from '../../kernel/runner.ts'
import { createItems, provisionCatalog } from '../../modules/catalog/index.ts'
import { createWarehouse, provisionInventory } from '../../modules/inventory/index.ts'
import { provisionLedger } from '../../modules/ledger/index.ts'
import { createGoodsReceipt } from '../../modules/warehouse/index.ts'
import { findExporter, writeExport } from './run-export.ts'

const system = useSystem()

async function fileOf(ctx: Context, kind: string, format: string): Promise<string> {
  const stream = new PassThrough()
  const read = text(stream)
  await writeExport(system.database, ctx, findExporter(kind, format), stream, { since: '2026-01-01T00:00:00Z' })
  stream.end()
  return read
}

test('stock that can be sold, as each system takes it; a code that a spreadsheet would compute is guarded', async () => {
  const ctx = testContext()
  await inTransaction(system.database, ctx.orgId, async (tx) => {
    await provisionLedger(tx, ctx.orgId)
    await provisionCatalog(tx, ctx.orgId)
    await provisionInventory(tx, ctx.orgId, new Date())
  })
  await runCommand(system, ctx, createWarehouse, { code: 'BG', name: 'Beograd', country: 'RS', postcode: '11000' })
  await runBatch(system, ctx, createItems, [
    { sku: 'CUP', name: 'Cup' },
    { sku: '=1+1', name: 'Trap' },
  ])
  const lines = [{ sku: 'CUP', quantity: 7, unit_cost: { amount: 400, scale: 2 } }]
  await runCommand(system, ctx, createGoodsReceipt, { kind: 'opening', warehouse_code: 'BG', currency: 'EUR', lines })
  const amazon = (await fileOf(ctx, 'inventory', 'amazon')).split('\r\n')
  expect(amazon[0]).toBe('sku\tprice\tminimum-seller-allowed-price\tmaximum-seller-allowed-price\tquantity\thandling-time')
  expect(amazon.slice(1).toSorted()).toEqual(['', "'=1+1\t\t\t\t0\t", 'CUP\t\t\t\t7\t'])
  expect(await fileOf(ctx, 'inventory', 'shopify')).toContain('CUP,UPDATE,7\r\n')
  expect(await fileOf(ctx, 'inventory', 'woocommerce')).toContain('CUP,1,7\r\n')
  expect(await fileOf(ctx, 'inventory', 'ebay')).toContain('Revise,CUP,7\r\n')
  expect(await fileOf(ctx, 'tracking', 'amazon')).toBe(
    'order-id\torder-item-id\tquantity\tship-date\tcarrier-code\tcarrier-name\ttracking-number\tship-method\r\n',
  )
  expect(await fileOf(ctx, 'tracking', 'woocommerce')).toMatch(/^order_id,tracking_provider,tracking_number/)
})
