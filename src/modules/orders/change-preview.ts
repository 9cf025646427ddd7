import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { CommandRun } from '../../kernel/command.ts'
import { exactly, nullable, Uuid } from '../../kernel/schema.ts'
import { type ChangedOrder, changeOrder } from './change-order.ts'
import type { OrderChange } from './change-input.ts'
import { Money, moneyIn, type OrderView } from './order-view.ts'
import { getOrder } from './queries/get-order.ts'

const count = Type.Integer()
const text = Type.String()
const LineSide = exactly({
  wanted: count,
  reserved: count,
  backordered: count,
  pending: count,
  canceled: count,
  shipped: count,
  amount: Money,
  discount: Money,
  tax: Money,
})
const Totals = exactly({
  lines: Money,
  charges: Money,
  discounts: Money,
  tax: Money,
  total: Money,
  canceled: Money,
  due: Money,
})
const eitherNull = <S extends typeof LineSide>(schema: S) => Type.Union([schema, Type.Null()])

/** What a change-set would do: before and after of lines, totals, shipments, stock and money. */
export const ChangePreview = exactly({
  order_id: Uuid,
  version: count,
  lines: Type.Array(exactly({ line_id: nullable(Uuid), sku: text, name: text, before: eitherNull(LineSide), after: eitherNull(LineSide) })),
  totals: exactly({ before: Totals, after: Totals }),
  shipments: Type.Array(
    exactly({
      number: nullable(count),
      warehouse_code: text,
      status_before: nullable(text),
      status_after: nullable(text),
      ship_to_changes: Type.Boolean(),
      lines: Type.Array(exactly({ sku: text, before: count, after: count })),
    }),
  ),
  stock: Type.Array(exactly({ sku: text, warehouse_code: text, available_before: count, available_after: count })),
  money: exactly({ paid: Money, due_before: Money, due_after: Money, to_pay: Money, to_refund: Money }),
  fields: Type.Array(text),
})
export type ChangePreview = Static<typeof ChangePreview>

interface ShipmentLineRow {
  shipmentId: string
  number: number
  status: string
  warehouseCode: string
  shipTo: string
  sku: string
  quantity: number
}

interface StockRow {
  sku: string
  warehouseCode: string
  available: number
}

interface Snapshot {
  order: OrderView
  shipments: ShipmentLineRow[]
}

/** Thrown to roll a preview back; carries what it found. */
export class PreviewDone extends Error {
  readonly preview: ChangePreview
  constructor(preview: ChangePreview) {
    super('A preview is rolled back')
    this.preview = preview
  }
}

/**
 * Does what {@link changeOrder} does, looks at the difference, and always throws: {@link PreviewDone} with the difference, or the refusal
 * the change would meet. The transaction is rolled back either way.
 */
export async function previewChange(run: CommandRun, orderId: string, change: OrderChange, expectedVersion?: number): Promise<never> {
  const before = await snapshot(run, orderId)
  const stockBefore = await readStock(run, orderId, change)
  const changed = await changeOrder(run, orderId, change, expectedVersion)
  const after = await snapshot(run, orderId)
  const stockAfter = await readStock(run, orderId, change)
  throw new PreviewDone(compare(changed, { before, after, stockBefore, stockAfter }))
}

async function snapshot(run: CommandRun, orderId: string): Promise<Snapshot> {
  const order = await getOrder.run(run, { order_id: orderId })
  const { rows } = await sql<ShipmentLineRow>`
    select s.id as "shipmentId", s.number, s.status, w.code as "warehouseCode", encode(s.ship_to_hash, 'hex') as "shipTo", l.sku, x.quantity
      from warehouse.shipment_line x join orders.order_line l on l.org_id = x.org_id and l.id = x.source_line_id
      join warehouse.shipment s on s.org_id = x.org_id and s.id = x.shipment_id join inventory.warehouse w on w.org_id = s.org_id and w.id = s.warehouse_id
     where x.org_id = ${run.ctx.orgId} and l.order_id = ${orderId}::uuid and s.status in ('planned', 'released', 'picked', 'packed', 'canceled') order by s.number, l.line_no`.execute(
    run.tx,
  )
  return { order, shipments: rows }
}

