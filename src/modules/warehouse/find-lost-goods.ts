import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { notFound } from '../../kernel/errors.ts'
import { sliceOf } from '../../kernel/money.ts'
import { type NewMovement, postGoods, virtualLocations } from '../inventory/index.ts'
import { insertSentBackReceipt } from './sent-back-receipt.ts'
import { servicesOf } from './sent-goods.ts'
import { addToLines, lockShipments, readLines, type Shipment, type ShipmentLine, updateShipments } from './shipment.repo.ts'
import { moreThanLost, nothingLost } from './warehouse.errors.ts'

export interface FindRequest {
  claimId: string
  /** The customer has the goods after all, or they came back to us. */
  outcome: 'delivered' | 'returned'
  /** Where they came back to. */
  place: { warehouseId: string; locationId: string } | null
  /** By shipment line; all that is still lost when left out. */
  lines: readonly { lineId: string; quantity: number }[] | undefined
  note: string
  happenedAt: Date
}

/** Found goods of one shipment line, told to flows: orders count them, billing earns what the customer has. */
export interface FoundGoods {
  claimId: string
  findingId: string
  findingLineId: string
  outcome: 'delivered' | 'returned'
  shipmentId: string
  shipmentLineId: string
  orderId: string
  orderLineId: string
  warehouseId: string
  itemId: string
  quantity: number
  happenedAt: Date
}

/** A line of the claim with what of it was found before, and what is found now. */
interface ClaimLine {
  id: string
  shipmentLineId: string
  itemId: string
  lotId: string
  ownerId: string
  quantity: number
  cost: number
  foundQuantity: number
  foundCost: number
}

interface Found extends ClaimLine {
  findingLineId: string
  receiptLineId: string
  taken: number
  takenCost: number
}

interface Claim {
  id: string
  number: number
  shipmentId: string
  status: string
}

/**
 * Goods that were written off as lost turned up. Delivered after all: what was written off is cost of goods sold again, and orders earn
 * the sale again. Returned: they enter a location at the part of the write-off that was theirs, on a return receipt of kind `refused`;
 * the sale stays taken back. A claim that is still open and of which nothing is lost any more is waived; money that the carrier granted
 * or paid is a person's to give back. Locks the shipment, then the claim, then positions. Raises `warehouse.goods_found` (news: FoundGoods[]).
 * @throws `warehouse.not_found`, `warehouse.nothing_lost`, `warehouse.more_than_lost` (rule)
 */
export async function findLostGoods(run: CommandRun, request: FindRequest): Promise<{ findingId: string; receiptId: string | null }> {
  const { tx, ctx } = run
  const { claim, shipment } = await lockClaimed(run, request.claimId)
  const claimLines = await readClaimLines(run, claim.id)
  const found = takeFound(run, claim, claimLines, request.lines)
  const lines = await readLines(tx, ctx.orgId, [shipment.id])
  const isAllFound = claimLines.every((line) => line.foundQuantity === line.quantity)
  const findingId = run.newId()
  const receiptId = request.outcome === 'returned' ? run.newId() : null
  await moveFound(run, request, { found, findingId, receiptId })
  const number = await takeNumbers(tx, ctx.orgId, 'parcel_finding', 1)
  if (receiptId !== null) await insertReceipt(run, request, { shipment, lines, found, receiptId })
  await insertFinding(run, request, { findingId, number, shipmentId: shipment.id, receiptId, found })
  const back = await countLines(run, request.outcome, { found, lines, isAllFound })
  const status = statusAfter(shipment, lines, back, request.outcome)
  if (status !== shipment.status) await updateShipments(tx, ctx.orgId, [{ id: shipment.id, status, at: request.happenedAt }])
  if (isAllFound && claim.status === 'open') await waive(run, claim)
  run.emit({
    type: 'warehouse.goods_found',
    documentType: 'shipment',
    documentId: shipment.id,
    payload: {
      number,
      outcome: request.outcome,
      carrier_claim_id: claim.id,
      return_receipt_id: receiptId,
      ...(status === shipment.status ? {} : { status: [shipment.status, status] }),
      lines: [...back].map(([line_id, quantity]) => ({ line_id, found: quantity })),
    },
    news: lines.flatMap((line): FoundGoods[] => {
      const quantity = back.get(line.id) ?? 0
      if (quantity === 0) return []
      return [
        {
          claimId: claim.id,
          findingId,
          findingLineId: found.find((part) => part.shipmentLineId === line.id)?.findingLineId ?? line.id,
          outcome: request.outcome,
          shipmentId: shipment.id,
          shipmentLineId: line.id,
          orderId: line.sourceId,
          orderLineId: line.sourceLineId,
          warehouseId: shipment.warehouseId,
          itemId: line.itemId,
          quantity,
          happenedAt: request.happenedAt,
        },
      ]
    }),
  })
  return { findingId, receiptId }
}

