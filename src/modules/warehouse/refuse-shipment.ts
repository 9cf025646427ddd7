import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { takeNumbers } from '../../kernel/counter.ts'
import { type NewMovement, postGoods } from '../inventory/index.ts'
import { insertSentBackReceipt } from './sent-back-receipt.ts'
import { partsOf, readSentGoods, type SentBack, type SentGoods, type Taken, takeFromSent } from './sent-goods.ts'
import { addToLines, updateShipments } from './shipment.repo.ts'

export interface RefuseRequest {
  shipmentId: string
  warehouseId: string
  locationId: string
  lines: readonly { lineId: string; quantity: number }[] | undefined
  reason: string
  note: string
  happenedAt: Date
}

/**
 * A parcel comes back undelivered, without an RMA: its goods enter a location at the cost they left with, on a return receipt of kind
 * `refused`. When nothing stays with the customer the shipment is refused. Raises `warehouse.goods_refused` (news: {@link SentBack}[]).
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_shipped`
 */
export async function refuseShipment(
  run: CommandRun,
  request: RefuseRequest,
): Promise<{ receiptId: string; number: number; whole: boolean }> {
  const { tx, ctx } = run
  const taken = await takeFromSent(run, request, {
    name: 'refused',
    from: ['shipped'],
    fix: 'Only shipments on their way are refused; what was delivered comes back by a return.',
  })
  const receiptId = run.newId()
  const sent = await readSentGoods(run, [...taken.take.keys()])
  const parts = partsOf(sent, taken.take).map((part) => ({ ...part, id: run.newId() }))
  await postGoods(run, { movements: parts.map((part) => backMovement(part, request, receiptId)) })
  await addToLines(
    tx,
    ctx.orgId,
    [...taken.take].map(([id, quantity]) => ({ id, refused: quantity })),
  )
  const number = await takeNumbers(tx, ctx.orgId, 'return_receipt', 1)
  const { warehouseId, locationId, reason, note, happenedAt } = request
  await insertSentBackReceipt(run, taken, { id: receiptId, number, warehouseId, locationId, reason, note, happenedAt, parts })
  await sql`update warehouse.shipment set ended_reason = ${request.reason} where org_id = ${ctx.orgId} and id = ${request.shipmentId}`.execute(
    tx,
  )
  if (taken.whole) await updateShipments(tx, ctx.orgId, [{ id: request.shipmentId, status: 'refused', at: run.now }])
  run.emit({
    type: 'warehouse.goods_refused',
    documentType: 'shipment',
    documentId: request.shipmentId,
    payload: {
      ...(taken.whole ? { status: [taken.shipment.status, 'refused'] } : {}),
      reason: request.reason,
      return_receipt_id: receiptId,
      number,
      lines: [...taken.take].map(([line_id, quantity]) => ({ line_id, refused: quantity })),
    },
    news: newsOf(taken, {
      documentId: receiptId,
      lineOf: (lineId) => parts.find((part) => part.shipmentLineId === lineId)?.id ?? lineId,
      happenedAt: request.happenedAt,
    }),
  })
  return { receiptId, number, whole: taken.whole }
}

function backMovement(part: SentGoods & { id: string; quantity: number }, request: RefuseRequest, receiptId: string): NewMovement {
  return {
    itemId: part.itemId,
    lotId: part.lotId,
    ownerId: part.ownerId,
    quantity: part.quantity,
    fromLocationId: part.customerLocationId,
    toLocationId: request.locationId,
    happenedAt: request.happenedAt,
    reason: 'refused',
    sourceType: 'return_receipt',
    sourceId: receiptId,
    sourceLineId: part.id,
    cost: { kind: 'back', shippedLineId: part.shipmentLineId },
  }
}

/** What flows are told of each line taken. */
export function newsOf(taken: Taken, document: { documentId: string; lineOf: (lineId: string) => string; happenedAt: Date }): SentBack[] {
  return taken.lines.flatMap((line) => {
    const quantity = taken.take.get(line.id) ?? 0
    return quantity === 0
      ? []
      : [
          {
            shipmentId: taken.shipment.id,
            shipmentLineId: line.id,
            orderId: line.sourceId,
            orderLineId: line.sourceLineId,
            warehouseId: taken.shipment.warehouseId,
            itemId: line.itemId,
            quantity,
            supply: line.supply,
            documentId: document.documentId,
            documentLineId: document.lineOf(line.id),
            happenedAt: document.happenedAt,
          },
        ]
  })
}
