import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ListTotal, totalOf } from '../../../kernel/list-total.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, Uuid } from '../../../kernel/schema.ts'
import { HOLD_TYPES } from '../holds.ts'
import type { LineVector } from '../kit-vector.ts'
import { FULFILLMENT_STATUSES, OrderRow, PAYMENT_STATUSES, RESERVATION_STATUSES, STATES } from '../order-view.ts'
import { HEAD_COLUMNS, IS_LATE, type HeadRow, toHead } from './order-head.ts'
import { matchingOrders, searchOrders } from './search-orders.ts'

const filters = {
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        "order number (10482 or #10482), external id, SKU, barcode, tracking number, or the beginning of the customer's name or e-mail",
    }),
  ),
  state: Type.Optional(Type.Enum([...STATES])),
  fulfillment_status: Type.Optional(Type.Enum([...FULFILLMENT_STATUSES])),
  payment_status: Type.Optional(Type.Enum([...PAYMENT_STATUSES])),
  reservation_status: Type.Optional(Type.Enum([...RESERVATION_STATUSES])),
  channel: Type.Optional(Type.String({ maxLength: 40, description: 'code' })),
  party_id: Type.Optional(Uuid),
  held: Type.Optional(Type.Boolean()),
  hold_type: Type.Optional(Type.Enum([...HOLD_TYPES])),
  late: Type.Optional(Type.Boolean({ description: 'late against its promise' })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
}
const Input = exactly({ ...filters, ...pageInput })

/** Orders, newest first. `from` and `to` (not included) bound when they were placed. */
export const listOrders = defineQuery({
  name: 'orders.list_orders',
  permission: 'orders.read',
  summary: 'List orders',
  input: Input,
  output: pageOf(OrderRow),

  async run({ tx, ctx }, input) {
    const limit = input.limit ?? DEFAULT_LIMIT
    const parts = conditions(ctx.orgId, input)
    const text = input.q?.trim() ?? ''
    if (text !== '') parts.push(await searchOrders(tx, ctx.orgId, text))
    const { rows } = await sql<HeadRow & { quantities: LineVector }>`
      with page as materialized (
        select o.* from orders.sales_order o where o.org_id = ${ctx.orgId} and ${sql.join(parts, sql` and `)}
         order by o.placed_at desc, o.id limit ${limit + 1})
      select ${HEAD_COLUMNS},
             (select to_jsonb(s) from (
                select coalesce(sum(l.ordered), 0) as ordered, coalesce(sum(l.canceled), 0) as canceled, coalesce(sum(l.pending), 0) as pending, coalesce(sum(l.reserved), 0) as reserved,
                       coalesce(sum(l.backordered), 0) as backordered, coalesce(sum(l.supplied_elsewhere), 0) as supplied_elsewhere, coalesce(sum(l.shipped), 0) as shipped, coalesce(sum(l.picked), 0) as picked,
                       coalesce(sum(l.returned), 0) as returned, coalesce(sum(l.refused), 0) as refused, coalesce(sum(l.lost), 0) as lost
                  from orders.order_line l where l.org_id = o.org_id and l.order_id = o.id and l.kind <> 'kit') s) as quantities
        from page o join orders.channel c on c.org_id = o.org_id and c.id = o.channel_id order by o.placed_at desc, o.id`.execute(tx)
    const page = toPage(rows, limit, (row) => [row.placed_at.toISOString(), row.id])
    return { data: page.data.map((row): OrderRow => ({ ...toHead(row), quantities: row.quantities })), next_cursor: page.next_cursor }
  },
})

/** How many orders a filter finds, and what they come to. */
export const totalOrders = defineQuery({
  name: 'orders.total_orders',
  permission: 'orders.read',
  summary: 'Count and sum the orders that a filter finds',
  input: exactly(filters),
  output: ListTotal,
  run({ tx, ctx }, input) {
    const parts = conditions(ctx.orgId, input)
    const text = input.q?.trim() ?? ''
    if (text !== '') parts.push(sql`o.id in (${matchingOrders(ctx.orgId, text)})`)
    return totalOf(
      tx,
      sql`select o.total as amount, o.currency from orders.sales_order o where o.org_id = ${ctx.orgId} and ${sql.join(parts, sql` and `)}`,
    )
  },
})

/** All that bounds the list, but the search. */
function conditions(orgId: number, input: Static<typeof Input>): RawBuilder<unknown>[] {
  const after = decodeCursor(input.cursor, ['string', 'string'])
  const parts: RawBuilder<unknown>[] = [sql`true`]
  if (input.state !== undefined) parts.push(sql`o.state = ${sql.lit(input.state)}`)
  if (input.fulfillment_status !== undefined) parts.push(sql`o.fulfillment_status = ${input.fulfillment_status}`)
  if (input.payment_status !== undefined) parts.push(sql`o.payment_status = ${input.payment_status}`)
  // Written as literals, so that the planner sees that the partial indexes hold the rows.
  if (input.reservation_status !== undefined) parts.push(sql`o.reservation_status = ${sql.lit(input.reservation_status)}`)
  if (input.held !== undefined) parts.push(input.held ? sql`o.hold_count > 0` : sql`o.hold_count = 0`)
  if (input.hold_type !== undefined)
    parts.push(
      sql`o.hold_count > 0 and exists (select from orders.order_hold h where h.org_id = ${orgId} and h.order_id = o.id and h.type = ${input.hold_type} and h.released_at is null)`,
    )
  if (input.late !== undefined)
    parts.push(
      input.late ? sql`o.state = 'open' and coalesce(o.promised_at, o.first_expected_at) is not null and ${IS_LATE}` : sql`not ${IS_LATE}`,
    )
  if (input.channel !== undefined)
    parts.push(sql`o.channel_id = (select id from orders.channel where org_id = ${orgId} and code = ${input.channel})`)
  if (input.party_id !== undefined) parts.push(sql`o.party_id = ${input.party_id}::uuid`)
  if (input.from !== undefined) parts.push(sql`o.placed_at >= ${input.from}::timestamptz`)
  if (input.to !== undefined) parts.push(sql`o.placed_at < ${input.to}::timestamptz`)
  if (after !== null)
    parts.push(sql`o.placed_at <= ${after[0]}::timestamptz and (o.placed_at < ${after[0]}::timestamptz or o.id > ${after[1]}::uuid)`)
  return parts
}
