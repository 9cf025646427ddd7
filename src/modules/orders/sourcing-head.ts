import { sql } from 'kysely'
import { notFound } from '../../kernel/errors.ts'
import type { PositionKey } from '../inventory/index.ts'
import { loadChannels } from './channel.repo.ts'
import { OWN } from './draft-order.ts'
import type { OrderRun } from './order.repo.ts'
import type { SourcingHead } from './source-more.ts'

/**
 * An order as sourcing needs it, not locked: shipments and positions come before the order.
 * @throws `orders.not_found`
 */
export async function readSourcingHead(run: Pick<OrderRun, 'tx' | 'ctx'>, orderId: string): Promise<SourcingHead> {
  const { rows } = await sql<SourcingHead>`
    select o.id, o.number, o.channel_id as "channelId", c.code as "channelCode", o.party_id as "partyId", o.currency, o.base_rate_ppm as "baseRatePpm", o.prices_include_tax as "pricesIncludeTax",
           o.payment_terms as "paymentTerms", o.priority, o.ship_to as "shipTo", o.promised_at as "promisedAt", o.total, o.authorized_amount as authorized, o.captured_amount as captured, o.refunded_amount as refunded,
           o.hold_count as "holdCount", o.state, o.version,
           coalesce((select p.allow_split from orders.sourcing_policy p where p.org_id = o.org_id and (p.channel_id = o.channel_id or p.channel_id is null) order by p.channel_id nulls last limit 1), true) as "allowSplit",
           exists (select 1 from orders.order_line l where l.org_id = o.org_id and l.order_id = o.id and l.backordered > 0) as "hasBackorders"
      from orders.sales_order o join orders.channel c on c.org_id = o.org_id and c.id = o.channel_id
     where o.org_id = ${run.ctx.orgId} and o.id = ${orderId}::uuid`.execute(run.tx)
  const [head] = rows
  if (head === undefined) throw notFound('orders.order', orderId)
  return head
}

/** Positions of items at the warehouses that may serve the order. */
export async function channelPositions(
  run: Pick<OrderRun, 'tx' | 'ctx'>,
  head: Pick<SourcingHead, 'channelCode'>,
  itemIds: readonly string[],
): Promise<PositionKey[]> {
  if (itemIds.length === 0) return []
  const channel = (await loadChannels(run.tx, run.ctx.orgId, [head.channelCode])).get(head.channelCode)
  return [...new Set(itemIds)].flatMap((itemId) =>
    (channel?.warehouses ?? []).map((warehouse) => ({ itemId, warehouseId: warehouse.id, ownerId: OWN })),
  )
}
