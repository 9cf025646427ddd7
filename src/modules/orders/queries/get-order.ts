import { sql } from 'kysely'
import { defineQuery } from '../../../kernel/command.ts'
import type { Context } from '../../../kernel/context.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { mulDivRound } from '../../../kernel/money.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { findActorNames } from '../../identity/index.ts'
import { readCostOfLines } from '../../inventory/index.ts'
import { allowedActions } from '../allowed-actions.ts'
import { kitVector, type LineVector } from '../kit-vector.ts'
import { instantText, moneyIn, type OrderLineView, OrderView } from '../order-view.ts'
import { readPayments } from './list-payments.ts'
import { HEAD_COLUMNS, type HeadRow, toHead } from './order-head.ts'

interface LineRow extends LineVector {
  id: string
  line_no: number
  external_line_id: string | null
  item_id: string
  sku: string
  name: string
  kind: string
  supply: string
  parent_line_id: string | null
  kit_quantity: number | null
  replaces_line_id: string | null
  reason: string | null
  unit_price: number | null
  unit_price_scale: number
  amount: number
  discount: number
  tax: number
  marketplace_tax: number
  expected_at: Date | null
  first_expected_at: Date | null
}

/**
 * An order with lines, money, holds, payments, shipments, the reasons of its sourcing and what one may do with it now.
 * @throws `orders.not_found`
 */
export const getOrder = defineQuery({
  name: 'orders.get_order',
  permission: 'orders.read',
  summary: 'Get an order',
  input: exactly({ order_id: Uuid }),
  output: OrderView,
  errors: ['orders.not_found'],

  async run({ tx, ctx }, { order_id }) {
    const { rows } =
      await sql<HeadRow>`select ${HEAD_COLUMNS} from orders.sales_order o join orders.channel c on c.org_id = o.org_id and c.id = o.channel_id where o.org_id = ${ctx.orgId} and o.id = ${order_id}::uuid`.execute(
        tx,
      )
    const [head] = rows
    if (head === undefined) throw notFound('orders.order', order_id)
    const lines = await readLines(tx, ctx.orgId, order_id)
    const parts = await readParts(tx, ctx.orgId, head)
    const sums = await readCostAndMargin(tx, ctx, head)
    const carrying = lines.filter((line) => line.kind !== 'kit')
    const total = (of: (line: LineRow) => number) => carrying.reduce((sum, line) => sum + of(line), 0)
    return {
      ...toHead(head),
      bill_to: head.bill_to,
      note: head.note,
      ...sums,
      lines: toLineViews(lines, head.currency),
      ...parts,
      payments: await readPayments(tx, ctx.orgId, order_id),
      allowed_actions: allowedActions(
        {
          state: head.state,
          openQuantity: total((line) => line.pending + line.reserved + line.backordered),
          backordered: total((line) => line.backordered),
          returnable: total((line) => line.shipped + line.supplied_elsewhere - line.returned - line.refused - line.lost),
          openHolds: head.hold_count,
          captured: head.captured_amount,
          refunded: head.refunded_amount,
          shipments: parts.shipments,
        },
        (permission) => ctx.may(permission),
      ),
    }
  },
})

