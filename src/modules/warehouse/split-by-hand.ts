import type { CommandRun } from '../../kernel/command.ts'
import { DomainError, notFound } from '../../kernel/errors.ts'
import { settleSteps } from './pick-goods.ts'
import { lockShipments, readLines, readPicks } from './shipment.repo.ts'
import { lockLinePositions } from './line-positions.ts'
import { splitShipments } from './split-shipment.ts'
import { moreThanOpen, wrongStep } from './warehouse.errors.ts'

/** A shipment cut in two, told to flows: orders share the cash to collect anew. */
export interface HandSplit {
  shipmentId: string
  newShipmentId: string
  orderIds: string[]
}

/**
 * Moves quantities of a shipment's lines to a new shipment of the same step: first what is not picked, then picked goods with their
 * place in staging. Raises `warehouse.shipment_split` for the new one and `warehouse.shipment_divided` (news: {@link HandSplit}).
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.more_than_open`, `warehouse.nothing_stays`
 */
export async function splitByHand(
  run: CommandRun,
  shipmentId: string,
  wanted: readonly { lineId: string; quantity: number }[],
): Promise<string> {
  const { tx, ctx } = run
  const shipment = (await lockShipments(tx, ctx.orgId, [shipmentId])).get(shipmentId)
  if (shipment === undefined) throw notFound('warehouse.shipment', shipmentId)
  if (!['planned', 'released', 'picked'].includes(shipment.status))
    throw wrongStep(shipment, 'split', 'Only planned, released and picked shipments are split.')
  const lines = await readLines(tx, ctx.orgId, [shipmentId])
  const move = new Map<string, number>()
  for (const { lineId, quantity } of wanted) move.set(lineId, (move.get(lineId) ?? 0) + quantity)
  const keep = new Map(lines.map((line) => [line.id, line.quantity]))
  for (const [lineId, quantity] of move) {
    const line = lines.find((candidate) => candidate.id === lineId)
    if (line === undefined) throw notFound('warehouse.shipment_line', lineId)
    if (quantity > line.quantity) throw moreThanOpen('Shipment line', lineId, quantity, line.quantity)
    keep.set(lineId, line.quantity - quantity)
  }
  if ([...keep.values()].every((quantity) => quantity === 0)) throw nothingStays(shipment)
  await lockLinePositions(run, [{ shipment, lines }])
  const restId = (await splitShipments(run, [{ shipment, lines, keep }])).get(shipmentId) ?? ''
  const both = [shipmentId, restId]
  await settleSteps(run, both, await readPicks(tx, ctx.orgId, both))
  run.emit({
    type: 'warehouse.shipment_divided',
    documentType: 'shipment',
    documentId: shipmentId,
    payload: { new_shipment_id: restId, lines: [...move].map(([lineId, quantity]) => ({ line_id: lineId, quantity: -quantity })) },
    news: { shipmentId, newShipmentId: restId, orderIds: [...new Set(lines.map((line) => line.sourceId))] } satisfies HandSplit,
  })
  return restId
}

function nothingStays(shipment: { id: string; number: number }): DomainError {
  return new DomainError(
    'rule',
    'warehouse.nothing_stays',
    `All of shipment S-${shipment.number} would go to the new one. Leave something on it, or move it to another warehouse as a whole.`,
    { detail: { shipment_id: shipment.id } },
  )
}
