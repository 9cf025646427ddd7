import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import { readOnly, type Tx } from '../../kernel/database.ts'
import { runCommand, type System } from '../../kernel/runner.ts'
import { exactly } from '../../kernel/schema.ts'
import { releaseShipments } from '../../modules/warehouse/index.ts'
import { type BulkAction, type BulkPiece, type Obstacle, type PieceDone, refusalIn } from './bulk-action.ts'

interface Releasable {
  id: string
  state: string
  hold_count: number
  reservation_status: string
  /** Planned shipments, and how many of them are neither held nor waiting for the rest of the order. */
  planned: number
  free: number
  held: number
}

/** Rows (shipment_id, order_id) of the shipments that orders are on, by header or as one of several orders. */
function shipmentsOf(orgId: number, ids: readonly string[]) {
  return sql`
    select h.id as shipment_id, h.source_id as order_id from warehouse.shipment h where h.org_id = ${orgId} and h.source_id = any(${[...ids]}::uuid[])
    union select c.shipment_id, c.source_id from warehouse.shipment_order c where c.org_id = ${orgId} and c.source_id = any(${[...ids]}::uuid[])`
}

function whyNot(order: Releasable | undefined): Obstacle | null {
  if (order === undefined) return 'gone'
  if (order.hold_count > 0) return 'held'
  if (order.planned === 0) {
    if (order.state !== 'open') return 'not_open'
    return ['backordered', 'pending', 'none'].includes(order.reservation_status) ? 'no_stock' : 'nothing_planned'
  }
  if (order.free > 0) return null
  return order.held > 0 ? 'held' : 'not_ready'
}

async function foresee(tx: Tx, ctx: Context, ids: readonly string[]): Promise<Map<string, Obstacle>> {
  const { rows } = await sql<Releasable>`
    with planned as (
      select x.order_id, count(*)::integer as planned, count(*) filter (where not s.held and s.ready)::integer as free, count(*) filter (where s.held)::integer as held
        from (${shipmentsOf(ctx.orgId, ids)}) x join warehouse.shipment s on s.org_id = ${ctx.orgId} and s.id = x.shipment_id
       where s.status = 'planned' group by x.order_id)
    select o.id, o.state, o.hold_count, o.reservation_status, coalesce(p.planned, 0) as planned, coalesce(p.free, 0) as free, coalesce(p.held, 0) as held
      from orders.sales_order o left join planned p on p.order_id = o.id
     where o.org_id = ${ctx.orgId} and o.id = any(${[...ids]}::uuid[])`.execute(tx)
  const orders = new Map(rows.map((row) => [row.id, row]))
  return new Map(
    ids.flatMap((id) => {
      const obstacle = whyNot(orders.get(id))
      return obstacle === null ? [] : [[id, obstacle] as const]
    }),
  )
}

/** An order is refused when one of its shipments is; the others are released all the same. */
async function perform(system: System, ctx: Context, piece: BulkPiece): Promise<PieceDone> {
  const { outcomes } = await runCommand(system, ctx, releaseShipments, { order_ids: [...piece.ids] }, { idempotencyKey: piece.key })
  const refused = new Map(outcomes.flatMap((outcome) => (outcome.ok ? [] : [[outcome.shipment_id, refusalIn(outcome.error)] as const])))
  if (refused.size === 0) return { refused }
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ shipment_id: string; order_id: string }>`${shipmentsOf(ctx.orgId, piece.ids)}`.execute(tx),
  )
  return {
    refused: new Map(
      rows.flatMap(({ shipment_id, order_id }) => {
        const error = refused.get(shipment_id)
        return error === undefined ? [] : [[order_id, error] as const]
      }),
    ),
  }
}

/** Releases what orders have planned, to one pick list a warehouse and piece. */
export const releaseOfOrders: BulkAction = { permission: 'warehouse.release', options: exactly({}), pieceSize: 100, foresee, perform }
