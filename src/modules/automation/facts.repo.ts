import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { mulDivRound } from '../../kernel/money.ts'
import { paymentStatus } from '../orders/index.ts'
import type { EventFacts, LineFacts, OrderFacts, ShipmentFacts } from './condition-fields.ts'

/** One time that something a rule may wait for happened. */
export interface Occurrence {
  /** The same for the same event, however often it is delivered: `order_placed:<order>` or `event:<seq>`. */
  key: string
  eventType: string
  documentType: string
  documentId: string
  orderId: string
  shipmentId: string | null
  at: Date
  payload: Readonly<Record<string, unknown>>
}

/** What a condition is asked with. */
export interface Facts {
  order: OrderFacts
  event: EventFacts
  shipment?: ShipmentFacts
}

interface OrderRow extends Omit<
  OrderFacts,
  'base_currency' | 'total_base' | 'payment_status' | 'customer' | 'lines' | 'weight_g' | 'quantity'
> {
  key: string
  baseRatePpm: number
  customer_name: string
  customer_email: string
  customer_phone: string
  orders_count: number
  lines: LineFacts[]
}

/**
 * Facts of occurrences, by key, in a fixed number of statements whatever their number. What is recorded with its time is taken as of
 * the occurrence: payments, holds that no rule put, tags, how many orders the customer had before. All else is as it is now.
 * Occurrences of orders that are not there any more are left out.
 */
export async function loadFacts(
  tx: Tx,
  { orgId, org }: { orgId: number; org: { baseCurrency: string } },
  occurrences: readonly Occurrence[],
): Promise<Map<string, Facts>> {
  if (occurrences.length === 0) return new Map()
  const orders = await readOrders(tx, orgId, occurrences)
  const shipments = await readShipments(
    tx,
    orgId,
    occurrences.flatMap((one) => one.shipmentId ?? []),
  )
  const facts = new Map<string, Facts>()
  for (const occurrence of occurrences) {
    const row = orders.get(occurrence.key)
    if (row === undefined) continue
    const order = orderFacts(row, org.baseCurrency)
    const event = eventFacts(occurrence)
    const shipment = occurrence.shipmentId === null ? undefined : shipments.get(occurrence.shipmentId)
    facts.set(occurrence.key, shipment === undefined ? { order, event } : { order, event, shipment })
  }
  return facts
}

async function readOrders(tx: Tx, orgId: number, occurrences: readonly Occurrence[]): Promise<Map<string, OrderRow>> {
  const source = rowsOf(
    occurrences.map(({ key, orderId, at }) => ({ key, orderId, at })),
    { key: 'text', orderId: 'uuid', at: 'timestamptz' },
    'k',
  )
  const { rows } = await sql<OrderRow>`
    select k.key, o.number, coalesce(o.external_id, '') as external_id, c.code as channel, c.kind as channel_kind, o.currency, o.total, o.base_rate_ppm as "baseRatePpm", o.lines_amount,
           o.charges_amount, o.discounts_amount, o.ship_country as country, coalesce(o.ship_to->>'postcode', '') as postcode, coalesce(o.ship_to->>'city', '') as city,
           coalesce(o.bill_to->>'country', o.ship_country) as billing_country, o.payment_terms, o.priority, o.note, o.placed_at,
           coalesce(o.customer_name, '') as customer_name, coalesce(o.customer_email, '') as customer_email, coalesce(o.customer_phone, '') as customer_phone,
           p.authorized, p.captured, p.refunded, ${ordersBefore} as orders_count, ${tagsThen} as tags, ${holdsThen} as holds,
           array(select x.name from orders.order_charge x where x.org_id = o.org_id and x.order_id = o.id and x.kind = 'shipping' order by x.line_no) as shipping_methods,
           ${linesOf} as lines
      from ${source}
      join orders.sales_order o on o.org_id = ${orgId} and o.id = k.orderId
      join orders.channel c on c.org_id = o.org_id and c.id = o.channel_id
      cross join lateral (
        select greatest(0, coalesce(sum(case x.kind when 'authorized' then x.amount when 'voided' then -x.amount else 0 end), 0))::bigint as authorized,
               coalesce(sum(x.amount) filter (where x.kind in ('captured', 'collected')), 0)::bigint as captured,
               coalesce(sum(x.amount) filter (where x.kind = 'refunded'), 0)::bigint as refunded
          from orders.payment x where x.org_id = o.org_id and x.order_id = o.id and x.recorded_at <= k.at) p`.execute(tx)
  return new Map(rows.map((row) => [row.key, row]))
}

/** Orders of the same customer (party, else e-mail) taken in before this one, canceled ones too: numbers are given in the order of intake. */
const ordersBefore = sql`
  case when o.party_id is not null then (select count(*) from orders.sales_order x where x.org_id = o.org_id and x.party_id = o.party_id and x.number < o.number)
       when o.customer_email is not null then (select count(*) from orders.sales_order x where x.org_id = o.org_id and lower(x.customer_email) = lower(o.customer_email) and x.number < o.number)
       else 0 end`

/** Tags as they were before the occurrence: what was added since is left out, what was taken off since is put back. */
const tagsThen = sql`
  array(select t.tag from unnest(o.tags) as t(tag)
         where not exists (select from kernel.event e where e.org_id = o.org_id and e.document_id = o.id and e.type = 'orders.order_tagged' and e.recorded_at >= k.at and e.payload->'added' ? t.tag)
        union
        select r.tag from kernel.event e cross join jsonb_array_elements_text(e.payload->'removed') as r(tag)
         where e.org_id = o.org_id and e.document_id = o.id and e.type = 'orders.order_tagged' and e.recorded_at >= k.at order by 1)`

