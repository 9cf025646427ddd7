import { Unzip, UnzipInflate } from 'fflate'
import readWorkbookFile from 'read-excel-file/node'
import { BadFile } from './bad-file.ts'

/** Limits on a workbook: a zip may hold a thousand times its size, so what comes out of it is counted before it is parsed. */
export const WORKBOOK_LIMITS = { inflatedBytes: 200 * 1024 * 1024, entries: 1000, rows: 200_000 }

/** One sheet of a workbook as text: dates as 2026-11-22 or 2026-11-22 14:30:00, numbers with a point, as shown with 15 digits. */
export interface Sheet {
  name: string
  rows: string[][]
}

const SAVE_AGAIN = 'open it in a spreadsheet program and save it again as .xlsx, or save the sheet as "CSV UTF-8"'

/** Whether bytes begin as a zip file does, which every .xlsx is. */
export function looksLikeWorkbook(content: Uint8Array): boolean {
  return content[0] === 0x50 && content[1] === 0x4b && content[2] === 0x03 && content[3] === 0x04
}

/**
 * Reads all sheets of an .xlsx file. Formulas are never computed: a cell has the value that was saved with it.
 * @throws BadFile `file.not_text` (no workbook), `file.too_large` (a zip bomb or a huge workbook), `file.cut_short`, `file.too_many_rows`
 */
export async function readWorkbook(content: Uint8Array): Promise<Sheet[]> {
  const names = checkZip(content)
  if (!names.includes('xl/workbook.xml')) throw new BadFile('file.not_text', 'The file is a ZIP file, but no Excel workbook', SAVE_AGAIN)
  const sheets = await readWorkbookFile(Buffer.from(content), { parseNumber: plainNumber }).catch((error: unknown) => {
    throw new BadFile(
      'file.not_text',
      `The workbook cannot be read (${error instanceof Error ? error.message.slice(0, 100) : 'unknown reason'})`,
      SAVE_AGAIN,
    )
  })
  return sheets.map(({ sheet, data }) => {
    if (data.length > WORKBOOK_LIMITS.rows)
      throw new BadFile(
        'file.too_many_rows',
        `The sheet "${sheet}" has ${data.length} rows; at most ${WORKBOOK_LIMITS.rows} are read from a workbook`,
        'save it as CSV, which is read in any length, or split it',
      )
    return { name: sheet, rows: data.map((row) => row.map(cellText)) }
  })
}

/** Names of the zip's entries, after proving that all of it comes out to no more than the limit. */
function checkZip(content: Uint8Array): string[] {
  const names: string[] = []
  let bytes = 0
  let open = 0
  const unzip = new Unzip((file) => {
    names.push(file.name)
    if (names.length > WORKBOOK_LIMITS.entries) throw tooLarge()
    open += 1
    file.ondata = (error, piece, final) => {
      // What is thrown here comes back once more as an error: the first reason counts.
      if (error !== null) throw error instanceof BadFile ? error : broken()
      bytes += piece.length
      if (bytes > WORKBOOK_LIMITS.inflatedBytes) throw tooLarge()
      if (final) open -= 1
    }
    file.start()
  })
  unzip.register(UnzipInflate)
  try {
    for (let at = 0; at < content.length; at += 64 * 1024)
      unzip.push(content.subarray(at, at + 64 * 1024), at + 64 * 1024 >= content.length)
  } catch (error) {
    throw error instanceof BadFile ? error : broken()
  }
  // The end record of a zip stands in its last 64 kB; without it the file was cut off.
  if (open > 0 || !directoryIsPlain(Buffer.from(content.buffer, content.byteOffset, content.byteLength), names.length)) throw broken()
  return names
}

/**
 * Whether the zip's directory at its end names each part once, one behind the other, and as many as were counted. A directory that names
 * the same bytes many times unpacks to many times what was counted (David Fifield, "A better zip bomb").
 */
function directoryIsPlain(zip: Buffer, parts: number): boolean {
  const end = zip.lastIndexOf('PK\u0005\u0006')
  if (end < zip.length - 65_558 || end < 0 || end + 22 > zip.length || zip.readUInt16LE(end + 10) !== parts) return false
  let at = zip.readUInt32LE(end + 16)
  const ranges: { from: number; to: number }[] = []
  for (let part = 0; part < parts; part += 1) {
    if (at + 46 > end || zip.readUInt32LE(at) !== 0x02014b50) return false
    const from = zip.readUInt32LE(at + 42)
    ranges.push({ from, to: from + 30 + zip.readUInt32LE(at + 20) })
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  ranges.sort((a, b) => a.from - b.from)
  return at <= end && ranges.every((range, index) => range.to <= (ranges[index + 1]?.from ?? end))
}

function tooLarge(): BadFile {
  return new BadFile(
    'file.too_large',
    `The workbook unpacks to more than ${WORKBOOK_LIMITS.inflatedBytes / 1024 / 1024} MB`,
    'save the sheet as CSV and split it into several files, each with the header row',
  )
}

function broken(): BadFile {
  return new BadFile('file.not_text', 'The file begins as an Excel workbook, but is cut short or broken', SAVE_AGAIN)
}

/** Spreadsheets show 15 digits; the file may hold 19.989999999999998 where 19.99 was typed. */
function plainNumber(text: string): string {
  const value = Number(Number(text).toPrecision(15))
  const plain = String(value)
  return plain.includes('e') ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 }) : plain
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) {
    const iso = cell.toISOString()
    return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ')
  }
  return typeof cell === 'string' ? cell : JSON.stringify(cell)
}
