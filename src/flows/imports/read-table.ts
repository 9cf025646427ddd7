import { CsvError, parse } from 'csv-parse'
import { BadFile } from './bad-file.ts'
import { decode, type Encoding, findEncoding } from './decode-text.ts'
import { looksLikeWorkbook, readWorkbook, type Sheet } from './read-xlsx.ts'

/** Limits on what a file may hold; a spreadsheet's own are 1,048,576 rows and 32,767 characters in a cell. */
export const TABLE_LIMITS = { bytes: 50 * 1024 * 1024, rows: 1_000_000, columns: 200, cellCharacters: 32_767, rowCharacters: 1_000_000 }

/** A row below the header: its number as a spreadsheet counts, and its cells. */
export interface TableRow {
  row: number
  cells: string[]
}

/** A table in a file: header and rows. */
export interface Table {
  encoding: Encoding | 'xlsx'
  /** Null in a workbook, where cells are cells. */
  delimiter: ',' | ';' | '\t' | null
  header: string[]
  /** Row of the header, as a spreadsheet counts. */
  headerRow: number
  /** Rows that are not empty, in order; reading on may throw BadFile. */
  rows: AsyncIterable<TableRow>
}

/** What stands around the table in a file. */
export interface TableLayout {
  /** Sheet of a workbook; its first by default. */
  sheet?: string | undefined
  /** A header that marks the header row, where lines stand above it (compared without case); without it the first row is the header. */
  headerMark?: string | undefined
  /** Whether a row ends the table; it and what follows is not read as rows. */
  isFooter?: ((cells: readonly string[]) => boolean) | undefined
  /** How many rows the footer says there are; null when it does not say. */
  statedRows?: ((cells: readonly string[]) => number | null) | undefined
}

/** Rows looked through for the header. */
const PREAMBLE_ROWS = 20

/**
 * Opens a CSV or XLSX file that anyone may have sent: finds encoding and delimiter, reads the header, then rows one by one.
 * Row numbers count as a spreadsheet does: the header is 1, empty rows count, a cell with line breaks does not make more rows.
 *
 * @throws BadFile (also from `rows`) `file.too_large`, `file.empty`, `file.not_text`, `file.encoding`, `file.cut_short`, `file.quote`,
 * `file.nul`, `file.too_many_rows`, `file.too_many_columns`, `file.cell_too_long`, `file.row_too_long`, `file.no_header`
 */
export async function openTable(content: Uint8Array, statedEncoding: string | null, layout: TableLayout = {}): Promise<Table> {
  if (content.length > TABLE_LIMITS.bytes) {
    throw new BadFile(
      'file.too_large',
      `The file has ${Math.ceil(content.length / 1024 / 1024)} MB; at most ${TABLE_LIMITS.bytes / 1024 / 1024} MB are read`,
      'split it into several files, each with the header row',
    )
  }
  if (looksLikeWorkbook(content)) {
    const sheet = findSheet(await readWorkbook(content), layout.sheet)
    return { encoding: 'xlsx', delimiter: null, ...(await withHeader(sheetRecords(sheet), layout, true)) }
  }
  const encoding = findEncoding(content, statedEncoding)
  const delimiter = findDelimiter(content, encoding, layout.headerMark)
  return { encoding, delimiter, ...(await withHeader(readRecords(content, encoding, delimiter), layout, endsOpen(content, encoding))) }
}

function findSheet(sheets: readonly Sheet[], name: string | undefined): Sheet {
  const found = name === undefined ? sheets[0] : sheets.find((sheet) => sheet.name.toLowerCase() === name.toLowerCase())
  if (found !== undefined) return found
  throw new BadFile(
    'file.no_sheet',
    name === undefined ? 'The workbook has no sheet' : `The workbook has no sheet "${name}"`,
    `its sheets are: ${sheets
      .map((sheet) => sheet.name)
      .join(', ')
      .slice(0, 300)}`,
  )
}

// oxlint-disable-next-line require-await -- a generator of the same kind as that of CSV, so that both are read alike
async function* sheetRecords(sheet: Sheet): AsyncGenerator<TableRow> {
  for (const [index, cells] of sheet.rows.entries()) {
    checkCells(cells, index + 1)
    if (cells.some((cell) => cell.trim() !== '')) yield { row: index + 1, cells }
  }
}

async function withHeader(
  records: AsyncGenerator<TableRow>,
  { headerMark, isFooter, statedRows }: TableLayout,
  endsWithLineBreak: boolean,
): Promise<Pick<Table, 'header' | 'headerRow' | 'rows'>> {
  let first = await records.next()
  if (first.done === true)
    throw new BadFile('file.empty', 'The file has no rows', 'choose a file with a header row and at least one row below it')
  const top = first.value
  if (headerMark !== undefined) {
    const isHeader = (cells: readonly string[]): boolean => cells.some((cell) => cell.trim().toLowerCase() === headerMark.toLowerCase())
    while (first.done !== true && first.value.row <= PREAMBLE_ROWS && !isHeader(first.value.cells)) {
      // oxlint-disable-next-line no-await-in-loop -- one row after another until the header is found
      first = await records.next()
    }
  }
  const { row, cells } = first.done === true ? top : first.value
  const layout = { endsWithLineBreak, isFooter, statedRows }
  const header = cells.map((cell) => cell.trim())
  while (header.at(-1) === '') header.pop()
  return { header, headerRow: row, rows: checkLastRow(records, header.length, layout) }
}

