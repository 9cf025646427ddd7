import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { rowsOf } from '../../kernel/database.ts'
import { type NewMovement, postGoods, virtualLocations } from '../inventory/index.ts'
import { newsOf } from './refuse-shipment.ts'
import { partsOf, readSentGoods, takeFromSent } from './sent-goods.ts'
import { addToLines, updateShipments } from './shipment.repo.ts'

export interface LoseRequest {
  shipmentId: string
  lines: readonly { lineId: string; quantity: number }[] | undefined
  /** What the carrier is asked for, minor units of the base currency; what the goods cost when left out, 0: nothing is claimed. */
  claimed: number | undefined
  reference: string
  reason: string
  note: string
  happenedAt: Date
}

/**
 * Goods are lost on their way. Until delivery the risk is the seller's (directive 2011/83/EU, article 20), so the sale is taken back:
 * cost of goods sold becomes a write-off at the cost they left with, and orders take the revenue back. The claim on the carrier is a
 * document of its own; it is no asset before the carrier accepts it (IAS 37.53). Raises `warehouse.goods_lost` (news: SentBack[]).
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_shipped`
 */
export async function loseShipment(run: CommandRun, request: LoseRequest): Promise<{ claimId: string; number: number; whole: boolean }> {
  const { tx, ctx } = run
  const taken = await takeFromSent(run, request, {
    name: 'lost',
    from: ['shipped', 'delivered'],
    fix: 'Only what was shipped can be lost on its way.',
  })
  const { shipment, take } = taken
  const claimId = run.newId()
  const { write_off } = await virtualLocations(tx, ctx.orgId)
  const parts = partsOf(await readSentGoods(run, [...take.keys()]), take).map((part) => ({ ...part, id: run.newId() }))
  const posted = await postGoods(run, {
    movements: parts.map((part): NewMovement => ({
      itemId: part.itemId,
      lotId: part.lotId,
      ownerId: part.ownerId,
      quantity: part.quantity,
      fromLocationId: part.customerLocationId,
      toLocationId: write_off,
      happenedAt: request.happenedAt,
      reason: 'lost',
      sourceType: 'carrier_claim',
      sourceId: claimId,
      sourceLineId: part.id,
      cost: { kind: 'onward', shippedLineId: part.shipmentLineId },
    })),
  })
  const costs = new Map(posted.map((movement) => [movement.sourceLineId, movement.valueMinor]))
  await addToLines(
    tx,
    ctx.orgId,
    [...take].map(([id, quantity]) => ({ id, lost: quantity })),
  )
  const number = await takeNumbers(tx, ctx.orgId, 'carrier_claim', 1)
  const rows = parts.map((part, index) => ({ ...part, lineNo: index + 1, cost: costs.get(part.id) ?? 0 }))
  await insertClaim(run, request, { id: claimId, number, warehouseId: shipment.warehouseId, rows })
  if (taken.whole) await updateShipments(tx, ctx.orgId, [{ id: shipment.id, status: 'lost', at: run.now }])
  run.emit({
    type: 'warehouse.goods_lost',
    documentType: 'shipment',
    documentId: shipment.id,
    payload: {
      ...(taken.whole ? { status: [shipment.status, 'lost'] } : {}),
      reason: request.reason,
      carrier_claim_id: claimId,
      number,
      lines: [...take].map(([line_id, quantity]) => ({ line_id, lost: quantity })),
    },
    news: newsOf(taken, {
      documentId: claimId,
      lineOf: (lineId) => rows.find((row) => row.shipmentLineId === lineId)?.id ?? lineId,
      happenedAt: request.happenedAt,
    }),
  })
  return { claimId, number, whole: taken.whole }
}

interface ClaimRow {
  id: string
  lineNo: number
  shipmentLineId: string
  itemId: string
  lotId: string
  ownerId: string
  quantity: number
  cost: number
}

async function insertClaim(
  run: CommandRun,
  request: LoseRequest,
  claim: { id: string; number: number; warehouseId: string; rows: readonly ClaimRow[] },
): Promise<void> {
  const { tx, ctx } = run
  const cost = claim.rows.reduce((sum, row) => sum + row.cost, 0)
  const claimed = request.claimed ?? cost
  await sql`
    insert into warehouse.carrier_claim (org_id, id, number, shipment_id, warehouse_id, carrier_id, status, currency, cost_minor, claimed_minor, reference, reason, note, happened_at, created_at)
    select ${ctx.orgId}, ${claim.id}, ${claim.number}, s.id, s.warehouse_id, s.carrier_id, ${claimed > 0 ? 'open' : 'waived'}, ${ctx.org.baseCurrency}, ${cost}, ${claimed}, ${request.reference}, ${request.reason}, ${request.note}, ${request.happenedAt}, ${run.now}
      from warehouse.shipment s where s.org_id = ${ctx.orgId} and s.id = ${request.shipmentId}`.execute(tx)
  await sql`
    insert into warehouse.carrier_claim_line (org_id, id, claim_id, line_no, shipment_line_id, item_id, lot_id, owner_id, quantity, cost_minor)
    select ${ctx.orgId}, l.id, ${claim.id}, l.lineNo, l.shipmentLineId, l.itemId, l.lotId, l.ownerId, l.quantity, l.cost
      from ${rowsOf(claim.rows, { id: 'uuid', lineNo: 'integer', shipmentLineId: 'uuid', itemId: 'uuid', lotId: 'uuid', ownerId: 'uuid', quantity: 'bigint', cost: 'bigint' }, 'l')}`.execute(
    tx,
  )
  run.emit({
    type: 'warehouse.claim_opened',
    documentType: 'carrier_claim',
    documentId: claim.id,
    payload: { number: claim.number, shipment_id: request.shipmentId, claimed_minor: claimed, cost_minor: cost },
  })
}