async function lockClaimed(run: CommandRun, claimId: string): Promise<{ claim: Claim; shipment: Shipment }> {
  const { tx, ctx } = run
  const read = (lock: boolean) => sql<Claim>`
    select id, number, shipment_id as "shipmentId", status from warehouse.carrier_claim where org_id = ${ctx.orgId} and id = ${claimId}::uuid ${sql.raw(lock ? 'for update' : '')}`
  const [known] = (await read(false).execute(tx)).rows
  if (known === undefined) throw notFound('warehouse.carrier_claim', claimId)
  const shipment = (await lockShipments(tx, ctx.orgId, [known.shipmentId])).get(known.shipmentId)
  const [claim] = (await read(true).execute(tx)).rows
  if (shipment === undefined || claim === undefined) throw notFound('warehouse.carrier_claim', claimId)
  return { claim, shipment }
}

async function readClaimLines({ tx, ctx }: CommandRun, claimId: string): Promise<ClaimLine[]> {
  const { rows } = await sql<ClaimLine>`
    select l.id, l.shipment_line_id as "shipmentLineId", l.item_id as "itemId", l.lot_id as "lotId", l.owner_id as "ownerId", l.quantity, l.cost_minor as cost,
           coalesce(sum(f.quantity), 0)::bigint as "foundQuantity", coalesce(sum(f.cost_minor), 0)::bigint as "foundCost"
      from warehouse.carrier_claim_line l left join warehouse.parcel_finding_line f on f.org_id = l.org_id and f.claim_line_id = l.id
     where l.org_id = ${ctx.orgId} and l.claim_id = ${claimId}::uuid group by l.org_id, l.id, l.line_no order by l.line_no`.execute(tx)
  return rows
}

/** Takes the wanted quantities off the claim's lines, changing what was found of them in place; each brings its part of the write-off. */
function takeFound(run: CommandRun, claim: Claim, claimLines: ClaimLine[], wanted: FindRequest['lines']): Found[] {
  const left = wanted === undefined ? null : new Map<string, number>()
  for (const { lineId, quantity } of wanted ?? []) left?.set(lineId, (left.get(lineId) ?? 0) + quantity)
  const found = claimLines.flatMap((line): Found[] => {
    const taken = Math.min(left?.get(line.shipmentLineId) ?? (left === null ? line.quantity : 0), line.quantity - line.foundQuantity)
    if (taken === 0) return []
    left?.set(line.shipmentLineId, (left.get(line.shipmentLineId) ?? 0) - taken)
    const takenCost = sliceOf(line.cost, line.foundQuantity + taken, line.quantity, line.foundCost)
    line.foundQuantity += taken
    line.foundCost += takenCost
    return [{ ...line, findingLineId: run.newId(), receiptLineId: run.newId(), taken, takenCost }]
  })
  const [short] = [...(left ?? [])].filter(([, quantity]) => quantity > 0)
  if (short !== undefined) throw moreThanLost(claim.number, short[0])
  if (found.length === 0) throw nothingLost(claim.number)
  return found
}

async function moveFound(
  run: CommandRun,
  { outcome, place, happenedAt }: FindRequest,
  { found, findingId, receiptId }: { found: readonly Found[]; findingId: string; receiptId: string | null },
): Promise<void> {
  const { write_off, customer } = await virtualLocations(run.tx, run.ctx.orgId)
  const source =
    receiptId === null
      ? { sourceType: 'parcel_finding', sourceId: findingId, reason: 'found_delivered' }
      : { sourceType: 'return_receipt', sourceId: receiptId, reason: 'refused' }
  await postGoods(run, {
    movements: found.map((part): NewMovement => ({
      ...source,
      itemId: part.itemId,
      lotId: part.lotId,
      ownerId: part.ownerId,
      quantity: part.taken,
      fromLocationId: write_off,
      toLocationId: outcome === 'delivered' ? customer : (place?.locationId ?? ''),
      happenedAt,
      sourceLineId: receiptId === null ? part.findingLineId : part.receiptLineId,
      cost: { kind: 'known', valueMinor: part.takenCost, provisional: false },
    })),
  })
}

