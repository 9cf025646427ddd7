import { type Static, Type } from 'typebox'
import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import { forbidden } from '../../kernel/errors.ts'
import { parse } from '../../kernel/parse.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import type { BulkAction } from './bulk-action.ts'
import { BULK_ACTIONS } from './bulk-actions.ts'
import { LISTS } from './lists.ts'
import { nothingSelected, tooManySelected, unknownAction } from './lists.errors.ts'
import { filtersFromAddress, readList } from './read-list.ts'

/** Most documents of one run. */
export const SELECTED_AT_MOST = 10_000

export const BulkList = Type.Enum(['orders', 'shipments'])

/** What is asked for: an action on documents by id, or on all that a filter of the list finds. */
export const BulkRequest = exactly({
  list: BulkList,
  action: Type.String({ minLength: 1, maxLength: 40 }),
  options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  ids: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: SELECTED_AT_MOST })),
  filters: Type.Optional(
    Type.Record(Type.String(), Type.String({ maxLength: 200 }), {
      description: 'parameters of the list, as in its address; all that match',
    }),
  ),
})
export type BulkRequest = Static<typeof BulkRequest>

/**
 * The action of a request, when the caller may and its options are right.
 * @throws `lists.unknown_action`, `kernel.forbidden`, `kernel.invalid_input`
 */
export function actionOf(ctx: Context, { list, action: name, options = {} }: Pick<BulkRequest, 'list' | 'action' | 'options'>): BulkAction {
  const known = BULK_ACTIONS[list]
  const action = Object.hasOwn(known, name) ? known[name] : undefined
  if (action === undefined) throw unknownAction(list, name, Object.keys(known))
  for (const permission of [action.permission, LISTS[list].query.permission]) if (!ctx.may(permission)) throw forbidden(permission)
  parse(action.options, options)
  return action
}

/**
 * Ids of the documents that a request is about, each once, in the order of the list.
 * @throws `lists.nothing_selected`, `lists.too_many_selected`, `kernel.invalid_input` for a filter the list does not know
 */
export async function selectedIds(tx: Tx, ctx: Context, { list, ids, filters }: BulkRequest): Promise<string[]> {
  if (ids !== undefined) return [...new Set(ids)]
  if (filters === undefined) throw nothingSelected()
  const chosen = LISTS[list]
  const found: string[] = []
  for await (const rows of readList(tx, ctx, chosen, filtersFromAddress(chosen, filters))) {
    found.push(...rows.map(chosen.idOf))
    if (found.length > SELECTED_AT_MOST) throw tooManySelected(SELECTED_AT_MOST)
  }
  if (found.length === 0) throw nothingSelected()
  return found
}
