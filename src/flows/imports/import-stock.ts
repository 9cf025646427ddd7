import type { Outcome } from '../../kernel/command.ts'
import { isCurrency, minorUnitDigits } from '../../kernel/money.ts'
import { runBatch } from '../../kernel/runner.ts'
import { type NewReceipt, receiveGoodsBatch } from '../../modules/warehouse/index.ts'
import { chunksOf, findFileItems, readItemQuantity, readRate, withoutUndefined } from './file-values.ts'
import type { ImportColumn, ImportFormat, ImportJob, PreparedImport } from './import-format.ts'
import { readRows } from './read-rows.ts'
import type { RowReader } from './row-reader.ts'
import { tryBatch } from './try-batch.ts'

/** Most lines of one opening receipt, so that a person can still look through it. */
const RECEIPT_LINES = 500
/** Receipts written in one transaction: 5,000 lines. */
const CHUNK = 10

export const stockColumns: readonly ImportColumn[] = [
  { name: 'sku', required: true, about: 'SKU of a stocked item, as it is stored' },
  { name: 'warehouse', required: true, about: 'Code of the warehouse' },
  { name: 'quantity', required: true, about: "How many units are there, with at most the decimals of the item's unit" },
  { name: 'location', about: 'Code of the location; RECEIVING by default' },
  { name: 'unit_cost', about: 'What one unit cost, without tax; the newest known cost by default, marked as assumed' },
  { name: 'currency', about: "Currency of the cost, ISO 4217; the organization's own by default" },
  {
    name: 'exchange_rate',
    about: 'Units of the base currency for one unit of that currency, at most six decimals; needed when they differ',
  },
  { name: 'lot', about: 'Lot, for items that have one' },
]

/** Opening stock of one item, location and lot. */
export interface StockRow {
  reader: RowReader
  /** Rows that may stand on one receipt have the same. */
  header: Omit<NewReceipt, 'lines'>
  line: NewReceipt['lines'][number]
}

/** Opening stock in our own format: an opening goods receipt for each warehouse and currency, received at once. */
export const importStock: ImportFormat = {
  kind: 'stock',
  name: 'tefter',
  summary: 'Opening stock, one item, location and lot a row',
  columns: stockColumns,
  recognizedBy: ['sku', 'warehouse', 'quantity'],

  async prepare(job: ImportJob): Promise<PreparedImport> {
    const readers: RowReader[] = []
    for await (const reader of readRows(job, stockColumns)) readers.push(reader)
    const items = await findFileItems(job, readers)
    const rows = readers.flatMap((reader) => readStockRow(job, reader, items) ?? []).filter((row) => !row.reader.isBad)
    const receipts = toReceipts(rows)
    if (!job.report.isBroken) {
      for (const chunk of chunksOf(receipts, CHUNK)) {
        // oxlint-disable-next-line no-await-in-loop -- chunks follow each other so that stock is locked briefly
        const outcomes = await tryBatch(job.system, job.ctx, receiveGoodsBatch, chunk.map(bodyOf))
        chunk.forEach((receipt, index) => noteReceipt(receipt, outcomes[index]))
      }
    }
    job.report.totals = { receipts: receipts.length }
    return { write: () => write(job, rows) }
  },
}

async function write(job: ImportJob, rows: readonly StockRow[]): Promise<void> {
  const receipts = toReceipts(rows.filter((row) => !row.reader.isBad))
  for (const [at, chunk] of chunksOf(receipts, CHUNK).entries()) {
    // oxlint-disable-next-line no-await-in-loop -- chunks follow each other, as in the file
    const outcomes = await runBatch(job.system, job.ctx, receiveGoodsBatch, chunk.map(bodyOf), {
      idempotencyKey: `import:${job.importId}:${at}`,
    })
    for (const [index, receipt] of chunk.entries()) {
      noteReceipt(receipt, outcomes[index])
      if (outcomes[index]?.ok === true) job.report.rowsDone += receipt.length
    }
    // oxlint-disable-next-line no-await-in-loop -- as above
    await job.made(
      'goods_receipt',
      outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value.id] : [])),
    )
    // oxlint-disable-next-line no-await-in-loop -- as above
    await job.progress(job.report.rowsDone)
  }
  job.report.totals = { receipts: receipts.length }
}

