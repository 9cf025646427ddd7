import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { DomainError } from '../../kernel/errors.ts'
import type { NewEvent } from '../../kernel/events.ts'
import { moveOneShipment } from '../warehouse/index.ts'
import type { ActionResult } from './action.ts'

/**
 * Moves the planned shipments of an order to a warehouse, each whole or not at all: what that warehouse cannot promise now stays where
 * it is, and the result says why.
 */
export async function routeOrder(run: CommandRun, orderId: string, warehouseId: string): Promise<[ActionResult['state'], string]> {
  const { rows } = await sql<{ id: string; number: number }>`
    select id, number from warehouse.shipment where org_id = ${run.ctx.orgId} and source_id = ${orderId}::uuid and status = 'planned' and warehouse_id <> ${warehouseId}::uuid order by id`.execute(
    run.tx,
  )
  if (rows.length === 0) return ['skipped', 'no planned shipment elsewhere']
  const refusals: string[] = []
  for (const { id } of rows) {
    // oxlint-disable-next-line no-await-in-loop -- an order has a few shipments
    const refusal = await tryMove(run, id, warehouseId)
    if (refusal !== null) refusals.push(refusal)
  }
  const moved = rows.length - refusals.length
  return refusals.length === 0 ? ['done', `${moved}`] : ['failed', refusals.join(' ')]
}

/** Moves one shipment inside a savepoint, so that a refusal leaves nothing behind. Answers the refusal. */
async function tryMove(run: CommandRun, shipmentId: string, warehouseId: string): Promise<string | null> {
  const events: NewEvent[] = []
  await sql`savepoint rule_move`.execute(run.tx)
  try {
    await moveOneShipment(
      { ...run, emit: (event) => void events.push(event) },
      { shipmentId, warehouseId, backorder: false, reason: 'rule' },
    )
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    await sql`rollback to savepoint rule_move`.execute(run.tx)
    return error.message
  }
  await sql`release savepoint rule_move`.execute(run.tx)
  for (const event of events) run.emit(event)
  return null
}
