import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { type Collection, expectCollections, fixCollections } from '../warehouse/index.ts'
import { lockOrders, type OrderRun } from './order.repo.ts'

/** An order's part of a shipment that carries cash on delivery. */
interface Part {
  shipmentId: string
  shipmentNumber: number
  orderId: string
  status: string
  quantity: number
  /** Share of the lines' money that is not frozen yet, rounded down line by line. */
  openShare: number
  /** What this shipment froze of the lines' money; 0 before it ships. */
  frozen: number
  /** Fixed before: what of the order it carried then, and what it was to collect. */
  fixedQuantity: number | null
  fixedAmount: number | null
}

/** What an order paid on delivery still owes couriers in all, and its charges. */
interface Due {
  orderId: string
  due: number
  charges: number
  openQuantity: number
}

const FIXED = new Set(['packed', 'shipped', 'delivered'])

/**
 * Cash on delivery, exact to the minor unit: when a shipment is packed (its label is made) or shipped, it is fixed what the courier
 * collects for each order in it — the lines' share, the charges with the order's first fixed shipment, and with the last one whatever
 * remains of what is owed. So the parcels of an order always add up to what it owes; a label that was made is not changed by shipping.
 * Shipments still open are told what is expected of them. Locks the orders, last of all.
 */
export async function collectOnDelivery(run: OrderRun, shipmentIds: readonly string[], news: 'packed' | 'shipped' | 'open'): Promise<void> {
  const orderIds = await findCashOrders(run.tx, run.ctx.orgId, shipmentIds)
  if (orderIds.length === 0) return
  await lockOrders(run, orderIds)
  const dues = await readDues(run.tx, run.ctx.orgId, orderIds)
  const parts = Map.groupBy(await readParts(run.tx, run.ctx.orgId, orderIds), (part) => part.orderId)
  // `open`: nothing is fixed, only what is expected of open shipments is shared anew (one was split by hand).
  const now = new Set(news === 'open' ? [] : shipmentIds)
  const fixed: Collection[] = []
  const expected = new Map<string, number>()
  for (const due of dues) {
    const shares = shareDue(due, parts.get(due.orderId) ?? [], (part) => now.has(part.shipmentId) && !keepsLabel(part, news))
    fixed.push(...shares.filter((share) => now.has(share.part.shipmentId)).map(asCollection))
    for (const { part, amount } of shares.filter((share) => !FIXED.has(share.part.status)))
      expected.set(part.shipmentId, (expected.get(part.shipmentId) ?? 0) + amount)
  }
  await fixCollections(run.tx, run.ctx.orgId, run.now, fixed)
  await expectCollections(
    run.tx,
    run.ctx.orgId,
    [...expected].map(([shipmentId, amount]) => ({ shipmentId, amount })),
  )
}

/** A label made at packing stands when everything it was made for is what ships. */
function keepsLabel(part: Part, news: 'packed' | 'shipped' | 'open'): boolean {
  return news === 'shipped' && part.fixedQuantity !== null && part.fixedQuantity === part.quantity
}

function asCollection({ part, amount }: { part: Part; amount: number }): Collection {
  return { shipmentId: part.shipmentId, sourceId: part.orderId, quantity: part.quantity, amount }
}

/** Shares what an order owes among its shipments: fixed ones keep theirs, `anew` are worked out, open ones are estimated; Σ ≤ due. */
function shareDue(
  { due, charges, openQuantity }: Due,
  parts: readonly Part[],
  anew: (part: Part) => boolean,
): { part: Part; amount: number }[] {
  const kept = parts.filter((part) => FIXED.has(part.status) && !anew(part) && part.fixedAmount !== null)
  const shares = kept.map((part) => ({ part, amount: part.fixedAmount ?? 0 }))
  let left = Math.max(0, due - shares.reduce((sum, share) => sum + share.amount, 0))
  let carried = kept.reduce((sum, part) => sum + part.quantity, 0)
  let chargesLeft = kept.length === 0 ? charges : 0
  const fixing = parts.filter(anew)
  const open = parts.filter((part) => !FIXED.has(part.status))
  for (const part of [...fixing, ...open]) {
    carried += part.quantity
    const share = (FIXED.has(part.status) && part.frozen > 0 ? part.frozen : part.openShare) + chargesLeft
    const amount = carried >= openQuantity ? left : Math.min(left, share)
    chargesLeft = 0
    left -= amount
    shares.push({ part, amount })
  }
  return shares
}