/** What can be promised of the order's items, and of those to be added, where they are kept. */
async function readStock(run: CommandRun, orderId: string, change: OrderChange): Promise<StockRow[]> {
  const skus = (change.add_lines ?? []).flatMap((line) => line.sku ?? [])
  const ids = (change.add_lines ?? []).flatMap((line) => line.item_id ?? [])
  const { rows } = await sql<StockRow>`
    select i.sku, w.code as "warehouseCode", sum(p.on_hand - p.reserved - p.held)::bigint as available
      from inventory.stock_position p join catalog.item i on i.org_id = p.org_id and i.id = p.item_id join inventory.warehouse w on w.org_id = p.org_id and w.id = p.warehouse_id
     where p.org_id = ${run.ctx.orgId} and p.item_id in (
       select item_id from orders.order_line where org_id = ${run.ctx.orgId} and order_id = ${orderId}::uuid
       union select id from catalog.item where org_id = ${run.ctx.orgId} and (sku = any(${skus}::text[]) or id = any(${ids}::uuid[])))
     group by 1, 2 order by 1, 2`.execute(run.tx)
  return rows
}

interface Compared {
  before: Snapshot
  after: Snapshot
  stockBefore: readonly StockRow[]
  stockAfter: readonly StockRow[]
}

function compare(changed: ChangedOrder, { before, after, stockBefore, stockAfter }: Compared): ChangePreview {
  const money = moneyIn(after.order.currency)
  const due = (side: Snapshot) => side.order.totals.due.amount
  const paid = after.order.paid.captured.amount - after.order.paid.refunded.amount
  return {
    order_id: changed.orderId,
    version: before.order.version,
    lines: compareLines(before.order, after.order),
    totals: { before: totalsOf(before), after: totalsOf(after) },
    shipments: compareShipments(before.shipments, after.shipments),
    stock: stockAfter.flatMap((row) => {
      const was = stockBefore.find((other) => other.sku === row.sku && other.warehouseCode === row.warehouseCode)?.available ?? 0
      return was === row.available
        ? []
        : [{ sku: row.sku, warehouse_code: row.warehouseCode, available_before: was, available_after: row.available }]
    }),
    money: {
      paid: money(paid),
      due_before: money(due(before)),
      due_after: money(due(after)),
      to_pay: money(Math.max(0, due(after) - paid)),
      to_refund: money(Math.max(0, paid - due(after))),
    },
    fields: changedFields(before.order, after.order),
  }
}

function changedFields(before: OrderView, after: OrderView): string[] {
  const names = ['ship_to', 'bill_to', 'customer', 'promised_at', 'priority', 'note', 'tags'] as const
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
}

function totalsOf({ order }: Snapshot): ChangePreview['totals']['before'] {
  const { lines, charges, discounts, tax, total, canceled, due } = order.totals
  return { lines, charges, discounts, tax, total, canceled, due }
}

function lineSide(line: OrderView['lines'][number]): NonNullable<ChangePreview['lines'][number]['before']> {
  const { reserved, backordered, pending, canceled, shipped, amount, discount, tax } = line
  return { wanted: line.ordered - canceled, reserved, backordered, pending, canceled, shipped, amount, discount, tax }
}

/** Top lines that differ; what is new has no id yet. */
function compareLines(before: OrderView, after: OrderView): ChangePreview['lines'] {
  return after.lines.flatMap((line) => {
    if (line.parent_line_id !== null) return []
    const was = before.lines.find((other) => other.id === line.id)
    const sides = { before: was === undefined ? null : lineSide(was), after: lineSide(line) }
    if (JSON.stringify(sides.before) === JSON.stringify(sides.after)) return []
    return [{ line_id: was === undefined ? null : line.id, sku: line.sku, name: line.name, ...sides }]
  })
}

function compareShipments(before: readonly ShipmentLineRow[], after: readonly ShipmentLineRow[]): ChangePreview['shipments'] {
  const ids = [...new Set([...before, ...after].map((row) => row.shipmentId))]
  return ids.flatMap((id) => {
    const was = before.filter((row) => row.shipmentId === id)
    const now = after.filter((row) => row.shipmentId === id)
    const any = now[0] ?? was[0]
    const skus = [...new Set([...was, ...now].map((row) => row.sku))]
    const of = (rows: readonly ShipmentLineRow[], sku: string) => rows.reduce((sum, row) => (row.sku === sku ? sum + row.quantity : sum), 0)
    const lines = skus.map((sku) => ({ sku, before: of(was, sku), after: of(now, sku) })).filter((line) => line.before !== line.after)
    const moves = was.length > 0 && was[0]?.shipTo !== any?.shipTo
    if (any === undefined || (lines.length === 0 && was[0]?.status === any.status && !moves)) return []
    return [
      {
        // A new shipment takes its number when the change is made.
        number: was.length === 0 ? null : any.number,
        warehouse_code: any.warehouseCode,
        status_before: was[0]?.status ?? null,
        status_after: now[0]?.status ?? null,
        ship_to_changes: moves,
        lines,
      },
    ]
  })
}
