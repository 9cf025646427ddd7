import { Type } from 'typebox'
import { DomainError, invalidInput } from '../../kernel/errors.ts'
import { customRoute, type Route, type RouteCall } from '../../kernel/http/index.ts'
import { minorUnitDigits, parseScaled } from '../../kernel/money.ts'
import { parse } from '../../kernel/parse.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { createRemittance, getRemittance, MAX_REMITTANCE_LINES } from '../../modules/billing/index.ts'
import { BadFile } from './bad-file.ts'
import { noFile } from './imports.errors.ts'
import { openTable } from './read-table.ts'

/** Headers that couriers write over each column, lower case without spaces and marks; the first that is there counts. */
const HEADERS: Readonly<Record<Column, readonly string[]>> = {
  tracking: [
    'trackingnumber',
    'tracking',
    'trackingno',
    'awb',
    'parcelnumber',
    'shipmentnumber',
    'barcode',
    'brojposiljke',
    'posiljka',
    'sifraposiljke',
    'barkod',
  ],
  amount: ['amount', 'codamount', 'cod', 'collected', 'value', 'iznos', 'otkupnina', 'iznosotkupnine', 'otkup'],
  fee: ['fee', 'codfee', 'commission', 'charge', 'provizija', 'naknada', 'troskovi'],
  date: ['date', 'collectedon', 'deliverydate', 'deliveredon', 'delivered', 'datum', 'datumisporuke', 'datumnaplate'],
}
type Column = 'tracking' | 'amount' | 'fee' | 'date'
const COLUMNS: readonly Column[] = ['tracking', 'amount', 'fee', 'date']

const Name = Type.Optional(
  Type.String({ minLength: 1, maxLength: 200, description: 'header of the column; found by its usual names when left out' }),
)
const Upload = exactly({
  carrier_id: Uuid,
  reference: Type.String({ minLength: 1, maxLength: 200 }),
  statement_on: Type.String({ format: 'date' }),
  currency: Type.Optional(Type.String({ minLength: 3, maxLength: 3 })),
  deposit_amount: Type.Optional(Type.Integer({ minimum: 0 })),
  encoding: Type.Optional(Type.String({ maxLength: 40 })),
  tracking_column: Name,
  amount_column: Name,
  fee_column: Name,
  date_column: Name,
})

interface CourierLine {
  tracking_number: string
  amount: number
  fee: number
  collected_on: string | null
}

/** A header as it is compared: `Broj pošiljke` is `brojposiljke`. */
function plain(header: string): string {
  return header
    .toLowerCase()
    .replaceAll('đ', 'dj')
    .normalize('NFD')
    .replaceAll(/[^a-z0-9]/g, '')
}

/** The column of each field: the named one, else one of its usual headers. Tracking and amount must be there. */
export function findColumns(header: readonly string[], named: Readonly<Partial<Record<Column, string>>>): Record<Column, number> {
  const plainHeader = header.map(plain)
  const found = Object.fromEntries(
    COLUMNS.map((column) => {
      const name = named[column]
      const names = name === undefined ? HEADERS[column] : [plain(name)]
      return [column, names.map((one) => plainHeader.indexOf(one)).find((index) => index >= 0) ?? -1]
    }),
  ) as Record<Column, number>
  const missing = COLUMNS.filter(
    (column) => found[column] < 0 && (named[column] !== undefined || column === 'tracking' || column === 'amount'),
  )
  if (missing.length > 0)
    throw invalidInput(
      missing.map((column) => ({
        pointer: `/${column}_column`,
        code: 'unknown_column',
        message: `is not in the file, whose columns are: ${header.slice(0, 30).join(', ')}. Name the column that holds it`,
      })),
    )
  return found
}

/** Minor units of an amount as lists write it: `1.234,50`, `1,234.50`, `1234.5`, `1234`. Null: it is none. */
export function readAmount(text: string, currency: string): number | null {
  const digits = text.replaceAll(/[\s\u00a0]/g, '').replace(/[A-Za-z€$]+$/, '')
  const lastComma = digits.lastIndexOf(',')
  const lastDot = digits.lastIndexOf('.')
  const decimal = lastComma > lastDot ? ',' : '.'
  const group = decimal === ',' ? '.' : ','
  const parts = digits.split(decimal)
  const whole = (parts.length === 2 ? parts[0] : digits) ?? ''
  const grouped = parts.length === 2 ? group : decimal
  // Thousands stand in groups of three, or there are none.
  if (whole.includes(grouped) && !/^-?\d{1,3}([.,]\d{3})+$/.test(whole)) return null
  const one = parts.length === 2 ? `${whole.replaceAll(group, '')}.${parts[1] ?? ''}` : whole.replaceAll(grouped, '')
  return parseScaled(one, minorUnitDigits(currency))
}