async function insertReceipt(
  run: CommandRun,
  { place, note, happenedAt }: FindRequest,
  document: { shipment: Shipment; lines: readonly ShipmentLine[]; found: readonly Found[]; receiptId: string },
): Promise<void> {
  await insertSentBackReceipt(run, document, {
    id: document.receiptId,
    number: await takeNumbers(run.tx, run.ctx.orgId, 'return_receipt', 1),
    warehouseId: place?.warehouseId ?? null,
    locationId: place?.locationId ?? null,
    reason: 'found',
    note,
    happenedAt,
    parts: document.found.map((part) => ({ ...part, id: part.receiptLineId, quantity: part.taken })),
  })
}

async function insertFinding(
  run: CommandRun,
  { claimId, outcome, note, happenedAt }: FindRequest,
  document: { findingId: string; number: number; shipmentId: string; receiptId: string | null; found: readonly Found[] },
): Promise<void> {
  const { tx, ctx } = run
  await sql`
    insert into warehouse.parcel_finding (org_id, id, number, claim_id, shipment_id, outcome, return_receipt_id, note, happened_at, created_at, created_by)
    values (${ctx.orgId}, ${document.findingId}, ${document.number}, ${claimId}, ${document.shipmentId}, ${outcome}, ${document.receiptId}::uuid, ${note}, ${happenedAt}, ${run.now}, ${ctx.actor.id}::uuid)`.execute(
    tx,
  )
  const rows = document.found.map((part, index) => ({ ...part, lineNo: index + 1 }))
  await sql`
    insert into warehouse.parcel_finding_line (org_id, id, finding_id, line_no, claim_line_id, shipment_line_id, item_id, lot_id, owner_id, quantity, cost_minor)
    select ${ctx.orgId}, l.findingLineId, ${document.findingId}, l.lineNo, l.id, l.shipmentLineId, l.itemId, l.lotId, l.ownerId, l.taken, l.takenCost
      from ${rowsOf(rows, { findingLineId: 'uuid', lineNo: 'integer', id: 'uuid', shipmentLineId: 'uuid', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', taken: 'bigint', takenCost: 'bigint' }, 'l')}`.execute(
    tx,
  )
}

/** Lowers what is lost by shipment line; services that were given up with the goods are delivered with the last of them. */
async function countLines(
  run: CommandRun,
  outcome: FindRequest['outcome'],
  { found, lines, isAllFound }: { found: readonly Found[]; lines: readonly ShipmentLine[]; isAllFound: boolean },
): Promise<Map<string, number>> {
  const back = new Map<string, number>()
  for (const part of found) back.set(part.shipmentLineId, (back.get(part.shipmentLineId) ?? 0) + part.taken)
  if (isAllFound && outcome === 'delivered')
    for (const line of await servicesOf(run, lines, (one) => one.lostQuantity)) back.set(line.id, line.lostQuantity)
  await addToLines(
    run.tx,
    run.ctx.orgId,
    [...back].map(([id, quantity]) => ({ id, lost: -quantity, ...(outcome === 'returned' ? { refused: quantity } : {}) })),
  )
  return back
}

/** A lost shipment of which the customer has something is delivered; one that came back as far as it was lost is refused. */
function statusAfter(
  shipment: Shipment,
  lines: readonly ShipmentLine[],
  back: ReadonlyMap<string, number>,
  outcome: FindRequest['outcome'],
): Shipment['status'] {
  if (shipment.status !== 'lost') return shipment.status
  if (outcome === 'delivered') return 'delivered'
  return lines.every((line) => line.supply !== 'stock' || line.lostQuantity === (back.get(line.id) ?? 0)) ? 'refused' : 'lost'
}

async function waive(run: CommandRun, claim: Claim): Promise<void> {
  await sql`
    update warehouse.carrier_claim set status = 'waived', decided_at = ${run.now}, version = version + 1 where org_id = ${run.ctx.orgId} and id = ${claim.id}`.execute(
    run.tx,
  )
  run.emit({
    type: 'warehouse.claim_waived',
    documentType: 'carrier_claim',
    documentId: claim.id,
    payload: { number: claim.number, status: ['open', 'waived'] },
  })
}
