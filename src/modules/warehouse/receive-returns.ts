import { sql } from 'kysely'
import type { CommandRun, Outcome } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { DomainError } from '../../kernel/errors.ts'
import { mulDivFloor } from '../../kernel/money.ts'
import { type NewMovement, postGoods, virtualLocations } from '../inventory/index.ts'
import { noteReturnStates } from './return-state.repo.ts'
import { addToLines, lockShipments } from './shipment.repo.ts'
import { moreThanShipped } from './warehouse.errors.ts'

/** Goods that come back. One of shipmentLineId, orderLineId or itemId alone says what was sold. */
export interface ReturnRequest {
  warehouseId: string
  orderId: string | null
  partyId: string | null
  reason: string
  note: string
  currency: string
  happenedAt: Date
  /** The authorization that announced the goods. More than was sold of a line is then taken too, as goods of no known sale. */
  rmaId?: string | null
  lines: readonly ReturnRequestLine[]
}

export interface ReturnRequestLine {
  shipmentLineId?: string
  orderLineId?: string
  /** The line of the authorization that announced it. */
  rmaLineId?: string
  itemId: string
  lotId: string
  ownerId: string
  quantity: number
  locationId: string
  disposition: string
  statedAmount: number | null
  statedTax: number | null
}

/** One line as posted, told to flows: orders and billing take its money back. */
export interface ReturnedLine {
  receiptId: string
  receiptLineId: string
  /** Place of the request line it answers. */
  requestIndex: number
  shipmentId: string | null
  shipmentLineId: string | null
  orderId: string | null
  orderLineId: string | null
  partyId: string | null
  /** The authorization and its line that announced it, if the receipt named one. */
  rmaId: string | null
  rmaLineId: string | null
  warehouseId: string
  itemId: string
  quantity: number
  statedAmount: number | null
  statedTax: number | null
  currency: string
  happenedAt: Date
}

/** A posted return receipt. */
export interface ReceivedReturn {
  id: string
  number: number
  lines: ReturnedLine[]
}

/**
 * Receives returned goods: they leave the customer for a location at the cost they were shipped with (last used first), into a
 * new layer. A line that names no sale takes the latest earlier shipments of the item to that customer, and what is left over the
 * newest known cost, marked assumed. Raises `warehouse.goods_returned` per receipt (news: {@link ReturnedLine}[]).
 * A receipt that names a sale with less to come back is refused (`warehouse.more_than_shipped`) and disturbs no other.
 */
export async function receiveReturns(run: CommandRun, requests: readonly ReturnRequest[]): Promise<Outcome<ReceivedReturn>[]> {
  const { tx, ctx } = run
  const sales = await findSales(run, requests)
  const decided = requests.map((request) => planReturn(run, request, sales))
  const planned = decided.flatMap((one) => (one.ok ? [one.value] : []))
  if (planned.length === 0) return decided.flatMap((one) => (one.ok ? [] : [one]))
  const { customer } = await virtualLocations(tx, ctx.orgId)
  const posted = await postGoods(run, { movements: returnMovements(planned, customer) })
  const assumed = new Set(posted.filter((movement) => movement.assumed).map((movement) => movement.sourceLineId))
  await addToLines(
    tx,
    ctx.orgId,
    planned.flatMap(({ lines }) =>
      lines.flatMap((part) => (part.sale === null ? [] : [{ id: part.sale.lineId, returned: part.quantity }])),
    ),
  )
  const first = await takeNumbers(tx, ctx.orgId, 'return_receipt', planned.length)
  const numbered = planned.map((one, index) => ({ ...one, number: first + index }))
  await insertReturns(run, numbered, assumed)
  const received = numbered.map((one) => tellReturned(run, one))
  let next = 0
  return decided.map((one) => (one.ok ? { ok: true, value: received[next++] as ReceivedReturn } : one))
}

/** Splits a receipt's lines over the sales they are of, lowering what can still come back; a refused one lowers nothing. */
function planReturn(run: CommandRun, request: ReturnRequest, sales: Sale[]): Outcome<PlannedReturn> {
  const before = sales.map((sale) => sale.open)
  try {
    const lines = request.lines.flatMap((line, requestIndex) =>
      assignSales(request, line, sales).map((part) => ({ ...part, line, requestIndex, id: run.newId() })),
    )
    return { ok: true, value: { request, id: run.newId(), lines } }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    sales.forEach((sale, index) => {
      sale.open = before[index] ?? 0
    })
    return { ok: false, error }
  }
}

/** A receipt to write: its request, with each line split over the sales it is of. */
interface PlannedReturn {
  request: ReturnRequest
  id: string
  lines: (Assigned & { line: ReturnRequestLine; requestIndex: number; id: string })[]
}

