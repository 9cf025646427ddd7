import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineBatchCommand, defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { lockShipments, openOf, readPicks, readPicksOfList } from '../shipment.repo.ts'
import { pickGoods as pick } from '../pick-goods.ts'
import { Quantity } from '../schemas.ts'
import { wrongStep } from '../warehouse.errors.ts'

/** Takes goods of picks into staging, whole or in parts, as they are scanned. */
export const pickGoods = defineBatchCommand({
  name: 'warehouse.pick_goods',
  permission: 'warehouse.pick',
  summary: 'Pick goods into staging',
  element: exactly({ pick_id: Uuid, quantity: Quantity }),
  output: exactly({ pick_id: Uuid, shipment_id: Uuid, shipment_status: Type.String() }),
  maxElements: 1000,
  errors: ['warehouse.not_found', 'warehouse.wrong_step', 'warehouse.more_than_open'],

  async run(run, picks) {
    const outcomes = await pick(
      run,
      picks.map(({ pick_id, quantity }) => ({ pickId: pick_id, quantity })),
    )
    return outcomes.map((outcome) =>
      outcome.ok
        ? {
            ok: true,
            value: { pick_id: outcome.value.pickId, shipment_id: outcome.value.shipmentId, shipment_status: outcome.value.shipmentStatus },
          }
        : outcome,
    )
  },
})

/** Picks all that is still open of a shipment. @throws `warehouse.not_found`, `warehouse.wrong_step` */
export const pickShipment = defineCommand({
  name: 'warehouse.pick_shipment',
  permission: 'warehouse.pick',
  summary: 'Pick all that is open of a shipment',
  input: exactly({ shipment_id: Uuid }),
  output: exactly({ shipment_id: Uuid, picks: Type.Integer() }),
  errors: ['warehouse.not_found', 'warehouse.wrong_step'],

  async run(run, { shipment_id }) {
    const shipment = (await lockShipments(run.tx, run.ctx.orgId, [shipment_id])).get(shipment_id)
    if (shipment === undefined) throw notFound('warehouse.shipment', shipment_id)
    const open = (await readPicks(run.tx, run.ctx.orgId, [shipment_id])).filter((row) => openOf(row) > 0)
    if (shipment.status !== 'released' || open.length === 0)
      throw wrongStep(shipment, 'picked', shipment.status === 'planned' ? 'Release it first.' : 'Nothing of it is left to pick.')
    await pick(
      run,
      open.map((row) => ({ pickId: row.id, quantity: openOf(row) })),
    )
    return { shipment_id, picks: open.length }
  },
})

/** Picks all that is still open of many shipments, each by itself. For imports and tools that do not scan. */
export const pickShipments = defineBatchCommand({
  name: 'warehouse.pick_shipments',
  permission: 'warehouse.pick',
  summary: 'Pick all that is open of shipments',
  element: exactly({ shipment_id: Uuid }),
  output: exactly({ shipment_id: Uuid, picks: Type.Integer() }),
  maxElements: 500,
  errors: ['warehouse.not_found', 'warehouse.wrong_step'],

  async run(run, elements) {
    const shipments = await lockShipments(
      run.tx,
      run.ctx.orgId,
      elements.map((element) => element.shipment_id),
    )
    const picks = await readPicks(run.tx, run.ctx.orgId, [...shipments.keys()])
    const open = Map.groupBy(
      picks.filter((row) => shipments.get(row.shipmentId)?.status === 'released' && openOf(row) > 0),
      (row) => row.shipmentId,
    )
    await pick(
      run,
      [...open.values()].flat().map((row) => ({ pickId: row.id, quantity: openOf(row) })),
    )
    return elements.map(({ shipment_id }) => {
      const shipment = shipments.get(shipment_id)
      if (shipment === undefined) return { ok: false, error: notFound('warehouse.shipment', shipment_id) }
      const own = open.get(shipment_id)
      if (own === undefined)
        return {
          ok: false,
          error: wrongStep(shipment, 'picked', shipment.status === 'planned' ? 'Release it first.' : 'Nothing of it is left to pick.'),
        }
      return { ok: true, value: { shipment_id, picks: own.length } }
    })
  },
})

/** Picks all that is still open of a pick list. @throws `warehouse.not_found` */
export const pickPickList = defineCommand({
  name: 'warehouse.pick_pick_list',
  permission: 'warehouse.pick',
  summary: 'Pick all that is open of a pick list',
  input: exactly({ pick_list_id: Uuid }),
  output: exactly({ pick_list_id: Uuid, picks: Type.Integer() }),
  errors: ['warehouse.not_found'],

  async run(run, { pick_list_id }) {
    const open = await lockedPicksOfList(run, pick_list_id)
    await pick(
      run,
      open.map((row) => ({ pickId: row.id, quantity: openOf(row) })),
    )
    return { pick_list_id, picks: open.length }
  },
})

/** Open picks of a list, read after its shipments are locked. */
async function lockedPicksOfList({ tx, ctx }: CommandRun, pickListId: string) {
  const { rows } = await sql<{
    id: string
  }>`select id from warehouse.pick_list where org_id = ${ctx.orgId} and id = ${pickListId}::uuid`.execute(tx)
  if (rows.length === 0) throw notFound('warehouse.pick_list', pickListId)
  await lockShipments(
    tx,
    ctx.orgId,
    (await readPicksOfList(tx, ctx.orgId, [pickListId])).map((row) => row.shipmentId),
  )
  return (await readPicksOfList(tx, ctx.orgId, [pickListId])).filter((row) => openOf(row) > 0)
}
