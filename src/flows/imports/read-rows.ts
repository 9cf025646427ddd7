import type { ImportColumn, ImportJob } from './import-format.ts'
import { headerKey } from './import-settings.ts'
import { openTable, type Table, type TableLayout, type TableRow } from './read-table.ts'
import { RowReader, type Sheet } from './row-reader.ts'

type RowsJob = Pick<ImportJob, 'content' | 'encoding' | 'report' | 'settings' | 'edits'>

/** How the rows of another system's file differ from our own. */
export interface RowsOptions {
  /** Columns beyond the list that are not worth a warning. */
  isKnown?: (name: string) => boolean
  layout?: TableLayout
  /** The file's headers are another system's: the settings' columns do not name them, and problems quote them as they stand. */
  foreign?: boolean
}

/**
 * Reads the rows of a job's file as a format's columns name them, or as the settings' mapping says. Headers count without regard to case,
 * outer spaces, and with spaces for underscores. Cells edited in the preview count instead of the file's.
 * Notes rows with too few or too many cells as bad and does not answer them; lists columns nobody reads; stops at what breaks the whole file.
 *
 * @throws BadFile as {@link openTable}
 */
export async function* readRows(job: RowsJob, columns: readonly ImportColumn[], options: RowsOptions = {}): AsyncGenerator<RowReader> {
  const { report, settings } = job
  const table = await openTable(job.content, settings?.encoding ?? job.encoding, { sheet: settings?.sheet, ...options.layout })
  report.encoding = table.encoding
  report.delimiter = table.delimiter
  report.header = table.header
  const names = table.header.map(headerKey)
  const sheet = sheetOf(job, table, names, options)
  if (!checkHeader(names, table, columns, { job, sheet, options })) return
  for await (const read of table.rows) {
    const record = editedRow(read, names, job.edits)
    if (record === null) continue
    const { row, cells } = record
    report.rowsTotal += 1
    // Delimiters at the end of a row without anything after them are a spreadsheet's habit, not a fault.
    if ((cells.length >= names.length || table.delimiter === null) && cells.slice(names.length).every((cell) => cell.trim() === '')) {
      yield new RowReader(row, cells, sheet)
      continue
    }
    const message = `has ${cells.length} cells, the header has ${names.length}`
    report.problem({
      row,
      column: null,
      code: 'row.cells',
      message,
      fix: 'add or remove delimiters; a cell that holds one stands in quotation marks',
      value: null,
    })
  }
}

/** A row with the cells that were corrected in the preview; null when it was left out there. */
export function editedRow(record: TableRow, names: readonly string[], edits: ImportJob['edits']): TableRow | null {
  const edit = edits?.[String(record.row)]
  if (edit === undefined) return record
  if (edit === null) return null
  const cells = names.map((_, index) => record.cells[index] ?? '')
  for (const [header, text] of Object.entries(edit)) {
    const index = names.indexOf(headerKey(header))
    if (index >= 0) cells[index] = text
  }
  return { row: record.row, cells }
}

function sheetOf(job: RowsJob, table: Table, names: readonly string[], { foreign = false }: RowsOptions): Sheet {
  const { settings, report } = job
  const byName = new Map(names.map((name, index) => [name, index]))
  const common = {
    report,
    decimalComma: settings?.decimal_comma ?? table.delimiter === ';',
    dates: settings?.dates ?? 'iso',
    constants: new Map(foreign ? [] : Object.entries(settings?.constants ?? {})),
  }
  if (foreign) return { ...common, columns: byName, labels: new Map(names.map((name, index) => [name, table.header[index] ?? name])) }
  if (settings?.columns === undefined) return { ...common, columns: byName, labels: new Map() }
  const mapped = Object.entries(settings.columns)
  return {
    ...common,
    columns: new Map(mapped.flatMap(([field, header]) => [[field, byName.get(headerKey(header)) ?? -1] as const])),
    labels: new Map(mapped),
  }
}

interface HeaderCheck {
  job: RowsJob
  sheet: Sheet
  options: RowsOptions
}

function checkHeader(names: readonly string[], table: Table, columns: readonly ImportColumn[], check: HeaderCheck): boolean {
  const { job, sheet, options } = check
  const { report } = job
  const mapping = options.foreign === true ? undefined : job.settings?.columns
  const used = mapping === undefined ? null : new Set(Object.values(mapping).map(headerKey))
  const row = table.headerRow
  const twice = names.filter((name, index) => name !== '' && names.indexOf(name) !== index && (used === null || used.has(name)))
  for (const name of new Set(twice)) {
    const column = sheet.labels.get(name) ?? name
    const message = `The column "${column}" stands twice in the header`
    report.breakOff({ row, column, code: 'header.duplicate', message, fix: 'remove or rename one of the two' })
  }
  const found = `found are: ${table.header.join(', ').slice(0, 300)}`
  for (const { name, label } of columns.filter((column) => column.required === true)) {
    const index = sheet.columns.get(name)
    if ((index !== undefined && index >= 0) || (sheet.constants.get(name) ?? '') !== '') continue
    const wanted = mapping?.[name] ?? label ?? name
    const fix =
      mapping === undefined ? `add it; ${found}` : `choose the column that holds "${name}", or give one value for all rows; ${found}`
    report.breakOff({ row, column: wanted, code: 'header.missing', message: `The column "${wanted}" is missing`, fix })
  }
  for (const [field, index] of sheet.columns) {
    if (index >= 0 || columns.some((column) => column.name === field && column.required === true)) continue
    const wanted = mapping?.[field] ?? field
    report.breakOff({
      row,
      column: wanted,
      code: 'header.missing',
      message: `The column "${wanted}" is missing`,
      fix: `choose another; ${found}`,
    })
  }
  warnOfUnknown(names, table, columns, { check, used })
  return !report.isBroken
}

function warnOfUnknown(
  names: readonly string[],
  table: Table,
  columns: readonly ImportColumn[],
  { check, used }: { check: HeaderCheck; used: ReadonlySet<string> | null },
): void {
  const { job, options } = check
  const known = used ?? new Set(columns.map((column) => column.name))
  job.report.unknownColumns = table.header.filter(
    (_, index) => names[index] !== '' && !known.has(names[index] ?? '') && options.isKnown?.(names[index] ?? '') !== true,
  )
  // With a mapping, what is left out was left out on purpose.
  if (used !== null) return
  for (const name of job.report.unknownColumns) {
    job.report.warn({
      row: table.headerRow,
      column: name,
      code: 'header.unknown',
      message: `The column "${name}" is not read`,
      fix: 'check its spelling, or leave it: its cells are ignored',
      value: null,
    })
  }
}
