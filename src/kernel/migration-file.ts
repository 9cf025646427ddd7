import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One forward-only step of the database. */
export interface MigrationFile {
  /** The file's name without `.sql`; the number in front gives the order. */
  readonly name: string
  readonly text: string
  /** Hexadecimal SHA-256 of the text with `\n` line ends, so that Git's conversion on Windows changes nothing. */
  readonly sha256: string
  /** `false` when the header says `-- no-transaction`, as `create index concurrently` needs. */
  readonly transactional: boolean
}

const FILE_NAME = /^(\d{4}_[a-z0-9_]+)\.sql$/

/**
 * Reads the migrations of a folder in the order of their names.
 *
 * @throws an `Error` for a file whose name is not `0001_words.sql`, or two with one number
 */
export async function readMigrationFiles(folder: string): Promise<MigrationFile[]> {
  const entries = (await readdir(folder)).filter((entry) => entry.endsWith('.sql')).toSorted()
  const files = await Promise.all(entries.map((entry) => readMigrationFile(folder, entry)))
  for (const [index, file] of files.entries()) {
    if (index > 0 && files[index - 1]?.name.slice(0, 4) === file.name.slice(0, 4)) {
      throw new Error(
        `Two migrations have the number ${file.name.slice(0, 4)}: ${files[index - 1]?.name} and ${file.name}. Renumber the newer one.`,
      )
    }
  }
  return files
}

async function readMigrationFile(folder: string, entry: string): Promise<MigrationFile> {
  const name = FILE_NAME.exec(entry)?.[1]
  if (name === undefined) throw new Error(`The migration ${entry} must be named like 0001_words.sql.`)
  const text = (await readFile(join(folder, entry), 'utf8')).replaceAll('\r\n', '\n')
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { name, text, sha256, transactional: !hasHeaderLine(text, '-- no-transaction') }
}

/** The header are the comment lines before the first statement. */
function hasHeaderLine(text: string, wanted: string): boolean {
  for (const line of text.split('\n')) {
    if (line.trim() === wanted) return true
    if (line.trim() !== '' && !line.startsWith('--')) return false
  }
  return false
}

/**
 * Cuts a file without transaction into statements: each ends with `;` at the end of a line. PostgreSQL would put
 * statements that are sent together into one transaction.
 *
 * @throws an `Error` for dollar quotes, whose inner `;` would be cut
 */
export function splitStatements(file: MigrationFile): { text: string; offset: number }[] {
  if (file.text.includes('$$')) throw new Error(`The migration ${file.name} is without transaction and must not hold functions ($$).`)
  const statements: { text: string; offset: number }[] = []
  let offset = 0
  for (const text of file.text.split(/(?<=;[ \t]*\n)/)) {
    if (/^\s*[^\s-]/m.test(text)) statements.push({ text, offset })
    offset += text.length
  }
  return statements
}