/** Rows of one header make a receipt, in pieces of {@link RECEIPT_LINES}. */
export function toReceipts(rows: readonly StockRow[]): StockRow[][] {
  const groups = Map.groupBy(rows, ({ header }) => JSON.stringify(header))
  return [...groups.values()].flatMap((group) => chunksOf(group, RECEIPT_LINES))
}

/** The body of the opening receipt of these rows; null of none. */
export function bodyOf(receipt: readonly StockRow[]): NewReceipt | null {
  const first = receipt[0]
  return first === undefined ? null : { ...first.header, lines: receipt.map((row) => row.line) }
}

/** Notes what was refused of a receipt at the rows it stands in. */
export function noteReceipt(receipt: readonly StockRow[], outcome: Outcome<unknown> | undefined): void {
  const first = receipt[0]
  if (first === undefined || outcome === undefined || outcome.ok) return
  const { error } = outcome
  if (error.fields.length === 0) first.reader.problem('sku', error.code, error.message, 'correct the row')
  for (const { pointer, code, message } of error.fields) {
    const [, part = '', index = '', field = ''] = pointer.split('/')
    if (part === 'lines') (receipt[Number(index)] ?? first).reader.problem(COLUMNS[field] ?? field, code, message, 'correct the cell')
    // What is wrong with the header is wrong with every row that shares it.
    else for (const row of receipt) row.reader.problem(COLUMNS[part] ?? part, code, message, 'correct the cell')
  }
}

const COLUMNS: Readonly<Record<string, string>> = { location_code: 'location', warehouse_code: 'warehouse', base_rate_ppm: 'exchange_rate' }

/** Reads one row as opening stock; undefined after noting what is wrong. */
export function readStockRow(
  job: Pick<ImportJob, 'ctx' | 'report' | 'fileName'>,
  reader: RowReader,
  items: Parameters<typeof readItemQuantity>[1],
): StockRow | undefined {
  const warehouse = reader.required('warehouse', 20)
  const currency = reader.text('currency', 3) ?? job.ctx.org.baseCurrency
  if (!isCurrency(currency))
    return reader.problem(
      'currency',
      'currency',
      `"${currency}" is no currency of ISO 4217`,
      'use three capital letters such as EUR or RSD',
    )
  const rate = readRate(reader, minorUnitDigits(job.ctx.org.baseCurrency) - minorUnitDigits(currency))
  const counted = readItemQuantity(reader, items)
  const cost = reader.price('unit_cost')
  if (warehouse === undefined || counted === undefined) return undefined
  const { item, quantity } = counted
  if (item.kind !== 'stocked')
    return reader.problem(
      'sku',
      'not_stocked',
      `"${item.sku}" is a ${item.kind} and has no stock of its own`,
      item.kind === 'kit' ? 'enter the stock of its components' : 'leave the row out',
    )
  if (cost === undefined && !reader.isBad) {
    job.report.warn({
      row: reader.row,
      column: 'unit_cost',
      code: 'cost.assumed',
      message: 'is empty: the goods come in at the newest known cost, marked as assumed',
      fix: 'fill in what one unit cost',
      value: null,
    })
  }
  return {
    reader,
    header: withoutUndefined({
      kind: 'opening' as const,
      warehouse_code: warehouse,
      currency,
      base_rate_ppm: rate,
      reference: job.fileName.slice(0, 200),
    }),
    line: withoutUndefined({
      sku: item.sku,
      quantity,
      unit_cost: cost,
      location_code: reader.text('location', 40),
      lot: reader.text('lot', 40),
    }),
  }
}
