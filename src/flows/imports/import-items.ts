import { DomainError } from '../../kernel/errors.ts'
import { runCommand } from '../../kernel/runner.ts'
import { readOnly } from '../../kernel/database.ts'
import { findCaseCollisions, type ItemDraft, MAX_TAKEN_ITEMS, type RefusedDraft, takeItems } from '../../modules/catalog/index.ts'
import { BadFile } from './bad-file.ts'
import type { ImportColumn, ImportFormat, ImportJob, PreparedImport } from './import-format.ts'
import { readRows } from './read-rows.ts'
import type { RowReader } from './row-reader.ts'

const KINDS = ['stocked', 'service', 'voucher', 'kit'] as const

export const itemColumns: readonly ImportColumn[] = [
  { name: 'sku', required: true, about: 'Stock-keeping unit, 1 to 64 characters; upper and lower case are kept apart' },
  { name: 'name', about: 'Needed for a new item' },
  { name: 'kind', about: 'stocked (default), service, voucher or kit; fixed once the item exists' },
  { name: 'barcodes', about: 'Separated by |; a case of twelve as 10614141000415*12; other:12345678 for a code that is no GTIN' },
  { name: 'unit', about: 'Such as piece, kg, m; piece by default' },
  { name: 'unit_scale', about: 'Decimals of a quantity, 0 to 6; fixed once the item exists' },
  { name: 'weight_g', about: 'Weight in grams' },
  { name: 'length_mm', about: 'Length in millimeters' },
  { name: 'width_mm', about: 'Width in millimeters' },
  { name: 'height_mm', about: 'Height in millimeters' },
  { name: 'price', about: 'Price of one unit, such as 9.99' },
  { name: 'currency', about: "Currency of the price, ISO 4217; the organization's own by default" },
  { name: 'tax_class', about: 'Code of a tax class, such as standard' },
  { name: 'image_url', about: 'Web address of a picture' },
  { name: 'product', about: 'Name of the product the item belongs to; made when it is new' },
  { name: 'cost_method', about: 'fifo (default) or average' },
  { name: 'status', about: 'active (default) or archived' },
  { name: 'components', about: 'For a kit: SKU*quantity separated by |, such as CUP*6|SAUCER*6' },
]

type Draft = ItemDraft & { product?: string }

/** An item of the file with the row it stands in. */
export interface ReadItem {
  reader: RowReader
  draft: Draft
}

/** Items in our own format: made or changed by SKU; empty cells leave an item as it is. All rows are one transaction. */
export const importItems: ImportFormat = {
  kind: 'items',
  name: 'tefter',
  summary: 'Items, one a row, made or changed by SKU',
  columns: itemColumns,
  recognizedBy: ['sku', 'name'],

  async prepare(job: ImportJob): Promise<PreparedImport> {
    const items: ReadItem[] = []
    const rowBySku = new Map<string, number>()
    for await (const reader of readRows(job, itemColumns)) {
      const draft = readDraft(reader, job.ctx.org.baseCurrency)
      if (draft === undefined) continue
      const before = rowBySku.get(draft.sku)
      if (before !== undefined)
        reader.problem('sku', 'duplicate', `"${draft.sku}" stands in row ${before} already`, 'keep one row for each SKU')
      else rowBySku.set(draft.sku, reader.row)
      if (!reader.isBad) items.push({ reader, draft })
      if (items.length > MAX_TAKEN_ITEMS) {
        throw new BadFile(
          'file.too_many_rows',
          `The file has more than ${MAX_TAKEN_ITEMS} items`,
          'split it into several files, each with the header row',
        )
      }
    }
    await warnOfCase(job, rowBySku)
    if (!job.report.isBroken && items.length > 0) await tryOut(job, items)
    return { write: () => write(job, items) }
  },
}

/** Runs the very command that will write, in a transaction that is always rolled back, and notes what it refuses. */
async function tryOut(job: ImportJob, items: readonly ReadItem[]): Promise<void> {
  const outcome: unknown = await runCommand(job.system, job.ctx, takeItems, {
    items: items.map((item) => item.draft),
    skip_refused: true,
    dry_run: true,
  }).catch((error: unknown) => error)
  if (!(outcome instanceof DomainError) || outcome.code !== 'catalog.dry_run') throw outcome
  noteRefused(items, outcome)
  const written = outcome.detail['written'] as { outcome: string }[]
  for (const state of ['created', 'changed', 'unchanged'])
    job.report.totals[state] = written.filter((item) => item.outcome === state).length
}

async function write(job: ImportJob, all: readonly ReadItem[]): Promise<void> {
  const items = all.filter((item) => !item.reader.isBad)
  if (items.length === 0) return
  const input = { items: items.map((item) => item.draft), skip_refused: job.skipBad, dry_run: false }
  try {
    const { written } = await runCommand(job.system, job.ctx, takeItems, input)
    job.report.rowsDone = written.length
    await job.made(
      'item',
      written.filter((item) => item.outcome === 'created').map((item) => item.id),
    )
  } catch (error) {
    // Refused although the trial passed: someone changed the catalog in between. Nothing was written.
    if (!(error instanceof DomainError) || error.code !== 'catalog.items_refused') throw error
    noteRefused(items, error)
  }
}

