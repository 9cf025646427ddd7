import type { CommandRun } from '../../kernel/command.ts'
import { lockPositions } from '../inventory/index.ts'
import type { Shipment, ShipmentLine } from './shipment.repo.ts'

/**
 * Locks the positions of all goods on shipments, at once and in key order. Whoever moves goods of several shipments, or takes the number
 * of a new one, calls it first: positions come before counters, and later postings find theirs locked already.
 */
export async function lockLinePositions(
  run: CommandRun,
  parts: readonly { shipment: Pick<Shipment, 'warehouseId'>; lines: readonly ShipmentLine[] }[],
): Promise<void> {
  const keys = parts.flatMap(({ shipment, lines }) =>
    lines
      .filter((line) => line.supply === 'stock')
      .map((line) => ({ itemId: line.itemId, warehouseId: shipment.warehouseId, ownerId: line.ownerId })),
  )
  await lockPositions(run.tx, run.ctx.orgId, keys)
}