async function readLines(tx: Tx, orgId: number, orderId: string): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    select id, line_no, external_line_id, item_id, sku, name, kind, supply, parent_line_id, kit_quantity, replaces_line_id, reason, unit_price, unit_price_scale, amount, discount, tax, marketplace_tax,
           ordered, canceled, pending, reserved, backordered, supplied_elsewhere, shipped, picked, returned, refused, lost, expected_at, first_expected_at
      from orders.order_line where org_id = ${orgId} and order_id = ${orderId}::uuid order by line_no`.execute(tx)
  return rows
}

function toLineViews(lines: readonly LineRow[], currency: string): OrderLineView[] {
  const money = moneyIn(currency)
  const components = Map.groupBy(
    lines.filter((line) => line.parent_line_id !== null),
    (line) => line.parent_line_id,
  )
  return lines.map(({ unit_price, unit_price_scale, ...line }) => ({
    ...line,
    expected_at: instantText(line.expected_at),
    first_expected_at: instantText(line.first_expected_at),
    partly: false,
    ...(line.kind === 'kit'
      ? kitVector(
          line.ordered,
          (components.get(line.id) ?? []).map((component) => ({ ...component, kit_quantity: component.kit_quantity ?? 1 })),
        )
      : {}),
    unit_price: unit_price === null ? null : { amount: unit_price, scale: unit_price_scale, currency },
    amount: money(line.amount),
    discount: money(line.discount),
    tax: money(line.tax),
    marketplace_tax: money(line.marketplace_tax),
  }))
}

type Parts = Pick<OrderView, 'charges' | 'discounts' | 'taxes' | 'holds' | 'shipments' | 'sourcing'>

/** What hangs on an order besides its lines and payments; one statement, each part as JSON. */
async function readParts(tx: Tx, orgId: number, head: HeadRow): Promise<Parts> {
  const of = sql`x.org_id = ${orgId} and x.order_id = ${head.id}::uuid`
  const { rows } = await sql<{ [K in keyof Parts]: Parts[K] | null }>`
    select (select json_agg(x order by x.line_no) from orders.order_charge x where ${of}) as charges,
           (select json_agg(x order by x.id) from orders.order_discount x where ${of}) as discounts,
           (select json_agg(x order by x.rate_ppm desc, x.id) from orders.order_tax x where ${of}) as taxes,
           (select json_agg(x order by x.placed_at, x.id) from orders.order_hold x where ${of}) as holds,
           (select json_agg(x order by x.attempt) from orders.sourcing_decision x where ${of}) as sourcing,
           (select json_agg(json_build_object('id', s.id, 'number', s.number, 'status', s.status, 'warehouse_id', s.warehouse_id, 'warehouse_code', w.code, 'held', s.held, 'ready', s.ready,
                     'tracking_numbers', coalesce((select json_agg(distinct p.tracking_number) from warehouse.parcel p where p.org_id = s.org_id and p.shipment_id = s.id and p.tracking_number is not null), '[]'::json)) order by s.number)
              from warehouse.shipment s join inventory.warehouse w on w.org_id = s.org_id and w.id = s.warehouse_id where s.org_id = ${orgId} and s.id in (select h.id from warehouse.shipment h where h.org_id = ${orgId} and h.source_id = ${head.id}::uuid union select c.shipment_id from warehouse.shipment_order c where c.org_id = ${orgId} and c.source_id = ${head.id}::uuid)) as shipments`.execute(
    tx,
  )
  const holders = ((rows[0]?.holds ?? []) as { placed_by: string | null; released_by: string | null }[]).flatMap((hold) =>
    [hold.placed_by, hold.released_by].filter((id) => id !== null),
  )
  const names = await findActorNames(tx, orgId, holders)
  const money = moneyIn(head.currency)
  const amounts = (part: Record<string, unknown>, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, money(part[name] as number)]))
  const part = <K extends keyof Parts>(name: K, view: (row: Record<string, unknown>) => object) =>
    ((rows[0]?.[name] ?? []) as Record<string, unknown>[]).map(view) as Parts[K]
  const pick = (row: Record<string, unknown>, ...names: string[]) => Object.fromEntries(names.map((name) => [name, row[name]]))
  const instant = (value: unknown) => instantText(value === null || value === undefined ? null : new Date(value as string))
  return {
    charges: part('charges', (row) => ({
      ...pick(row, 'id', 'kind', 'name', 'recognized_shipment_id'),
      ...amounts(row, ['amount', 'discount', 'tax', 'marketplace_tax']),
      canceled_at: instant(row['canceled_at']),
    })),
    discounts: part('discounts', (row) => ({ ...pick(row, 'id', 'line_id', 'code', 'name', 'funded_by'), ...amounts(row, ['amount']) })),
    taxes: part('taxes', (row) => ({
      ...pick(row, 'id', 'rate_ppm', 'jurisdiction', 'collected_by'),
      ...amounts(row, ['base', 'amount']),
    })),
    holds: part('holds', (row) => ({
      ...pick(row, 'id', 'type', 'note', 'placed_by', 'released_by'),
      placed_by_name: names.get(row['placed_by'] as string) ?? null,
      released_by_name: names.get(row['released_by'] as string) ?? null,
      until_at: instant(row['until_at']),
      placed_at: instant(row['placed_at']),
      released_at: instant(row['released_at']),
    })),
    sourcing: part('sourcing', (row) => ({ ...pick(row, 'attempt', 'reasons'), decided_at: instant(row['decided_at']) })),
    shipments: part('shipments', (row) => row),
  }
}

/** Kinds of slice that earn; all others take back. */
const EARNED: ReadonlySet<string> = new Set(['shipped', 'fee', 'sent_back', 'found'])

/** What shipped goods cost less what came back, and the net revenue above it, in the base currency; nothing before goods have left. */
async function readCostAndMargin(tx: Tx, ctx: Context, head: HeadRow): Promise<Pick<OrderView, 'cost' | 'margin'>> {
  if (!ctx.may('ledger.read')) return {}
  const { rows } = await sql<{ kind: string; document_line_id: string | null; net: number }>`
    select kind, document_line_id, amount - tax as net from orders.revenue_slice where org_id = ${ctx.orgId} and order_id = ${head.id}::uuid`.execute(
    tx,
  )
  if (rows.length === 0) return {}
  const money = moneyIn(ctx.org.baseCurrency)
  const cost = await readCostOfLines(
    tx,
    ctx.orgId,
    rows.flatMap((row) => (row.document_line_id === null ? [] : [row.document_line_id])),
  )
  const net = rows.reduce((sum, row) => sum + (EARNED.has(row.kind) ? row.net : -row.net), 0)
  return { cost: money(cost), margin: money(mulDivRound(net, head.base_rate_ppm, 1_000_000) - cost) }
}
