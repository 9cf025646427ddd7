import { type RawBuilder, sql } from 'kysely'
import type { ColumnType, Tx } from './database.ts'

/**
 * A call of one SQL function as a part of a statement that several rooms share. Each room says its own call and how its answer is
 * read; who sends them together saves round trips and knows neither.
 */
export interface Part<T = unknown> {
  call: RawBuilder<unknown>
  /** Reads what the function answered (JSON parsed, null where it answers nothing). */
  read(answer: unknown): T
}

/** What parts answer, by their names. */
type Answers<P extends Readonly<Record<string, Part>>> = { [K in keyof P]: P[K] extends Part<infer T> ? T : never }

/**
 * Sends parts in one statement, one round trip, and answers what each answered. They run in the order given, each seeing what those
 * before it did (functions that write are `volatile`).
 */
export async function sendTogether<P extends Readonly<Record<string, Part>>>(tx: Tx, parts: P): Promise<Answers<P>> {
  const entries = Object.entries(parts)
  const answers: Record<string, unknown> = {}
  if (entries.length === 0) return answers as Answers<P>
  const columns = entries.map(([name, part]) => sql`${part.call} as ${sql.ref(name)}`)
  const { rows } = await sql<Record<string, unknown>>`select ${sql.join(columns)}`.execute(tx)
  for (const [name, part] of entries) answers[name] = part.read(rows[0]?.[name] ?? null)
  return answers as Answers<P>
}

/** A part that only writes. */
export function writePart(call: RawBuilder<unknown>): Part<void> {
  return { call, read: () => undefined }
}

/**
 * Rows as named arguments of a function, one a column: `p_id => $1, p_name => $2`, arrays of the column's type. Columns of `jsonb` go as one
 * JSON array, null in it where a row has none; those of `bytea` as hexadecimal text.
 */
export function columnsOf<R extends object>(
  rows: readonly R[],
  columnTypes: { [K in keyof R & string]?: ColumnType },
  prefix = 'p_',
): RawBuilder<unknown> {
  const names = Object.keys(columnTypes) as (keyof R & string)[]
  return sql.join(
    names.map((name) => {
      const type = columnTypes[name] ?? 'text'
      const values = rows.map((row) => row[name])
      return sql`${sql.raw(`${prefix}${name}`)} => ${type === 'jsonb' ? JSON.stringify(values.map((value) => value ?? null)) : arrayText(values as Element[])}`
    }),
  )
}

/** What an array of a statement may hold. */
type Element = string | number | boolean | Date | Buffer | null | undefined

/** PostgreSQL's text form of an array. Buffers are written as hexadecimal digits, instants in ISO 8601. */
export function arrayText(values: readonly Element[]): string {
  return `{${values.map(elementText).join(',')}}`
}

function elementText(value: Element): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'string') return quoted(value)
  if (value instanceof Date) return `"${value.toISOString()}"`
  if (Buffer.isBuffer(value)) return `"${value.toString('hex')}"`
  return String(value)
}

/** Most texts (ids, codes) need no escape. */
function quoted(text: string): string {
  return /["\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"` : `"${text}"`
}

/** An integer of a JSON answer; one that JSON could not carry exactly is refused loudly. */
export function safeInteger(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${String(value)} is beyond the safe integers`)
  return value as number
}
