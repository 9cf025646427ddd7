import type { ImportColumn, ImportJob } from './import-format.ts'
import { openTable } from './read-table.ts'
import { RowReader } from './row-reader.ts'

/**
 * Reads the rows of a job's file as a format's columns name them. Headers count without regard to case, outer spaces, and with spaces for underscores.
 * Notes rows with too few or too many cells as bad and does not answer them; lists columns nobody reads; stops at what breaks the whole file.
 *
 * @throws BadFile as {@link openTable}
 */
export async function* readRows(
  job: Pick<ImportJob, 'content' | 'encoding' | 'report'>,
  columns: readonly ImportColumn[],
  isKnown: (name: string) => boolean = () => false,
): AsyncGenerator<RowReader> {
  const { report } = job
  const table = await openTable(job.content, job.encoding)
  report.encoding = table.encoding
  report.delimiter = table.delimiter
  const names = table.header.map((name) => name.toLowerCase().replaceAll(/\s+/g, '_'))
  if (!checkHeader(names, table.header, columns, { report, isKnown })) return
  const sheet = { report, decimalComma: table.delimiter === ';', columns: new Map(names.map((name, index) => [name, index])) }
  for await (const { row, cells } of table.rows) {
    report.rowsTotal += 1
    // Delimiters at the end of a row without anything after them are a spreadsheet's habit, not a fault.
    if (cells.length >= names.length && cells.slice(names.length).every((cell) => cell.trim() === '')) {
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

function checkHeader(
  names: readonly string[],
  header: readonly string[],
  columns: readonly ImportColumn[],
  { report, isKnown }: { report: ImportJob['report']; isKnown(name: string): boolean },
): boolean {
  const twice = names.filter((name, index) => name !== '' && names.indexOf(name) !== index)
  for (const name of new Set(twice)) {
    report.breakOff({
      row: 1,
      column: name,
      code: 'header.duplicate',
      message: `The column "${name}" stands twice in the header`,
      fix: 'remove or rename one of the two',
    })
  }
  const missing = columns.filter((column) => column.required === true && !names.includes(column.name))
  for (const { name } of missing) {
    report.breakOff({
      row: 1,
      column: name,
      code: 'header.missing',
      message: `The column "${name}" is missing`,
      fix: `add it; found are: ${header.join(', ').slice(0, 300)}`,
    })
  }
  const known = new Set(columns.map((column) => column.name))
  report.unknownColumns = header.filter((_, index) => names[index] !== '' && !known.has(names[index] ?? '') && !isKnown(names[index] ?? ''))
  for (const name of report.unknownColumns) {
    report.warn({
      row: 1,
      column: name,
      code: 'header.unknown',
      message: `The column "${name}" is not read`,
      fix: 'check its spelling, or leave it: its cells are ignored',
      value: null,
    })
  }
  return !report.isBroken
}
