import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { findActorNames } from '../../identity/index.ts'

const TimelineEvent = exactly({
  seq: Type.Integer(),
  recorded_at: Instant,
  command: Type.String(),
  command_id: Uuid,
  type: Type.String(),
  actor: exactly({ kind: Type.String(), id: nullable(Uuid), name: nullable(Type.String()) }),
  document_type: Type.String(),
  document_id: Uuid,
  payload: Type.Unknown(),
})

interface Row {
  seq: number
  recorded_at: Date
  command: string
  command_id: string
  type: string
  actor_kind: string
  actor_id: string | null
  document_type: string
  document_id: string
  payload: unknown
}

/**
 * What happened to an order, its shipments and its return receipts, newest first, each with who did it.
 * @throws `orders.not_found`
 */
export const getOrderTimeline = defineQuery({
  name: 'orders.get_order_timeline',
  permission: 'orders.read',
  summary: 'List what happened to an order',
  input: exactly({ order_id: Uuid, ...pageInput }),
  output: pageOf(TimelineEvent),
  errors: ['orders.not_found'],

  async run({ tx, ctx }, { order_id, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['number'])
    const { rows: known } = await sql`select from orders.sales_order where org_id = ${ctx.orgId} and id = ${order_id}::uuid`.execute(tx)
    if (known.length === 0) throw notFound('orders.order', order_id)
    const { rows } = await sql<Row>`
      select e.seq, e.recorded_at, e.command, e.command_id, e.type, e.actor_kind, e.actor_id, e.document_type, e.document_id, e.payload
        from kernel.event e
       where e.org_id = ${ctx.orgId} and e.document_id = any(array(
               select ${order_id}::uuid
               union select l.shipment_id from warehouse.shipment s join warehouse.shipment_line l on l.org_id = s.org_id and l.shipment_id = s.id where s.org_id = ${ctx.orgId} and s.source_id = ${order_id}::uuid
               union select c.shipment_id from warehouse.shipment_order c where c.org_id = ${ctx.orgId} and c.source_id = ${order_id}::uuid
               union select r.id from warehouse.return_receipt r where r.org_id = ${ctx.orgId} and r.source_id = ${order_id}::uuid))
         ${after === null ? sql`` : sql`and e.seq < ${after[0]}`}
       order by e.seq desc limit ${limit + 1}`.execute(tx)
    const page = toPage(rows, limit, (row) => [row.seq])
    const names = await findActorNames(
      tx,
      ctx.orgId,
      page.data.flatMap((row) => (row.actor_id === null ? [] : [row.actor_id])),
    )
    return {
      data: page.data.map(({ actor_kind, actor_id, recorded_at, ...event }) => ({
        ...event,
        recorded_at: recorded_at.toISOString(),
        actor: { kind: actor_kind, id: actor_id, name: names.get(actor_id ?? '') ?? null },
      })),
      next_cursor: page.next_cursor,
    }
  },
})
