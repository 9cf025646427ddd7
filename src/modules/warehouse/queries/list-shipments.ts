import { type RawBuilder, sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { ListTotal, totalOf } from '../../../kernel/list-total.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { ShipmentRow, ShipmentView, showShipments, toRow } from '../shipment-view.ts'
import { matchingShipments, searchShipments } from './search-shipments.ts'

const Status = Type.Enum(['planned', 'released', 'picked', 'packed', 'shipped', 'delivered', 'refused', 'lost', 'canceled', 'voided'])

const filters = {
  status: Type.Optional(Status),
  warehouse_id: Type.Optional(Uuid),
  order_id: Type.Optional(Uuid),
  pick_list_id: Type.Optional(Uuid),
  held: Type.Optional(Type.Boolean()),
  q: Type.Optional(Type.String({ maxLength: 200 })),
}

/**
 * Shipments. Of one open step (`status` planned, released, picked, packed) the most urgent first: by priority, then number;
 * otherwise the newest first. `q` finds the shipment's or the order's number, an SSCC given whole, the beginning
 * of a tracking number or of the recipient's name, and an item by its SKU or barcode given whole.
 */
export const listShipments = defineQuery({
  name: 'warehouse.list_shipments',
  permission: 'warehouse.read',
  summary: 'List shipments',
  input: exactly({ ...filters, ...pageInput }),
  output: pageOf(ShipmentRow),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor, ...filter }) {
    const urgentFirst = filter.status !== undefined && ['planned', 'released', 'picked', 'packed'].includes(filter.status)
    const after = decodeCursor(cursor, ['number', 'number'])
    const conditions = conditionsOf(ctx.orgId, filter)
    const text = filter.q?.trim() ?? ''
    if (text !== '') conditions.push(await searchShipments(tx, ctx.orgId, text))
    if (after !== null)
      conditions.push(
        urgentFirst ? sql`(s.priority, s.number) > (${after[0]}::integer, ${after[1]}::bigint)` : sql`s.number < ${after[1]}::bigint`,
      )
    const { rows } = await sql<{ id: string; priority: number; number: number }>`
      select s.id, s.priority, s.number from warehouse.shipment s where ${sql.join(conditions, sql` and `)}
       order by ${urgentFirst ? sql`s.priority, s.number` : sql`s.number desc`} limit ${limit + 1}`.execute(tx)
    const page = toPage(rows, limit, (row) => [row.priority, row.number])
    const shown = await showShipments(
      tx,
      ctx.orgId,
      ctx.org.baseCurrency,
      page.data.map((row) => row.id),
    )
    return { data: shown.map(toRow), next_cursor: page.next_cursor }
  },
})

/** How many shipments a filter finds. */
export const totalShipments = defineQuery({
  name: 'warehouse.total_shipments',
  permission: 'warehouse.read',
  summary: 'Count the shipments that a filter finds',
  input: exactly(filters),
  output: ListTotal,
  run({ tx, ctx }, input) {
    const conditions = conditionsOf(ctx.orgId, input)
    const text = input.q?.trim() ?? ''
    if (text !== '') conditions.push(sql`s.id in (${matchingShipments(ctx.orgId, text)})`)
    return totalOf(
      tx,
      sql`select null::bigint as amount, null::text as currency from warehouse.shipment s where ${sql.join(conditions, sql` and `)}`,
    )
  },
})

interface Filter {
  status?: string
  warehouse_id?: string
  order_id?: string
  pick_list_id?: string
  held?: boolean
  q?: string
}

/** All that bounds the list, but the search. */
function conditionsOf(orgId: number, { status, warehouse_id, order_id, pick_list_id, held }: Filter): RawBuilder<unknown>[] {
  const conditions = [sql`s.org_id = ${orgId}`]
  // Written as a literal, so that the planner sees that a partial index holds the rows.
  if (status !== undefined) conditions.push(sql`s.status = ${sql.lit(status)}`)
  if (warehouse_id !== undefined) conditions.push(sql`s.warehouse_id = ${warehouse_id}::uuid`)
  if (held !== undefined) conditions.push(sql`s.held = ${held}`)
  if (order_id !== undefined)
    conditions.push(
      sql`(s.source_id = ${order_id}::uuid or exists (select from warehouse.shipment_line l where l.org_id = s.org_id and l.shipment_id = s.id and l.source_id = ${order_id}::uuid))`,
    )
  if (pick_list_id !== undefined)
    conditions.push(
      sql`(s.pick_list_id = ${pick_list_id}::uuid or exists (select from warehouse.pick p where p.org_id = s.org_id and p.shipment_id = s.id and p.pick_list_id = ${pick_list_id}::uuid))`,
    )
  return conditions
}

/** One shipment with lines, picks and parcels. @throws `warehouse.not_found` */
export const getShipment = defineQuery({
  name: 'warehouse.get_shipment',
  permission: 'warehouse.read',
  summary: 'Get a shipment',
  input: exactly({ shipment_id: Uuid }),
  output: ShipmentView,
  errors: ['warehouse.not_found'],

  async run({ tx, ctx }, { shipment_id }) {
    const [shipment] = await showShipments(tx, ctx.orgId, ctx.org.baseCurrency, [shipment_id])
    if (shipment === undefined) throw notFound('warehouse.shipment', shipment_id)
    return shipment
  },
})
