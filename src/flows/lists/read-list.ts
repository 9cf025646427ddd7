import type { TSchema } from 'typebox'
import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import { fromText } from '../../kernel/from-text.ts'
import { parse } from '../../kernel/parse.ts'
import type { OfficeList } from './lists.ts'

/** Rows of a list asked for at once. */
const PAGE_ROWS = 200

type Row = Record<string, unknown>

/** All rows of a list that a filter finds, page by page, in the list's order. Within one snapshot when the transaction has one. */
export async function* readList(tx: Tx, ctx: Context, list: OfficeList, filters: Readonly<Record<string, unknown>>): AsyncGenerator<Row[]> {
  let cursor: string | null = null
  do {
    const input: unknown = { ...filters, limit: PAGE_ROWS, ...(cursor === null ? {} : { cursor }) }
    // oxlint-disable-next-line no-await-in-loop -- each page begins where the one before ended
    const page = (await list.query.run({ tx, ctx, now: ctx.clock.now() }, input as never)) as { data: Row[]; next_cursor: string | null }
    yield page.data
    cursor = page.next_cursor
  } while (cursor !== null)
}

/**
 * The filters of a list's address (text by name) as its query takes them. Parameters that are the page's own are left out.
 * @throws `kernel.invalid_input` naming what the list does not know
 */
export function filtersFromAddress(list: OfficeList, texts: Readonly<Record<string, string>>): Record<string, unknown> {
  const { properties = {} } = list.query.input as { properties?: Record<string, TSchema> }
  const filters = Object.fromEntries(
    Object.entries(texts)
      .filter(([key]) => !['peek', 'limit', 'cursor'].includes(key))
      .map(([key, text]) => [key, fromText(properties[key], text)]),
  )
  parse(list.query.input, filters)
  return filters
}