/** A day as lists write it: `2026-11-20`, `20.11.2026.`, `20/11/2026`. Null: none is stated; undefined: it is no day. */
export function readDay(text: string): string | null | undefined {
  const value = text.trim()
  if (value === '') return null
  const iso = /^(\d{4})-(\d{2})-(\d{2})/.exec(value)
  const european = /^(\d{1,2})[./](\d{1,2})[./](\d{4})/.exec(value)
  const [year, month, day] = iso === null ? [european?.[3], european?.[2], european?.[1]] : [iso[1], iso[2], iso[3]]
  if (year === undefined || month === undefined || day === undefined) return undefined
  const dayText = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const date = new Date(`${dayText}T00:00:00Z`)
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== dayText ? undefined : dayText
}

/** Header and rows of a CSV file or of the first sheet of a workbook. */
async function readRows(
  content: Uint8Array,
  encoding: string | undefined,
): Promise<{ header: string[]; rows: { row: number; cells: string[] }[] }> {
  const table = await openTable(content, encoding ?? null)
  const rows: { row: number; cells: string[] }[] = []
  for await (const row of table.rows) {
    rows.push(row)
    if (rows.length > MAX_REMITTANCE_LINES) break
  }
  return { header: table.header, rows }
}

/** Lines of a courier's list, every bad row named at once. Rows without a tracking number (totals below the list) are left out. */
export function readLines(
  { header, rows }: { header: readonly string[]; rows: readonly { row: number; cells: readonly string[] }[] },
  named: Readonly<Partial<Record<Column, string>>>,
  currency: string,
): CourierLine[] {
  const at = findColumns(header, named)
  const cell = (cells: readonly string[], column: Column): string => (at[column] < 0 ? '' : (cells[at[column]] ?? '').trim())
  const problems: { pointer: string; code: string; message: string }[] = []
  const lines = rows.flatMap(({ row, cells }): CourierLine[] => {
    const tracking = cell(cells, 'tracking')
    if (tracking === '') return []
    const amount = readAmount(cell(cells, 'amount'), currency)
    const fee = cell(cells, 'fee') === '' ? 0 : readAmount(cell(cells, 'fee'), currency)
    const day = readDay(cell(cells, 'date'))
    if (amount === null || amount < 0)
      problems.push({
        pointer: `/rows/${row}/amount`,
        code: 'amount',
        message: `row ${row}: "${cell(cells, 'amount')}" is no amount in ${currency}; correct it`,
      })
    if (fee === null || fee < 0)
      problems.push({
        pointer: `/rows/${row}/fee`,
        code: 'fee',
        message: `row ${row}: "${cell(cells, 'fee')}" is no fee in ${currency}; correct it`,
      })
    if (day === undefined)
      problems.push({
        pointer: `/rows/${row}/date`,
        code: 'date',
        message: `row ${row}: "${cell(cells, 'date')}" is no day such as 2026-11-20 or 20.11.2026`,
      })
    if (amount === null || amount < 0 || fee === null || fee < 0 || day === undefined) return []
    return [{ tracking_number: tracking, amount, fee, collected_on: day }]
  })
  if (problems.length > 0) throw invalidInput(problems.slice(0, 100))
  return lines
}

async function upload(call: RouteCall): Promise<unknown> {
  const input = parse(Upload, call.input)
  const part = call.request.isMultipart() ? await call.request.file() : undefined
  if (part === undefined) throw noFile()
  const content = await part.toBuffer()
  const { encoding, tracking_column, amount_column, fee_column, date_column, ...head } = input
  const named = Object.fromEntries(
    Object.entries({ tracking: tracking_column, amount: amount_column, fee: fee_column, date: date_column }).filter(
      ([, name]) => name !== undefined,
    ),
  )
  try {
    const lines = readLines(await readRows(content, encoding), named, input.currency ?? call.ctx.org.baseCurrency)
    const { id } = await runCommand(call.system, call.ctx, createRemittance, { ...head, lines }, { idempotencyKey: call.idempotencyKey })
    return await runQuery(call.system, call.ctx, getRemittance, { remittance_id: id })
  } catch (error) {
    if (error instanceof BadFile)
      throw new DomainError('invalid', 'imports.unreadable_file', `${error.message}: ${error.fix}.`, { cause: error })
    throw error
  }
}

/** A courier's list of cash it collected, from a file. */
export const courierListRoute: Route = customRoute({
  method: 'POST',
  path: '/v1/courier-remittances/file',
  tag: 'Money of orders',
  name: 'billing.read_remittance_file',
  summary: 'Read a courier’s list from a CSV or XLSX file',
  permission: createRemittance.permission,
  input: Upload,
  output: getRemittance.output,
  body: 'multipart',
  errors: [...createRemittance.errors, 'imports.no_file', 'imports.unreadable_file'],
  run: upload,
})