const holdsThen = sql`
  array(select distinct h.type from orders.order_hold h where h.org_id = o.org_id and h.order_id = o.id
           and h.placed_at <= k.at and (h.released_at is null or h.released_at > k.at) and (h.rule_id is null or h.placed_at < k.at) order by 1)`

/** Lines as people sold them: a kit is one line. Weights of kits are those of their components. */
const linesOf = sql`
  (select json_agg(json_build_object('sku', l.sku, 'name', l.name, 'product', coalesce(g.name, ''), 'kind', l.kind, 'quantity', l.sold_quantity, 'amount', l.amount, 'discount', l.discount,
            'weight_g', case when l.kind = 'kit' then coalesce((select sum(floor(x.ordered * coalesce(y.weight_g, 0)::numeric / power(10::numeric, y.unit_scale))) from orders.order_line x join catalog.item y on y.org_id = x.org_id and y.id = x.item_id
                                                                 where x.org_id = l.org_id and x.order_id = l.order_id and x.parent_line_id = l.id), 0)::bigint
                             else floor(l.ordered * coalesce(i.weight_g, 0)::numeric / power(10::numeric, i.unit_scale))::bigint end) order by l.line_no)
     from orders.order_line l join catalog.item i on i.org_id = l.org_id and i.id = l.item_id left join catalog.product g on g.org_id = i.org_id and g.id = i.product_id
    where l.org_id = o.org_id and l.order_id = o.id and l.parent_line_id is null)`

function orderFacts(row: OrderRow, baseCurrency: string): OrderFacts {
  const { key: _key, baseRatePpm, customer_name, customer_email, customer_phone, orders_count, ...order } = row
  const lines = row.lines ?? []
  return {
    ...order,
    base_currency: baseCurrency,
    total_base: mulDivRound(row.total, baseRatePpm, 1_000_000),
    payment_status: paymentStatus(row),
    quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
    weight_g: lines.reduce((sum, line) => sum + line.weight_g, 0),
    lines,
    customer: { name: customer_name, email: customer_email, phone: customer_phone, orders_count: Number(orders_count) },
  }
}

async function readShipments(tx: Tx, orgId: number, ids: readonly string[]): Promise<Map<string, ShipmentFacts>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<ShipmentFacts & { id: string }>`
    select s.id, s.number, w.code as warehouse, s.status, coalesce(c.code, '') as carrier, s.amount_to_collect, l.lines_count, l.quantity, l.weight_g
      from warehouse.shipment s join inventory.warehouse w on w.org_id = s.org_id and w.id = s.warehouse_id
      left join carriers.carrier c on c.org_id = s.org_id and c.id = s.carrier_id
      cross join lateral (
        select count(*)::integer as lines_count, coalesce(sum(x.quantity), 0)::bigint as quantity, coalesce(sum(floor(x.quantity * coalesce(i.weight_g, 0)::numeric / power(10::numeric, i.unit_scale))), 0)::bigint as weight_g
          from warehouse.shipment_line x join catalog.item i on i.org_id = x.org_id and i.id = x.item_id where x.org_id = s.org_id and x.shipment_id = s.id) l
     where s.org_id = ${orgId} and s.id = any(${ids}::uuid[])`.execute(tx)
  return new Map(rows.map(({ id, ...facts }) => [id, facts]))
}

function eventFacts({ eventType, at, payload }: Occurrence): EventFacts {
  const text = (name: string): string => (typeof payload[name] === 'string' ? payload[name] : '')
  const number = (name: string): number => (Number.isSafeInteger(payload[name]) ? (payload[name] as number) : 0)
  return {
    type: eventType,
    kind: text('kind'),
    method: text('method'),
    amount: number('amount'),
    quantity: number('quantity'),
    missing: number('missing'),
    at,
  }
}

interface EventRow {
  seq: number
  type: string
  document_type: string
  document_id: string
  recorded_at: Date
  payload: Record<string, unknown>
  order_id: string | null
}

/** Stored events as occurrences. Events of shipments know their order by the shipment; those without an order are left out. */
export function occurrencesOf(rows: readonly EventRow[]): Occurrence[] {
  return rows.flatMap((row) => {
    const orderId = row.document_type === 'order' ? row.document_id : row.order_id
    if (orderId === null) return []
    return [
      {
        key: row.type === 'orders.order_placed' ? placedKey(orderId) : `event:${row.seq}`,
        eventType: row.type,
        documentType: row.document_type,
        documentId: row.document_id,
        orderId,
        shipmentId: row.document_type === 'shipment' ? row.document_id : null,
        at: row.recorded_at,
        payload: row.payload,
      },
    ]
  })
}

/** An order is placed once. */
export function placedKey(orderId: string): string {
  return `order_placed:${orderId}`
}

/** Columns of `kernel.event` (as `e`) that {@link occurrencesOf} reads. */
export const eventColumns = sql`
  e.seq, e.type, e.document_type, e.document_id, e.recorded_at, e.payload,
  case when e.document_type = 'shipment' then (select s.source_id from warehouse.shipment s where s.org_id = e.org_id and s.id = e.document_id) else (e.payload->>'order_id')::uuid end as order_id`
