import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { invalidInput } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { ShipmentOutcome, shipmentOutcome } from '../batch-outcome.ts'
import { releaseShipments as release } from '../release-shipments.ts'
import { shipmentsOfSources } from '../shipment-orders.ts'

/** Most shipments released at once. */
const MAX_SHIPMENTS = 500

/**
 * Releases shipments, named or those of orders, to pick lists: one a warehouse. Each is released or refused by itself.
 * @throws `kernel.invalid_input` when none or too many are named
 */
export const releaseShipments = defineCommand({
  name: 'warehouse.release_shipments',
  permission: 'warehouse.release',
  summary: 'Release shipments to pick lists',
  input: exactly({
    shipment_ids: Type.Optional(Type.Array(Uuid, { maxItems: MAX_SHIPMENTS })),
    order_ids: Type.Optional(Type.Array(Uuid, { maxItems: MAX_SHIPMENTS })),
  }),
  output: exactly({
    pick_lists: Type.Array(exactly({ id: Uuid, number: Type.Integer(), warehouse_id: Uuid })),
    outcomes: Type.Array(ShipmentOutcome),
  }),
  errors: ['warehouse.not_found', 'warehouse.wrong_step', 'warehouse.held', 'warehouse.no_bin'],

  async run(run, { shipment_ids = [], order_ids = [] }) {
    const ids = [...new Set([...shipment_ids, ...(await plannedOf(run, order_ids))])]
    if (ids.length === 0)
      throw invalidInput([
        {
          pointer: '/shipment_ids',
          code: 'none',
          message: 'names no shipment to release; choose planned shipments or orders that have some',
        },
      ])
    if (ids.length > MAX_SHIPMENTS)
      throw invalidInput([
        {
          pointer: '/order_ids',
          code: 'too_many',
          message: `amounts to ${ids.length} shipments; at most ${MAX_SHIPMENTS} are released at once`,
        },
      ])
    const outcomes = await release(run, ids)
    const lists = [...new Set(outcomes.flatMap((outcome) => (outcome.ok ? (outcome.value.pickListId ?? []) : [])))]
    const { rows } = await sql<{ id: string; number: number; warehouse_id: string }>`
      select id, number, warehouse_id from warehouse.pick_list where org_id = ${run.ctx.orgId} and id = any(${lists}::uuid[]) order by number`.execute(
      run.tx,
    )
    return { pick_lists: rows, outcomes: outcomes.map((outcome, index) => shipmentOutcome(ids[index] ?? '', outcome)) }
  },
})

async function plannedOf({ tx, ctx }: CommandRun, orderIds: readonly string[]): Promise<string[]> {
  if (orderIds.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select id from warehouse.shipment where org_id = ${ctx.orgId} and id in (select x.shipment_id from (${shipmentsOfSources(ctx.orgId, orderIds)}) x) and status = 'planned' order by priority, number limit ${MAX_SHIPMENTS + 1}`.execute(
    tx,
  )
  return rows.map((row) => row.id)
}
