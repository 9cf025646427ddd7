import { sql } from 'kysely'
import { Type, type Static } from 'typebox'
import { notFound } from '../../kernel/errors.ts'
import { findItemsById, findItemsBySku, loadKitComponents } from '../catalog/index.ts'
import { lockOrderShipments } from '../warehouse/index.ts'
import { collectAnew } from './collect-anew.ts'
import { type DraftLine, draftLines } from './draft-order.ts'
import { insertOrderLines, type Vector } from './line.repo.ts'
import { OrderLineInput } from './order-input.ts'
import { addTaxes, sumOrder } from './order-totals.ts'
import { lockOrders, type OrderRun, refreshOrders } from './order.repo.ts'
import { changedMeanwhile, notOpen } from './orders.errors.ts'
import { type PricedOrder, priceOrder } from './price-order.ts'
import { readSourcingHead } from './sourcing-head.ts'
import { insertDecision, type MorePart, type SourcingHead, sourceMore } from './source-more.ts'

/** A line to add to an order: as intake takes it, and which line it stands for and why. A unit price or amount of 0 is a price. */
export const AddedLineInput = Type.Object(
  {
    ...OrderLineInput.properties,
    replaces_line_id: Type.Optional(Type.String({ format: 'uuid' })),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  { additionalProperties: false },
)
export type AddedLine = Static<typeof AddedLineInput>

/** Lines priced and exploded, not sourced and not written yet. */
export interface DraftedLines {
  input: readonly AddedLine[]
  priced: PricedOrder
  drafts: DraftLine[]
}

/**
 * Prices lines for an order and explodes kits.
 * @throws `kernel.invalid_input` at `/lines/N/…`, `orders.not_found` for a line to be replaced that is not there
 */
export async function draftAdded(run: OrderRun, head: SourcingHead, lines: readonly AddedLine[]): Promise<DraftedLines> {
  const priced = await priceLines(run, head, lines)
  return { input: lines, priced, drafts: draftLines(priced, run.newId) }
}

/** What drafted lines need of stock and shipments. */
export function partsOf(drafted: DraftedLines): MorePart[] {
  return drafted.drafts
    .filter((line) => line.priced.item.kind !== 'kit')
    .map(({ id, priced }) => ({
      lineId: id,
      itemId: priced.item.id,
      sku: priced.item.sku,
      quantity: priced.quantity,
      supply: priced.supply,
      onlyCode: priced.warehouseCode,
    }))
}

/**
 * Writes drafted and sourced lines after the order's last one, with their taxes and discounts. The caller holds the order and sums it
 * afterwards. Raises `orders.lines_added`. Answers the ids of the top lines.
 */
export async function writeAdded(
  run: OrderRun,
  orderId: string,
  { input, priced, drafts }: DraftedLines,
  vectors: ReadonlyMap<string, Vector>,
): Promise<string[]> {
  if (drafts.length === 0) return []
  const tops = await writeLines(run, orderId, { drafts, vectors, lines: input })
  await addTaxes(run, orderId, priced.taxes)
  await insertLineDiscounts(run, orderId, tops, input)
  run.emit({
    type: 'orders.lines_added',
    documentType: 'order',
    documentId: orderId,
    payload: {
      lines: tops.map((id, index) => ({
        line_id: id,
        quantity: input[index]?.quantity,
        amount: priced.lines[index]?.amount,
        replaces_line_id: input[index]?.replaces_line_id ?? null,
        reason: input[index]?.reason ?? null,
      })),
    },
  })
  return tops
}

/**
 * Adds lines to an order inside the caller's transaction, exactly as intake takes lines: priced and taxed, kits exploded, sourced,
 * promised or backordered, and planned. A done order is open again afterwards. Discounts of the order stay with the lines
 * they were given for; a new line brings its own. Locks shipments, positions, counter and order, in this order: call it
 * before anything that locks the order. Raises `orders.lines_added`.
 * @returns ids of the new top lines, in the order given
 * @throws `orders.not_found`, `orders.not_open`, `orders.insufficient_stock` (rule), `kernel.invalid_input` at `/lines/N/…`,
 * `orders.changed_meanwhile` (conflict)
 */
export async function addOrderLines(run: OrderRun, orderId: string, lines: readonly AddedLine[]): Promise<string[]> {
  if (lines.length === 0) return []
  const { tx, ctx } = run
  const shipments = await lockOrderShipments(tx, ctx.orgId, [orderId])
  const head = await readSourcingHead(run, orderId)
  if (head.state === 'canceled') throw notOpen(head.number, head.state)
  const drafted = await draftAdded(run, head, lines)
  const { vectors, reasons } = await sourceMore(run, head, partsOf(drafted), planned(shipments))
  const locked = (await lockOrders(run, [orderId])).get(orderId)
  if (JSON.stringify(locked?.shipTo) !== JSON.stringify(head.shipTo)) throw changedMeanwhile(head.number)
  const tops = await writeAdded(run, orderId, drafted, vectors)
  await sumOrder(run, orderId)
  await insertDecision(run, orderId, reasons)
  await refreshOrders(run, [orderId])
  await collectAnew(run, orderId)
  return tops
}

/** Shipments that more can still be put on. */
export function planned<S extends { status: string }>(shipments: ReadonlyMap<string, S>): S[] {
  return [...shipments.values()].filter((shipment) => shipment.status === 'planned')
}

async function priceLines(run: OrderRun, head: SourcingHead, lines: readonly AddedLine[]): Promise<PricedOrder> {
  const { tx, ctx } = run
  const bySku = await findItemsBySku(
    tx,
    ctx.orgId,
    lines.flatMap((line) => line.sku ?? []),
  )
  const byId = await findItemsById(
    tx,
    ctx.orgId,
    lines.flatMap((line) => line.item_id ?? []),
  )
  const kits = await loadKitComponents(
    tx,
    ctx.orgId,
    [...bySku.values(), ...byId.values()].filter((item) => item.kind === 'kit').map((item) => item.id),
  )
  await checkReplaced(run, head.id, lines)
  const to = head.shipTo as { name: string; line1: string; city: string; country: string }
  return priceOrder(
    {
      channel: head.channelCode,
      currency: head.currency,
      prices_include_tax: head.pricesIncludeTax,
      ship_to: to,
      lines: lines.map(({ replaces_line_id: _replaces, reason: _reason, ...line }) => line),
    },
    {
      itemOf: (line) => (line.sku === undefined ? byId.get(line.item_id ?? '') : bySku.get(line.sku)),
      componentsOf: (kitId) => kits.get(kitId) ?? [],
    },
  )
}

async function checkReplaced(run: OrderRun, orderId: string, lines: readonly AddedLine[]): Promise<void> {
  const wanted = lines.flatMap((line) => line.replaces_line_id ?? [])
  if (wanted.length === 0) return
  const { rows } = await sql<{ id: string }>`
    select id from orders.order_line where org_id = ${run.ctx.orgId} and order_id = ${orderId}::uuid and id = any(${wanted}::uuid[])`.execute(
    run.tx,
  )
  const known = new Set(rows.map((row) => row.id))
  const unknown = wanted.find((id) => !known.has(id))
  if (unknown !== undefined) throw notFound('orders.order_line', unknown)
}

interface LinesToWrite {
  drafts: readonly DraftLine[]
  vectors: ReadonlyMap<string, Vector>
  lines: readonly AddedLine[]
}

/** Writes the lines after the order's last one; answers the ids of the top lines. The caller holds the order. */
async function writeLines(run: OrderRun, orderId: string, { drafts, vectors, lines }: LinesToWrite): Promise<string[]> {
  const { rows } = await sql<{ last: number }>`
    select coalesce(max(line_no), 0)::int as last from orders.order_line where org_id = ${run.ctx.orgId} and order_id = ${orderId}::uuid`.execute(
    run.tx,
  )
  const last = rows[0]?.last ?? 0
  const tops = drafts.filter((line) => line.parentLineId === null)
  const inputOf = new Map(tops.map((line, index) => [line.id, lines[index]]))
  await insertOrderLines(
    run,
    drafts.map((line) => ({
      ...line,
      lineNo: last + line.lineNo,
      orderId,
      vector: vectors.get(line.id) ?? { reserved: 0, backordered: 0, pending: line.priced.quantity },
      replacesLineId: inputOf.get(line.id)?.replaces_line_id ?? null,
      reason: inputOf.get(line.id)?.reason ?? null,
    })),
  )
  return tops.map((line) => line.id)
}

async function insertLineDiscounts(run: OrderRun, orderId: string, tops: readonly string[], lines: readonly AddedLine[]): Promise<void> {
  for (const [index, line] of lines.entries()) {
    if ((line.discount ?? 0) === 0) continue
    // oxlint-disable-next-line no-await-in-loop -- few lines are added at a time, fewer with a discount
    await sql`
      insert into orders.order_discount (org_id, id, order_id, line_id, amount)
      values (${run.ctx.orgId}, ${run.newId()}::uuid, ${orderId}::uuid, ${tops[index] ?? null}::uuid, ${line.discount ?? 0})`.execute(
      run.tx,
    )
  }
}