/** Orders paid on delivery that shipments carry, in key order. */
async function findCashOrders(tx: Tx, orgId: number, shipmentIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct o.id from warehouse.shipment_line l join orders.sales_order o on o.org_id = l.org_id and o.id = l.source_id and o.payment_terms = 'cash_on_delivery'
     where l.org_id = ${orgId} and l.shipment_id = any(${[...new Set(shipmentIds)]}::uuid[]) order by o.id`.execute(tx)
  return rows.map((row) => row.id)
}

/**
 * What couriers collect for each order in all: what it was or will be charged, less what was refused, voided or lost and what was paid
 * otherwise. `openQuantity` is what its shipments carry or will carry.
 */
async function readDues(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<Due[]> {
  const { rows } = await sql<Due>`
    with head as (select id, prices_include_tax as incl from orders.sales_order where org_id = ${orgId} and id = any(${orderIds}::uuid[])),
    lines as (
      select h.id, sum(l.amount - l.discount - l.sliced_amount + case when h.incl then -l.marketplace_tax else l.tax - l.sliced_tax end)::bigint as open, sum(l.ordered - l.canceled - l.supplied_elsewhere - l.refused - l.lost)::bigint as quantity
        from head h join orders.order_line l on l.org_id = ${orgId} and l.order_id = h.id and l.kind <> 'kit' group by h.id),
    -- What the channel sent, its own courier collects.
    outside as (select distinct e.shipment_id as id from warehouse.shipment_line e where e.org_id = ${orgId} and e.source_id = any(${orderIds}::uuid[]) and e.supply = 'elsewhere'),
    charged as (
      select h.id, coalesce(sum(c.amount - c.discount + case when h.incl then -c.marketplace_tax else c.tax end), 0)::bigint as whole,
             coalesce(sum(c.amount - c.discount + case when h.incl then -c.marketplace_tax else c.tax end) filter (where c.recognized_shipment_id is null), 0)::bigint as open
        from head h join orders.order_charge c on c.org_id = ${orgId} and c.order_id = h.id and c.canceled_at is null and not exists (select from outside x where x.id = c.recognized_shipment_id) group by h.id),
    earned as (select order_id as id, sum(case when kind in ('shipped', 'found') then amount else -amount end)::bigint as amount from orders.revenue_slice
                where org_id = ${orgId} and order_id = any(${orderIds}::uuid[]) and kind in ('shipped', 'refused', 'voided', 'lost', 'found') and document_id not in (select id from outside) group by 1),
    paid as (select order_id as id, sum(amount)::bigint as amount from orders.payment where org_id = ${orgId} and order_id = any(${orderIds}::uuid[]) and kind = 'captured' group by 1)
    select h.id as "orderId", greatest(0, coalesce(l.open, 0) + coalesce(c.open, 0) + coalesce(e.amount, 0) - coalesce(p.amount, 0))::bigint as due, coalesce(c.whole, 0)::bigint as charges, coalesce(l.quantity, 0)::bigint as "openQuantity"
      from head h left join lines l on l.id = h.id left join charged c on c.id = h.id left join earned e on e.id = h.id left join paid p on p.id = h.id order by h.id`.execute(
    tx,
  )
  return rows
}

async function readParts(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<Part[]> {
  const { rows } = await sql<Part>`
    select s.id as "shipmentId", s.number as "shipmentNumber", w.source_id as "orderId", s.status, sum(w.quantity)::bigint as quantity,
           coalesce(sum(floor((l.amount - l.discount - l.sliced_amount + case when o.prices_include_tax then -l.marketplace_tax else l.tax - l.sliced_tax end)::numeric * w.quantity / nullif(l.ordered - l.sliced_quantity, 0))), 0)::bigint as "openShare",
           coalesce((select sum(r.amount) from orders.revenue_slice r where r.org_id = s.org_id and r.document_id = s.id and r.order_id = w.source_id and r.line_id is not null and r.kind = 'shipped'), 0)::bigint as frozen,
           c.quantity as "fixedQuantity", c.amount as "fixedAmount"
      from warehouse.shipment_line w join warehouse.shipment s on s.org_id = w.org_id and s.id = w.shipment_id
      join orders.order_line l on l.org_id = w.org_id and l.id = w.source_line_id join orders.sales_order o on o.org_id = l.org_id and o.id = l.order_id
      left join warehouse.shipment_collection c on c.org_id = s.org_id and c.shipment_id = s.id and c.source_id = w.source_id
     where w.org_id = ${orgId} and w.source_line_id in (select x.id from orders.order_line x where x.org_id = ${orgId} and x.order_id = any(${orderIds}::uuid[]))
       and s.status in ('planned', 'released', 'picked', 'packed', 'shipped', 'delivered') and w.quantity > 0 and w.supply <> 'elsewhere'
     group by s.org_id, s.id, s.number, w.source_id, s.status, c.quantity, c.amount order by s.number`.execute(tx)
  return rows
}