interface NumberedReturn extends PlannedReturn {
  number: number
}

/** From the customer to the location of the line, at the cost the sale left with or the newest known one. */
function returnMovements(planned: readonly PlannedReturn[], customer: string): NewMovement[] {
  return planned.flatMap(({ request, id, lines }) =>
    lines.map((part): NewMovement => ({
      itemId: part.line.itemId,
      lotId: part.line.lotId,
      ownerId: part.line.ownerId,
      quantity: part.quantity,
      fromLocationId: customer,
      toLocationId: part.line.locationId,
      happenedAt: request.happenedAt,
      reason: 'return',
      sourceType: 'return_receipt',
      sourceId: id,
      sourceLineId: part.id,
      // Goods that the channel sent left at no cost of ours, so what they are worth is assumed.
      cost:
        part.sale === null || part.sale.supply === 'elsewhere' ? { kind: 'current' } : { kind: 'back', shippedLineId: part.sale.lineId },
    })),
  )
}

/** Writes receipts and their lines; `assumed` holds the ids of lines whose cost is assumed. */
async function insertReturns(run: CommandRun, planned: readonly NumberedReturn[], assumed: ReadonlySet<string | null>): Promise<void> {
  const { tx, ctx } = run
  await sql`
    insert into warehouse.return_receipt (org_id, id, number, warehouse_id, source_id, party_id, reason, note, currency, happened_at, recorded_at)
    select ${ctx.orgId}, r.id, r.number, r.warehouseId, r.orderId, r.partyId, r.reason, r.note, r.currency, r.happenedAt, ${run.now}
      from ${rowsOf(
        planned.map(({ request, id, number }) => ({ ...request, id, number })),
        {
          id: 'uuid',
          number: 'bigint',
          warehouseId: 'uuid',
          orderId: 'uuid',
          partyId: 'uuid',
          reason: 'text',
          note: 'text',
          currency: 'text',
          happenedAt: 'timestamptz',
        },
        'r',
      )}`.execute(tx)
  const rows = planned.flatMap(({ id, lines }) =>
    lines.map((part, index) => ({
      id: part.id,
      receiptId: id,
      lineNo: index + 1,
      shipmentLineId: part.sale?.lineId ?? null,
      sourceLineId: part.sale?.orderLineId ?? null,
      itemId: part.line.itemId,
      lotId: part.line.lotId,
      ownerId: part.line.ownerId,
      locationId: part.line.locationId,
      quantity: part.quantity,
      disposition: part.line.disposition,
      assumed: assumed.has(part.id),
      statedAmount: part.statedAmount,
      statedTax: part.statedTax,
    })),
  )
  await sql`
    insert into warehouse.return_receipt_line (org_id, id, receipt_id, line_no, shipment_line_id, source_line_id, item_id, lot_id, owner_id, location_id, quantity, disposition, cost_assumed, stated_amount, stated_tax)
    select ${ctx.orgId}, l.id, l.receiptId, l.lineNo, l.shipmentLineId, l.sourceLineId, l.itemId, l.lotId, l.ownerId, l.locationId, l.quantity, l.disposition, l.assumed, l.statedAmount, l.statedTax
      from ${rowsOf(rows, { id: 'uuid', receiptId: 'uuid', lineNo: 'integer', shipmentLineId: 'uuid', sourceLineId: 'uuid', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', locationId: 'uuid', quantity: 'bigint', disposition: 'text', assumed: 'boolean', statedAmount: 'bigint', statedTax: 'bigint' }, 'l')}`.execute(
    tx,
  )
  await noteReturnStates(
    run,
    rows.map((row) => row.id),
  )
}

function tellReturned(run: CommandRun, { request, id, number, lines }: NumberedReturn): ReceivedReturn {
  const news = lines.map((part): ReturnedLine => ({
    receiptId: id,
    receiptLineId: part.id,
    requestIndex: part.requestIndex,
    shipmentId: part.sale?.shipmentId ?? null,
    shipmentLineId: part.sale?.lineId ?? null,
    orderId: part.sale?.orderId ?? null,
    orderLineId: part.sale?.orderLineId ?? null,
    partyId: part.sale?.partyId ?? request.partyId,
    rmaId: request.rmaId ?? null,
    rmaLineId: part.line.rmaLineId ?? null,
    warehouseId: request.warehouseId,
    itemId: part.line.itemId,
    quantity: part.quantity,
    statedAmount: part.statedAmount,
    statedTax: part.statedTax,
    currency: request.currency,
    happenedAt: request.happenedAt,
  }))
  run.emit({
    type: 'warehouse.goods_returned',
    documentType: 'return_receipt',
    documentId: id,
    payload: {
      number,
      reason: request.reason,
      lines: lines.length,
      quantity: lines.reduce((sum, part) => sum + part.quantity, 0),
    },
    news,
  })
  return { id, number, lines: news }
}

