import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand, defineQuery } from '../../kernel/command.ts'
import type { Context } from '../../kernel/context.ts'
import { forbidden, notFound } from '../../kernel/errors.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { LIST_NAMES } from './lists.ts'
import { viewNameTaken } from './lists.errors.ts'

export const ListEnum = Type.Enum([...LIST_NAMES])
const Density = Type.Enum(['compact', 'normal', 'comfortable'])
const Filters = Type.Record(Type.String({ minLength: 1, maxLength: 40 }), Type.String({ minLength: 1, maxLength: 200 }), {
  maxProperties: 20,
})
const Columns = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 40 })

const SavedView = exactly({
  id: Uuid,
  list: ListEnum,
  name: Type.String(),
  filters: Filters,
  is_shared: Type.Boolean(),
  is_mine: Type.Boolean(),
})
const Preference = exactly({ list: ListEnum, hidden: Columns, density: Density })

/** Most views that are listed: a person's own and those that are shared. */
const MAX_VIEWS = 500

/** Whose views these are; actors without an id (the command line) share one. */
function ownerOf(ctx: Context): string {
  return ctx.actor.id ?? ZERO_ID
}

/** The caller's views and preferences of all lists, and the views that others share. */
export const getListSettings = defineQuery({
  name: 'lists.get_list_settings',
  permission: 'lists.use',
  summary: "Get saved views and the caller's preferences of lists",
  input: exactly({}),
  output: exactly({ views: Type.Array(SavedView), preferences: Type.Array(Preference) }),
  async run({ tx, ctx }) {
    const { rows: views } = await sql<Static<typeof SavedView>>`
      select id, list, name, filters, is_shared, owner_id = ${ownerOf(ctx)}::uuid as is_mine from lists.saved_view
       where org_id = ${ctx.orgId} and (is_shared or owner_id = ${ownerOf(ctx)}::uuid) order by list, is_shared desc, created_at, id limit ${MAX_VIEWS}`.execute(
      tx,
    )
    const { rows: preferences } = await sql<Static<typeof Preference>>`
      select list, hidden, density from lists.preference where org_id = ${ctx.orgId} and user_id = ${ownerOf(ctx)}::uuid order by list`.execute(
      tx,
    )
    return { views, preferences }
  },
})

/**
 * Saves the filters of a list under a name, for oneself or for all.
 * @throws `lists.view_name_taken` (conflict), `kernel.forbidden` to share without `lists.share`
 */
export const saveView = defineCommand({
  name: 'lists.save_view',
  permission: 'lists.use',
  summary: 'Save a view of a list',
  input: exactly({ list: ListEnum, name: Type.String({ minLength: 1, maxLength: 60 }), filters: Filters, is_shared: Type.Boolean() }),
  output: exactly({ id: Uuid }),
  constraints: { saved_view_name_once: viewNameTaken },
  errors: ['lists.view_name_taken'],
  async run({ tx, ctx, now, newId, emit }, { list, name, filters, is_shared }) {
    if (is_shared && !ctx.may('lists.share')) throw forbidden('lists.share')
    const id = newId()
    await sql`
      insert into lists.saved_view (org_id, id, list, name, filters, owner_id, is_shared, created_at)
      values (${ctx.orgId}, ${id}, ${list}, ${name}, ${JSON.stringify(filters)}::jsonb, ${ownerOf(ctx)}, ${is_shared}, ${now})`.execute(tx)
    emit({ type: 'lists.view_saved', documentType: 'lists.saved_view', documentId: id, payload: { list, is_shared } })
    return { id }
  },
})

/**
 * Deletes a view: one's own, or with `lists.share` one that is shared.
 * @throws `lists.not_found`
 */
export const deleteView = defineCommand({
  name: 'lists.delete_view',
  permission: 'lists.use',
  summary: 'Delete a saved view',
  input: exactly({ view_id: Uuid }),
  output: exactly({ id: Uuid }),
  errors: ['lists.not_found'],
  async run({ tx, ctx, emit }, { view_id }) {
    const { rows } = await sql<{ list: string }>`
      delete from lists.saved_view where org_id = ${ctx.orgId} and id = ${view_id}
         and (owner_id = ${ownerOf(ctx)}::uuid or (is_shared and ${ctx.may('lists.share')}::boolean)) returning list`.execute(tx)
    if (rows[0] === undefined) throw notFound('lists.view', view_id)
    emit({ type: 'lists.view_deleted', documentType: 'lists.saved_view', documentId: view_id, payload: { list: rows[0].list } })
    return { id: view_id }
  },
})

/** Keeps which columns of a list the caller leaves out, and how high its rows are. Nobody else sees it, so no event is raised. */
export const setPreference = defineCommand({
  name: 'lists.set_preference',
  permission: 'lists.use',
  summary: "Set the caller's columns and density of a list",
  input: exactly({ list: ListEnum, hidden: Columns, density: Density }),
  output: exactly({ list: ListEnum }),
  async run({ tx, ctx }, { list, hidden, density }) {
    await sql`
      insert into lists.preference (org_id, user_id, list, hidden, density)
      values (${ctx.orgId}, ${ownerOf(ctx)}, ${list}, ${JSON.stringify(hidden)}::jsonb, ${density})
      on conflict (org_id, user_id, list) do update set hidden = excluded.hidden, density = excluded.density`.execute(tx)
    return { list }
  },
})
