import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable, Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { parse } from 'csv-parse'
import { invalidField } from '../../../kernel/errors.ts'
import { isRowProblem, readRetailRow, RETAIL_COLUMNS, type RetailRow, type RetailRowProblem } from './retail-row.ts'

/** Largest file after unpacking. The original has 47 MB; a compressed file that grows beyond this is refused, not unpacked further. */
const MAX_BYTES = 400 * 1024 * 1024

/** What is read of a file: good rows go to `onRow`, bad ones to `onProblem`. */
export interface RetailReader {
  onRow(row: RetailRow): void
  onProblem(problem: RetailRowProblem): void
}

/**
 * Reads an "Online Retail" file, plain or gzip (told by its first bytes), as a stream.
 * @returns rows seen, good and bad, without the heading.
 * @throws `kernel.invalid_input` when the headings are others, the file is no gzip although it starts like one, or it unpacks to more than 400 MB.
 */
export async function readRetailFile(source: string | Buffer, reader: RetailReader): Promise<number> {
  const zipped = await isGzip(source)
  const bytes = typeof source === 'string' ? createReadStream(source, { highWaterMark: 1 << 18 }) : Readable.from([source])
  const parser = parse({ bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 100_000 })
  let line = 0
  parser.on('data', (record: string[]) => {
    line += 1
    if (line === 1) return checkHeadings(record, parser)
    const read = readRetailRow(record, line)
    if (isRowProblem(read)) reader.onProblem(read)
    else reader.onRow(read)
  })
  try {
    const limit = limitBytes(MAX_BYTES)
    if (zipped) await pipeline(bytes, createGunzip(), limit, parser)
    else await pipeline(bytes, limit, parser)
  } catch (error) {
    throw asUnreadable(error, line)
  }
  if (line === 0) throw invalidField('', 'empty_file', `is empty; its first line must be ${RETAIL_COLUMNS.join(',')}`)
  return line - 1
}

/** Reads a whole file into memory. @throws as {@link readRetailFile}, and `kernel.invalid_input` on the first bad row. */
export async function readAllRetailRows(source: string | Buffer): Promise<RetailRow[]> {
  const rows: RetailRow[] = []
  await readRetailFile(source, {
    onRow: (row) => void rows.push(row),
    onProblem: (problem) => {
      throw invalidField(`/${problem.row}/${problem.column}`, problem.code, `${problem.message}. ${problem.fix}`)
    },
  })
  return rows
}

async function isGzip(source: string | Buffer): Promise<boolean> {
  if (typeof source !== 'string') return source[0] === 0x1f && source[1] === 0x8b
  const file = await open(source)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

function checkHeadings(record: readonly string[], parser: { destroy(error: Error): unknown }): void {
  if (RETAIL_COLUMNS.every((name, index) => record[index]?.trim() === name)) return
  parser.destroy(invalidField('/1', 'headings', `must be ${RETAIL_COLUMNS.join(',')}; it is ${record.join(',').slice(0, 200)}`))
}

function limitBytes(most: number): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      seen += chunk.length
      if (seen > most) done(invalidField('', 'too_large', `unpacks to more than ${most / 1024 / 1024} MB; split the file`))
      else done(null, chunk)
    },
  })
}

function asUnreadable(error: unknown, line: number): unknown {
  const code = (error as { code?: string }).code ?? ''
  if (code.startsWith('CSV_'))
    return invalidField(
      `/${line + 1}`,
      'broken_csv',
      `cannot be read as CSV after line ${line}: ${(error as Error).message}. The file may be cut off or a quote may not be closed.`,
    )
  if (code.startsWith('Z_')) return invalidField('', 'broken_gzip', `cannot be unpacked: ${(error as Error).message}. Send the file again.`)
  return error
}
