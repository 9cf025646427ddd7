import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { findItemsById } from '../../catalog/index.ts'
import { findLocations, findWarehouses } from '../../inventory/index.ts'
import { readPicksOfList } from '../shipment.repo.ts'
import { PickView, showPicks } from '../shipment-view.ts'

const fields = {
  id: Uuid,
  number: Type.Integer(),
  warehouse_id: Uuid,
  warehouse_code: Type.String(),
  status: Type.String(),
  created_at: Type.String(),
  done_at: nullable(Type.String()),
  pick_count: Type.Integer(),
  open_pick_count: Type.Integer(),
  shipment_count: Type.Integer(),
}
const PickListRow = exactly(fields)

const ChangeView = exactly({
  id: Uuid,
  kind: Type.String(),
  shipment_id: Uuid,
  shipment_number: Type.Integer(),
  item_id: Uuid,
  sku: Type.String(),
  location_code: nullable(Type.String()),
  quantity: Type.Integer(),
  created_at: Type.String(),
})

/** Changes of a list that the picker has not acknowledged, the oldest first. */
async function readChanges(tx: Tx, orgId: number, pickListId: string): Promise<Static<typeof ChangeView>[]> {
  const { rows } = await sql<
    Omit<Static<typeof ChangeView>, 'created_at' | 'sku' | 'location_code'> & { created_at: Date; location_id: string | null }
  >`
    select c.id, c.kind, c.shipment_id, s.number as shipment_number, c.item_id, c.location_id, c.quantity, c.created_at
      from warehouse.pick_list_change c join warehouse.shipment s on s.org_id = c.org_id and s.id = c.shipment_id
     where c.org_id = ${orgId} and c.pick_list_id = ${pickListId}::uuid and c.acknowledged_at is null order by c.id limit 200`.execute(tx)
  const items = await findItemsById(
    tx,
    orgId,
    rows.map((row) => row.item_id),
  )
  const codes = new Map(
    (await findLocations(tx, orgId, { ids: rows.flatMap((row) => row.location_id ?? []) })).map((place) => [place.id, place.code]),
  )
  return rows.map(({ location_id, created_at, ...row }) => ({
    ...row,
    sku: items.get(row.item_id)?.sku ?? '',
    location_code: codes.get(location_id ?? '') ?? null,
    created_at: created_at.toISOString(),
  }))
}

interface StoredList {
  id: string
  number: number
  warehouse_id: string
  status: string
  created_at: Date
  done_at: Date | null
  pick_count: number
  open_pick_count: number
  shipment_count: number
}

const select = sql`
  select l.id, l.number, l.warehouse_id, l.status, l.created_at, l.done_at, c.pick_count, c.open_pick_count, c.shipment_count
    from warehouse.pick_list l
    cross join lateral (
      select count(*) filter (where p.status <> 'canceled')::int as pick_count, count(*) filter (where p.status = 'open')::int as open_pick_count, count(distinct p.shipment_id) filter (where p.status <> 'canceled')::int as shipment_count
        from warehouse.pick p where p.org_id = l.org_id and p.pick_list_id = l.id) c`

async function show(tx: Tx, orgId: number, rows: readonly StoredList[]) {
  const codes = new Map(
    (await findWarehouses(tx, orgId, { ids: rows.map((row) => row.warehouse_id) })).map((warehouse) => [warehouse.id, warehouse.code]),
  )
  return rows.map((row) => ({
    ...row,
    warehouse_code: codes.get(row.warehouse_id) ?? '',
    created_at: row.created_at.toISOString(),
    done_at: row.done_at?.toISOString() ?? null,
  }))
}

/** Pick lists, the newest first. */
export const listPickLists = defineQuery({
  name: 'warehouse.list_pick_lists',
  permission: 'warehouse.read',
  summary: 'List pick lists',
  input: exactly({ status: Type.Optional(Type.Enum(['open', 'done', 'canceled'])), warehouse_id: Type.Optional(Uuid), ...pageInput }),
  output: pageOf(PickListRow),

  async run({ tx, ctx }, { status, warehouse_id, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const conditions = [sql`l.org_id = ${ctx.orgId}`]
    if (status !== undefined) conditions.push(sql`l.status = ${status}`)
    if (warehouse_id !== undefined) conditions.push(sql`l.warehouse_id = ${warehouse_id}::uuid`)
    if (after !== null) conditions.push(sql`l.number < ${after[0]}::bigint`)
    const { rows } =
      await sql<StoredList>`${select} where ${sql.join(conditions, sql` and `)} order by l.number desc limit ${limit + 1}`.execute(tx)
    return toPage(await show(tx, ctx.orgId, rows), limit, (row) => [row.number])
  },
})

/** One pick list with its picks in walking order. @throws `warehouse.not_found` */
export const getPickList = defineQuery({
  name: 'warehouse.get_pick_list',
  permission: 'warehouse.read',
  summary: 'Get a pick list with its picks in walking order',
  input: exactly({ pick_list_id: Uuid }),
  output: exactly({ ...fields, picks: Type.Array(PickView), changes: Type.Array(ChangeView) }),
  errors: ['warehouse.not_found'],

  async run({ tx, ctx }, { pick_list_id }) {
    const { rows } = await sql<StoredList>`${select} where l.org_id = ${ctx.orgId} and l.id = ${pick_list_id}::uuid`.execute(tx)
    const [list] = await show(tx, ctx.orgId, rows)
    if (list === undefined) throw notFound('warehouse.pick_list', pick_list_id)
    const picks = (await readPicksOfList(tx, ctx.orgId, [pick_list_id])).filter((pick) => pick.status !== 'canceled')
    return {
      ...list,
      picks: await showPicks(tx, ctx.orgId, picks, new Map(picks.map((pick) => [pick.shipmentId, pick.shipmentNumber]))),
      changes: await readChanges(tx, ctx.orgId, pick_list_id),
    }
  },
})
