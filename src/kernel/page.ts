import { type TSchema, Type } from 'typebox'
import { invalidField } from './errors.ts'
import { exactly } from './schema.ts'

/** Rows of a page when the request does not say. */
export const DEFAULT_LIMIT = 50

/** The two fields every list takes: rows at most, and where the page before ended. */
export const pageInput = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  cursor: Type.Optional(Type.String({ maxLength: 2000 })),
}

/** What a list answers: rows, and where the next page begins (null: this was the last). */
export function pageOf<S extends TSchema>(row: S) {
  return exactly({ data: Type.Array(row), next_cursor: Type.Union([Type.String(), Type.Null()]) })
}

/** Opaque text of the sort key of a page's last row. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/**
 * The sort key in a cursor, or null without one. `types` says what each part must be.
 * @throws `kernel.invalid_input` at `/cursor` when it is not one of ours
 */
export function decodeCursor(cursor: string | undefined, types: readonly ('string' | 'number')[]): (string | number)[] | null {
  if (cursor === undefined) return null
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.length === types.length && key.every((part, index) => typeof part === types[index])) {
      return key as (string | number)[]
    }
  } catch {
    // Falls through to the refusal below: text that is no JSON is no cursor either.
  }
  throw invalidField('/cursor', 'cursor', 'is not a cursor of this list; take next_cursor of the page before as it is')
}

/**
 * Cuts rows read with `limit + 1` to a page. `keyOf` gives the sort key of a row.
 */
export function toPage<R>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => readonly (string | number)[],
): { data: R[]; next_cursor: string | null } {
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  return { data, next_cursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null }
}

/** Pattern for `ilike` that finds the text anywhere, its own % and _ taken literally. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
}

/** Pattern for `like` that finds what begins with the text, its own % and _ taken literally. */
export function beginningWith(text: string): string {
  return `${text.replaceAll(/[\\%_]/g, '\\$&')}%`
}
