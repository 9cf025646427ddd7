interface Scannable {
  sku: string
  barcodes?: { code: string; quantity?: number }[]
}

/** Whether a scanned code means this item: its SKU in any case, or one of its barcodes with or without leading zeros. */
export function matchesCode(item: Scannable, code: string): boolean {
  return item.sku.toLowerCase() === code.toLowerCase() || barcodeOf(item, code) !== undefined
}

/** Pieces one scan of a code stands for: the quantity of the barcode (a carton of 12), else one. */
export function scannedQuantity(item: Scannable, code: string): number {
  return barcodeOf(item, code)?.quantity ?? 1
}

function barcodeOf(item: Scannable, code: string) {
  const bare = code.replace(/^0+/, '')
  return item.barcodes?.find((barcode) => barcode.code === code || barcode.code.replace(/^0+/, '') === bare)
}