/** A shipped line of which something can still come back. */
interface Sale {
  lineId: string
  shipmentId: string
  orderId: string
  orderLineId: string
  partyId: string | null
  itemId: string
  shippedAt: Date
  supply: string
  open: number
}

/** Finds and locks the sales that the requests name or may mean, latest first. */
async function findSales(run: CommandRun, requests: readonly ReturnRequest[]): Promise<Sale[]> {
  const { tx, ctx } = run
  const lines = requests.flatMap((request) =>
    request.lines.map((line) => ({
      line: line.shipmentLineId ?? null,
      orderLine: line.orderLineId ?? null,
      item: line.itemId,
      party: request.partyId,
      sale: request.orderId,
    })),
  )
  const source = rowsOf(lines, { line: 'uuid', orderLine: 'uuid', item: 'uuid', party: 'uuid', sale: 'uuid' }, 'w')
  const { rows: found } = await sql<{ shipmentId: string }>`
    select l.shipment_id as "shipmentId" from ${source} join warehouse.shipment_line l on l.org_id = ${ctx.orgId} and l.id = w.line
    union
    select l.shipment_id from ${source} join warehouse.shipment_line l on l.org_id = ${ctx.orgId} and l.source_line_id = w.orderLine where w.line is null
    union
    select l.shipment_id from ${source}
      join warehouse.shipment s on s.org_id = ${ctx.orgId} and s.status in ('shipped', 'delivered') and s.source_id = w.sale
      join warehouse.shipment_line l on l.org_id = s.org_id and l.shipment_id = s.id and l.item_id = w.item where w.line is null and w.orderLine is null
    union
    select l.shipment_id from ${source}
      join warehouse.shipment s on s.org_id = ${ctx.orgId} and s.status in ('shipped', 'delivered') and s.party_id = w.party
      join warehouse.shipment_line l on l.org_id = s.org_id and l.shipment_id = s.id and l.item_id = w.item where w.line is null and w.orderLine is null`.execute(
    tx,
  )
  if (found.length === 0) return []
  await lockShipments(
    tx,
    ctx.orgId,
    found.map((row) => row.shipmentId),
  )
  const { rows } = await sql<Sale>`
    select l.id as "lineId", l.shipment_id as "shipmentId", l.source_id as "orderId", l.source_line_id as "orderLineId", s.party_id as "partyId", l.item_id as "itemId", s.shipped_at as "shippedAt", l.supply,
           l.shipped_quantity - l.returned_quantity - l.refused_quantity - l.lost_quantity as open
      from warehouse.shipment_line l join warehouse.shipment s on s.org_id = l.org_id and s.id = l.shipment_id
     where l.org_id = ${ctx.orgId} and l.shipment_id = any(${found.map((row) => row.shipmentId)}::uuid[]) and s.status in ('shipped', 'delivered')
     order by s.shipped_at desc, l.id`.execute(tx)
  return rows
}

interface Assigned {
  sale: Sale | null
  quantity: number
  statedAmount: number | null
  statedTax: number | null
}

/** Splits one returned line over the sales it can be of, latest first; lowers their open quantity in place. */
function assignSales(request: ReturnRequest, line: ReturnRequestLine, sales: Sale[]): Assigned[] {
  const named = line.shipmentLineId !== undefined || line.orderLineId !== undefined
  const candidates = sales.filter((sale) => {
    if (sale.itemId !== line.itemId) return false
    if (line.shipmentLineId !== undefined) return sale.lineId === line.shipmentLineId
    if (line.orderLineId !== undefined) return sale.orderLineId === line.orderLineId
    if (sale.shippedAt > request.happenedAt) return false
    return request.orderId === null ? request.partyId !== null && sale.partyId === request.partyId : sale.orderId === request.orderId
  })
  const parts: Assigned[] = []
  let left = line.quantity
  for (const sale of candidates) {
    const quantity = Math.min(left, sale.open)
    if (quantity === 0) continue
    sale.open -= quantity
    left -= quantity
    parts.push({ sale, quantity, statedAmount: null, statedTax: null })
  }
  if (left === 0) return parts
  if (named && (request.rmaId ?? null) === null)
    throw moreThanShipped(line.shipmentLineId ?? line.orderLineId ?? '', line.quantity, line.quantity - left)
  const part = (amount: number | null) => (amount === null ? null : mulDivFloor(amount, left, line.quantity))
  return [...parts, { sale: null, quantity: left, statedAmount: part(line.statedAmount), statedTax: part(line.statedTax) }]
}
