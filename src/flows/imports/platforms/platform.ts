import { formatMinor, isCurrency, minorUnitDigits } from '../../../kernel/money.ts'
import { runQuery } from '../../../kernel/runner.ts'
import { listChannels } from '../../../modules/orders/index.ts'
import { BadFile } from '../bad-file.ts'
import type { ImportColumn, ImportFormat, ImportJob } from '../import-format.ts'
import { prepareOrders } from '../import-orders.ts'
import { lineColumns, orderColumns } from '../order-columns.ts'
import { gatherOrders } from '../read-order-rows.ts'
import { readRows } from '../read-rows.ts'
import type { TableLayout } from '../read-table.ts'
import { RowReader } from '../row-reader.ts'

/** An order of another system's file: its rows, with cells by the file's own headers (as `headerKey` gives them). */
export interface PlatformOrder {
  job: ImportJob
  rows: readonly RowReader[]
  first: RowReader
  /** Currency of all its amounts, and the decimals of it. */
  currency: string
  digits: number
  /** An amount as minor units; empty is 0. Undefined after noting what is wrong. */
  amount(reader: RowReader, column: string): number | undefined
  /** Minor units as text in the order's currency. */
  text(amount: number): string
  /** Leaves the order out, with the reason in the report; it is not a fault. */
  skip(column: string, reason: string): null
}

/** A row in our own columns, at the row of the file it comes from. */
export interface TranslatedRow {
  reader: RowReader
  cells: Readonly<Record<string, string | undefined>>
}

/** Another system's file of orders. */
export interface Platform {
  name: string
  summary: string
  columns: readonly ImportColumn[]
  recognizedBy: readonly string[]
  layout?: TableLayout
  /** Column that holds the number of the order. */
  orderColumn: string
  /** Column that holds the currency; none in the file: the settings' or the organization's own. */
  currencyOf(first: RowReader): string | undefined
  /** Our rows of one order; null when it is left out. */
  translate(order: PlatformOrder): TranslatedRow[] | null
  /** Which of their columns each of ours is read from, for the report. */
  labels: Readonly<Record<string, string>>
}

const OURS = [...orderColumns, ...lineColumns].map((column) => column.name)
const OUR_PLACES = new Map(OURS.map((name, index) => [name, index]))
/** Most rows of a platform's file: its orders are held in memory, because their rows need not stand together. */
const MAX_ROWS = 200_000

/** Makes an import format of a platform's file. */
export function ordersFrom(platform: Platform): ImportFormat {
  const { name, summary, columns, recognizedBy, layout } = platform
  return {
    kind: 'orders',
    name,
    summary,
    columns,
    recognizedBy,
    ...(layout === undefined ? {} : { layout }),
    foreign: true,
    async prepare(job) {
      const groups = await readGroups(platform, job)
      const constants = await ourConstants(job, platform)
      const readers: RowReader[] = []
      let skipped = 0
      for (const rows of groups.values()) {
        const translated = translateOrder(platform, job, rows)
        if (translated === null) skipped += 1
        else readers.push(...translated.map((row) => ourReader(platform, job, row, constants)))
      }
      if (skipped > 0) job.report.totals = { ...job.report.totals, skipped }
      return prepareOrders(job, await gatherOrders(job, readers))
    },
  }
}

async function readGroups(platform: Platform, job: ImportJob): Promise<Map<string, RowReader[]>> {
  const groups = new Map<string, RowReader[]>()
  const options = { foreign: true, isKnown: () => true, ...(platform.layout === undefined ? {} : { layout: platform.layout }) }
  let count = 0
  for await (const reader of readRows(job, platform.columns, options)) {
    count += 1
    if (count > MAX_ROWS) throw new BadFile('file.too_many_rows', `The file has more than ${MAX_ROWS} rows`, 'export fewer days at once')
    const key = reader.required(platform.orderColumn, 200)
    if (key === undefined) continue
    const rows = groups.get(key)
    if (rows === undefined) groups.set(key, [reader])
    else rows.push(reader)
  }
  return groups
}

function translateOrder(platform: Platform, job: ImportJob, rows: readonly RowReader[]): TranslatedRow[] | null {
  const [first] = rows
  if (first === undefined) return null
  const wanted = job.settings?.constants?.['currency']
  const currency = platform.currencyOf(first) ?? wanted ?? job.ctx.org.baseCurrency
  const known = isCurrency(currency)
  if (!known)
    first.problem('currency', 'currency', `"${currency}" is no currency of ISO 4217`, 'use three capital letters such as EUR or RSD')
  if (wanted !== undefined && currency !== wanted)
    first.problem(
      'currency',
      'currency.differs',
      `is ${currency}, not ${wanted} as was said`,
      'correct the cell, or the currency said for the file',
    )
  const digits = known ? minorUnitDigits(currency) : 2
  return platform.translate({
    job,
    rows,
    first,
    currency,
    digits,
    amount: (reader, column) => (reader.text(column) === undefined ? 0 : reader.scaled(column, digits, { min: 0 })),
    text: (amount) => (known ? formatMinor(amount, currency) : String(amount)),
    skip(column, reason) {
      job.report.warn({
        row: first.row,
        column: platform.columns.find((known) => known.name === column)?.label ?? column,
        code: 'order.skipped',
        message: `The order ${first.raw(platform.orderColumn) ?? ''} is left out: ${reason}`,
        fix: null,
        value: first.raw(column) ?? null,
      })
      job.report.alsoSkipped(rows.length)
      return null
    },
  })
}

function ourReader(
  platform: Platform,
  job: ImportJob,
  { reader, cells }: TranslatedRow,
  constants: ReadonlyMap<string, string>,
): RowReader {
  return new RowReader(
    reader.row,
    OURS.map((name) => cells[name] ?? ''),
    {
      report: job.report,
      columns: OUR_PLACES,
      decimalComma: false,
      dates: job.settings?.dates ?? 'iso',
      constants,
      labels: new Map(Object.entries(platform.labels)),
    },
  )
}

/** What the settings say for all rows; the channel is the one named like the platform, or the only one, when none is said. */
async function ourConstants(job: ImportJob, platform: Platform): Promise<ReadonlyMap<string, string>> {
  const constants = new Map(Object.entries(job.settings?.constants ?? {}))
  // The currency is the file's own, checked against what was said; a constant must not stand in for it.
  constants.delete('currency')
  if (constants.has('channel')) return constants
  const { data } = await runQuery(job.system, { ...job.ctx, may: () => true }, listChannels, {})
  const codes = data.filter((channel) => channel.is_active).map((channel) => channel.code)
  const channel = codes.find((code) => code === platform.name) ?? (codes.length === 1 ? codes[0] : undefined)
  if (channel === undefined)
    throw new BadFile(
      'channel.missing',
      `The file does not say which channel its orders belong to, and there is none called "${platform.name}"`,
      `choose one of ${codes.join(', ').slice(0, 300)}`,
    )
  return constants.set('channel', channel)
}
