import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { type DomainError, notFound } from '../../kernel/errors.ts'
import { findItemsById } from '../catalog/index.ts'
import { type LineSupply, lockShipments, readLines, type Shipment, type ShipmentLine, type ShipmentStatus } from './shipment.repo.ts'
import { moreThanShipped, wrongStep } from './warehouse.errors.ts'

/** Goods of a shipped line by lot, with the bin they left: what of them is not back and not lost. */
export interface SentGoods {
  shipmentLineId: string
  movementSeq: number
  itemId: string
  lotId: string
  ownerId: string
  fromLocationId: string
  customerLocationId: string
  open: number
}

/** A shipped shipment and what of each line comes back or is lost; services go along when nothing stays with the customer. */
export interface Taken {
  shipment: Shipment
  lines: readonly ShipmentLine[]
  take: ReadonlyMap<string, number>
  /** Nothing of the shipment stays with the customer. */
  whole: boolean
}

/** Why a shipment that moved no goods of ours is not refused, lost or voided here. */
export const SENT_ELSEWHERE = 'Its channel sent it; what comes to us comes back by a return.'

/** What of a shipped line is neither back nor lost. */
export function leftOf(line: ShipmentLine): number {
  return line.shippedQuantity - line.returnedQuantity - line.refusedQuantity - line.lostQuantity
}

/**
 * Locks a sent shipment and decides what of it is taken: the named lines, else all that is left.
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_shipped`
 */
export async function takeFromSent(
  run: CommandRun,
  request: { shipmentId: string; lines: readonly { lineId: string; quantity: number }[] | undefined },
  step: { name: string; from: readonly ShipmentStatus[]; fix: string },
): Promise<Taken> {
  const shipment = (await lockShipments(run.tx, run.ctx.orgId, [request.shipmentId])).get(request.shipmentId)
  if (shipment === undefined) throw notFound('warehouse.shipment', request.shipmentId)
  if (!step.from.includes(shipment.status)) throw wrongStep(shipment, step.name, step.fix)
  const lines = await readLines(run.tx, run.ctx.orgId, [shipment.id])
  if (lines.some((line) => line.supply === 'elsewhere')) throw wrongStep(shipment, step.name, SENT_ELSEWHERE)
  const take = new Map<string, number>()
  const wanted =
    request.lines ?? lines.filter((line) => line.supply === 'stock').map((line) => ({ lineId: line.id, quantity: leftOf(line) }))
  for (const { lineId, quantity } of wanted) {
    const refusal = whyNotTaken(lines, lineId, (take.get(lineId) ?? 0) + quantity)
    if (refusal !== null) throw refusal
    if (quantity > 0) take.set(lineId, (take.get(lineId) ?? 0) + quantity)
  }
  const whole = lines.every((line) => line.supply === 'none' || leftOf(line) === (take.get(line.id) ?? 0))
  if (whole) for (const line of await servicesOf(run, lines)) take.set(line.id, leftOf(line))
  if (take.size === 0) throw wrongStep(shipment, step.name, 'Nothing of it is left with the customer.')
  return { shipment, lines, take, whole }
}

/** Services that went with the goods and have some of `countOf` left. Vouchers do not travel in the parcel: they stay sold. */
export async function servicesOf(
  run: CommandRun,
  lines: readonly ShipmentLine[],
  countOf: (line: ShipmentLine) => number = leftOf,
): Promise<ShipmentLine[]> {
  const services = lines.filter((line) => line.supply === 'none' && countOf(line) > 0)
  const items = await findItemsById(
    run.tx,
    run.ctx.orgId,
    services.map((line) => line.itemId),
  )
  return services.filter((line) => items.get(line.itemId)?.kind !== 'voucher')
}

function whyNotTaken(lines: readonly ShipmentLine[], lineId: string, quantity: number): DomainError | null {
  const line = lines.find((candidate) => candidate.id === lineId && candidate.supply === 'stock')
  if (line === undefined) return notFound('warehouse.shipment_line', lineId)
  return quantity > leftOf(line) ? moreThanShipped(lineId, quantity, leftOf(line)) : null
}

/** Goods that left with lines, by movement; `open` is less what came back or was lost of the same lot, last sent first. */
export async function readSentGoods(run: CommandRun, lineIds: readonly string[]): Promise<SentGoods[]> {
  const { rows } = await sql<SentGoods & { gone: number }>`
    with gone as (
      select l.shipment_line_id as line_id, l.lot_id, sum(l.quantity)::bigint as quantity from (
        select shipment_line_id, lot_id, quantity from warehouse.return_receipt_line where org_id = ${run.ctx.orgId} and shipment_line_id = any(${lineIds}::uuid[])
        union all select shipment_line_id, lot_id, quantity from warehouse.carrier_claim_line where org_id = ${run.ctx.orgId} and shipment_line_id = any(${lineIds}::uuid[])
        union all select shipment_line_id, lot_id, -quantity from warehouse.parcel_finding_line where org_id = ${run.ctx.orgId} and shipment_line_id = any(${lineIds}::uuid[])) l group by 1, 2)
    select m.source_line_id as "shipmentLineId", m.seq as "movementSeq", m.item_id as "itemId", m.lot_id as "lotId", m.owner_id as "ownerId", m.from_location_id as "fromLocationId", m.to_location_id as "customerLocationId",
           m.quantity as open, coalesce(g.quantity, 0) as gone
      from inventory.stock_movement m left join gone g on g.line_id = m.source_line_id and g.lot_id = m.lot_id
     where m.org_id = ${run.ctx.orgId} and m.source_line_id = any(${lineIds}::uuid[]) and m.source_type = 'shipment' and m.reason = 'ship' order by m.seq desc`.execute(
    run.tx,
  )
  const gone = new Map<string, number>()
  return rows.map(({ gone: all, ...row }) => {
    const key = `${row.shipmentLineId}/${row.lotId}`
    const left = gone.get(key) ?? all
    const off = Math.min(left, row.open)
    gone.set(key, left - off)
    return { ...row, open: row.open - off }
  })
}

/** Parts of sent goods that make up the quantities taken. A lot that is short of them gives to another: what came back may name no lot. */
export function partsOf(sent: readonly SentGoods[], take: ReadonlyMap<string, number>): (SentGoods & { quantity: number })[] {
  return [...take].flatMap(([lineId, wanted]) => {
    let left = wanted
    const own = sent.filter((goods) => goods.shipmentLineId === lineId)
    const parts = own.flatMap((goods) => {
      const quantity = Math.min(left, goods.open)
      left -= quantity
      return quantity === 0 ? [] : [{ ...goods, quantity }]
    })
    const [first] = own
    return left > 0 && first !== undefined ? [...parts, { ...first, quantity: left }] : parts
  })
}

/** A part of a shipment that ended after it was sent, told to flows: orders take its money back, billing posts it. */
export interface SentBack {
  shipmentId: string
  shipmentLineId: string
  orderId: string
  orderLineId: string
  warehouseId: string
  itemId: string
  quantity: number
  supply: LineSupply
  /** The document that says so (return receipt, claim; for a void the shipment) and its line. */
  documentId: string
  documentLineId: string
  happenedAt: Date
}