/** A file whose last row lacks cells and has no line break after it was cut off in that row. */
async function* checkLastRow(
  records: AsyncGenerator<TableRow>,
  width: number,
  { endsWithLineBreak, isFooter, statedRows }: Pick<TableLayout, 'isFooter' | 'statedRows'> & { endsWithLineBreak: boolean },
): AsyncGenerator<TableRow> {
  let previous: TableRow | null = null
  let count = 0
  for await (const record of records) {
    if (isFooter?.(record.cells) === true) {
      const stated = statedRows?.(record.cells) ?? null
      if (stated !== null && stated > count) throw lostRows(stated, count, record.row)
      if (previous !== null) yield previous
      return
    }
    count += 1
    if (previous !== null) yield previous
    previous = record
  }
  if (previous === null) return
  if (!endsWithLineBreak && previous.cells.length < width) {
    throw new BadFile(
      'file.cut_short',
      `The last row has ${previous.cells.length} of ${width} cells and no line break after it: the file was cut in half on its way`,
      'transfer it again, whole',
      previous.row,
    )
  }
  yield previous
}

function lostRows(stated: number, count: number, row: number): BadFile {
  const message = `The file says that it has ${stated} records, but ${count} rows stand above that line`
  return new BadFile('file.cut_short', message, 'download it again, whole', row)
}

async function* readRecords(content: Uint8Array, encoding: Encoding, delimiter: string): AsyncGenerator<TableRow> {
  const parser = parse({
    delimiter,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: TABLE_LIMITS.rowCharacters,
  })
  const feeding = feed(parser, decode(content, encoding))
  let row = 0
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      row += 1
      if (row > TABLE_LIMITS.rows)
        throw new BadFile(
          'file.too_many_rows',
          `The file has more than ${TABLE_LIMITS.rows} rows`,
          'split it into several files, each with the header row',
          row,
        )
      checkCells(cells, row)
      if (cells.some((cell) => cell.trim() !== '')) yield { row, cells }
    }
  } catch (error) {
    throw error instanceof CsvError ? asBadFile(error) : error
  } finally {
    parser.destroy()
    await feeding
  }
}

/** Writes text into the parser as fast as it takes it; ends quietly when the parser was closed first. */
async function feed(parser: ReturnType<typeof parse>, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (parser.destroyed) return
    // oxlint-disable-next-line no-await-in-loop -- the next piece waits until the parser has room
    if (!parser.write(piece)) await drained(parser)
  }
  if (!parser.destroyed) parser.end()
}

function drained(parser: ReturnType<typeof parse>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      parser.off('drain', done).off('close', done).off('error', done)
      resolve()
    }
    parser.on('drain', done).on('close', done).on('error', done)
  })
}

function checkCells(cells: readonly string[], row: number): void {
  if (cells.length > TABLE_LIMITS.columns)
    throw new BadFile(
      'file.too_many_columns',
      `Row ${row} has ${cells.length} cells; at most ${TABLE_LIMITS.columns} are read`,
      'leave out columns that are not needed',
      row,
    )
  for (const cell of cells) {
    if (cell.length > TABLE_LIMITS.cellCharacters)
      throw new BadFile(
        'file.cell_too_long',
        `Row ${row} has a cell of ${cell.length} characters; at most ${TABLE_LIMITS.cellCharacters} are read`,
        'shorten it',
        row,
      )
    if (cell.includes('\u0000'))
      throw new BadFile(
        'file.nul',
        `Row ${row} holds the character NUL (U+0000), which no text has`,
        'save the file again as "CSV UTF-8"',
        row,
      )
  }
}

/** csv-parse counts whole records before the fault, so the fault is in the row after them. */
function asBadFile(error: CsvError): BadFile {
  const row = Number((error as { records?: number }).records ?? 0) + 1
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new BadFile(
        'file.cut_short',
        `A quotation mark opened in row ${row} is never closed: the file was cut in half, or the mark is not doubled`,
        'transfer the file again, whole; a quotation mark inside a quoted cell is written twice',
        row,
      )
    case 'CSV_MAX_RECORD_SIZE':
      return new BadFile(
        'file.row_too_long',
        `Row ${row} is longer than ${TABLE_LIMITS.rowCharacters} characters; most likely a quotation mark in it is never closed`,
        'close the quotation mark or double it',
        row,
      )
    default:
      return new BadFile(
        'file.quote',
        `A quotation mark in row ${row} stands where none may stand`,
        'put the whole cell in quotation marks and write those inside it twice: "15"" shelf"',
        row,
      )
  }
}

/** The delimiter that the first line has most of, outside quotation marks; a single column counts as comma. */
function findDelimiter(content: Uint8Array, encoding: Encoding, headerMark?: string): ',' | ';' | '\t' {
  const text = [...decode(content.subarray(0, 64 * 1024), encoding)].join('').trimStart()
  const marked = headerMark === undefined ? -1 : text.toLowerCase().indexOf(headerMark.toLowerCase())
  const head = marked < 0 ? text : text.slice(marked).replace(/^[^,;\t\r\n]*/, '')
  const counts = { ',': 0, ';': 0, '\t': 0 }
  let quoted = false
  for (const character of head) {
    if (character === '"') quoted = !quoted
    else if (quoted) continue
    else if (character === '\n' || character === '\r') break
    else if (character === ',' || character === ';' || character === '\t') counts[character] += 1
  }
  if (counts[';'] > counts[','] && counts[';'] >= counts['\t']) return ';'
  return counts['\t'] > counts[','] ? '\t' : ','
}

/** Whether the file ends with a line break. */
function endsOpen(content: Uint8Array, encoding: Encoding): boolean {
  const last = encoding === 'utf-16le' ? content[content.length - 2] : content.at(-1)
  return last === 0x0a || last === 0x0d
}