/** Notes what the catalog refused at the rows it stands in. */
export function noteRefused(items: readonly ReadItem[], error: DomainError): void {
  for (const { index, code, message, fields } of error.detail['refused'] as RefusedDraft[]) {
    const { reader, draft } = items[index] as ReadItem
    if (fields.length === 0) reader.problem('sku', code, message, 'correct the row')
    for (const field of fields) {
      const [, name = 'sku', at] = field.pointer.split('/')
      const column = name === 'price' && field.pointer.endsWith('currency') ? 'currency' : name === 'product_id' ? 'product' : name
      const listed =
        column === 'barcodes'
          ? draft.barcodes?.[Number(at)]?.code
          : column === 'components'
            ? draft.components?.[Number(at)]?.sku
            : undefined
      const [what, fix] = splitFix(field.message)
      reader.problem(column, field.code, listed === undefined ? what : `${listed}: ${what}`, fix)
    }
  }
}

/** Messages of the catalog read "what is wrong; what to do". */
function splitFix(message: string): [string, string] {
  const at = message.lastIndexOf('; ')
  return at < 0 ? [message, 'correct the cell'] : [message.slice(0, at), message.slice(at + 2)]
}

/** Reads one row as an item; undefined after noting that it names none. */
export function readDraft(reader: RowReader, baseCurrency: string): Draft | undefined {
  const sku = reader.required('sku', 64)
  if (sku === undefined) return undefined
  const price = reader.price('price')
  const currency = reader.text('currency', 3)
  if (currency !== undefined && price === undefined)
    reader.problem('currency', 'no_price', 'stands without a price', 'fill in the price or empty the currency')
  return {
    sku,
    name: reader.text('name'),
    kind: reader.choice('kind', KINDS),
    barcodes: readBarcodes(reader),
    unit: reader.text('unit', 20),
    unit_scale: reader.integer('unit_scale', { min: 0, max: 6 }),
    weight_g: reader.integer('weight_g', { min: 0, max: 2_000_000_000 }),
    length_mm: reader.integer('length_mm', { min: 1, max: 2_000_000_000 }),
    width_mm: reader.integer('width_mm', { min: 1, max: 2_000_000_000 }),
    height_mm: reader.integer('height_mm', { min: 1, max: 2_000_000_000 }),
    price: price === undefined ? undefined : { ...price, currency: currency ?? baseCurrency },
    tax_class: reader.text('tax_class', 40),
    image_url: reader.text('image_url', 2000),
    product: reader.text('product'),
    cost_method: reader.choice('cost_method', ['fifo', 'average']),
    status: reader.choice('status', ['active', 'archived']),
    components: readComponents(reader),
  }
}

function readBarcodes(reader: RowReader): ItemDraft['barcodes'] {
  const text = reader.text('barcodes', 5000)
  if (text === undefined) return undefined
  return splitList(text).flatMap((entry) => {
    const match = /^(other:)?([^*]{1,48})(?:\*([1-9]\d{0,8}))?$/.exec(entry)
    if (match === null) {
      reader.problem(
        'barcodes',
        'barcode',
        `"${entry}" is no barcode`,
        'write codes separated by |, with *12 after one that stands for a case of twelve',
      )
      return []
    }
    const barcode = { code: (match[2] ?? '').trim(), quantity: Number(match[3] ?? 1) }
    return [match[1] === undefined ? barcode : { ...barcode, scheme: 'other' as const }]
  })
}

function readComponents(reader: RowReader): ItemDraft['components'] {
  const text = reader.text('components', 5000)
  if (text === undefined) return undefined
  return splitList(text).flatMap((entry) => {
    const match = /^(.{1,64}?)\s*(?:\*\s*([1-9]\d{0,8}))?$/.exec(entry)
    if (match !== null) return [{ sku: match[1] ?? '', quantity: Number(match[2] ?? 1) }]
    reader.problem('components', 'component', `"${entry}" is no component`, 'write SKU*quantity, separated by |')
    return []
  })
}

function splitList(text: string): string[] {
  return text
    .split('|')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** SKUs that differ only by upper and lower case are two items here; most often one of them is a slip. */
async function warnOfCase(job: ImportJob, rowBySku: ReadonlyMap<string, number>): Promise<void> {
  const fix = 'if both are the same item, write its SKU as it is stored'
  const first = new Map<string, string>()
  for (const [sku, row] of rowBySku) {
    const twin = first.get(sku.toLowerCase())
    if (twin === undefined) first.set(sku.toLowerCase(), sku)
    else
      job.report.warn({
        row,
        column: 'sku',
        code: 'sku.case',
        message: `"${sku}" differs from "${twin}" in row ${rowBySku.get(twin)} only by upper and lower case: two items`,
        fix,
        value: sku,
      })
  }
  const stored = await readOnly(job.system.database, job.ctx, (tx) => findCaseCollisions(tx, job.ctx.orgId, [...rowBySku.keys()]))
  for (const pair of stored) {
    if (rowBySku.has(pair.stored)) continue
    job.report.warn({
      row: rowBySku.get(pair.asked) ?? null,
      column: 'sku',
      code: 'sku.case',
      message: `"${pair.asked}" differs from the stored item "${pair.stored}" only by upper and lower case: two items`,
      fix,
      value: pair.asked,
    })
  }
}
