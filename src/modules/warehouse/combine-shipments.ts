import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { DomainError, notFound } from '../../kernel/errors.ts'
import { type CombinedOrder, insertCombinedOrders, readCombinedOrders } from './shipment-orders.ts'
import { lockShipments, readLines, type Shipment } from './shipment.repo.ts'
import { wrongStep } from './warehouse.errors.ts'

interface Header {
  id: string
  hash: string
  carrierId: string | null
  sourceLabel: string
  amountToCollect: number
}

/**
 * Makes one shipment of several: planned or released ones of one customer, address, currency and warehouse. The lowest number stays
 * and takes all lines with their picks; the others are canceled, pointing at it. Orders stay apart; cash to collect adds up.
 * Raises `warehouse.shipments_combined` (news: the orders).
 * @throws `warehouse.not_found`, `warehouse.wrong_step`, `warehouse.cannot_combine`
 */
export async function combineShipments(run: CommandRun, shipmentIds: readonly string[]): Promise<string> {
  const { tx, ctx } = run
  const ids = [...new Set(shipmentIds)]
  const shipments = await lockShipments(tx, ctx.orgId, ids)
  const list = ids.map((id) => {
    const shipment = shipments.get(id)
    if (shipment === undefined) throw notFound('warehouse.shipment', id)
    if (shipment.status !== 'planned' && shipment.status !== 'released')
      throw wrongStep(shipment, 'combined', 'Only planned and released shipments are combined.')
    return shipment
  })
  const headers = await readHeaders(run, ids)
  const [target, ...others] = list.toSorted((a, b) => a.number - b.number)
  if (target === undefined || others.length === 0) throw cannotCombine('Name at least two different shipments.', {})
  for (const other of others) refuseDifference(target, other, headers)
  const lines = await readLines(tx, ctx.orgId, ids)
  await insertCombinedOrders(tx, ctx.orgId, await ordersOf(run, target, list, headers))
  await moveAll(run, target, others, headers)
  run.emit({
    type: 'warehouse.shipments_combined',
    documentType: 'shipment',
    documentId: target.id,
    payload: { number: target.number, from: others.map((other) => other.id), lines: lines.length },
    news: { orderIds: [...new Set(lines.map((line) => line.sourceId))] },
  })
  for (const other of others)
    run.emit({
      type: 'warehouse.shipment_merged',
      documentType: 'shipment',
      documentId: other.id,
      payload: { status: [other.status, 'canceled'], combined_into: target.id, number: target.number },
    })
  return target.id
}

async function readHeaders({ tx, ctx }: CommandRun, ids: readonly string[]): Promise<Map<string, Header>> {
  const { rows } = await sql<Header>`
    select id, encode(ship_to_hash, 'hex') as hash, carrier_id as "carrierId", source_label as "sourceLabel", amount_to_collect as "amountToCollect"
      from warehouse.shipment where org_id = ${ctx.orgId} and id = any(${ids}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

function refuseDifference(target: Shipment, other: Shipment, headers: ReadonlyMap<string, Header>): void {
  const [a, b] = [headers.get(target.id), headers.get(other.id)]
  const differs =
    target.warehouseId !== other.warehouseId
      ? 'they leave from different warehouses'
      : target.currency !== other.currency
        ? 'their currencies differ'
        : a?.hash !== b?.hash
          ? 'they go to different addresses'
          : target.partyId !== other.partyId
            ? 'they are of different customers'
            : target.held || other.held
              ? 'an order is held; release the hold first'
              : target.ready !== other.ready
                ? 'one waits for the rest of its order'
                : (a?.amountToCollect ?? 0) > 0 !== (b?.amountToCollect ?? 0) > 0
                  ? 'one is paid by cash on delivery and the other is not'
                  : null
  if (differs !== null)
    throw cannotCombine(`Shipments S-${target.number} and S-${other.number} cannot be combined: ${differs}.`, {
      shipment_ids: [target.id, other.id],
    })
}

function cannotCombine(message: string, detail: Record<string, unknown>): DomainError {
  return new DomainError('rule', 'warehouse.cannot_combine', message, { detail })
}

async function ordersOf(
  run: CommandRun,
  target: Shipment,
  list: readonly Shipment[],
  headers: ReadonlyMap<string, Header>,
): Promise<CombinedOrder[]> {
  const known = await readCombinedOrders(
    run.tx,
    run.ctx.orgId,
    list.map((shipment) => shipment.id),
  )
  const own = list.map((shipment) => ({
    sourceId: shipment.sourceId,
    sourceLabel: headers.get(shipment.id)?.sourceLabel ?? '',
    held: shipment.held,
  }))
  const rows = [...own, ...known].map((row) => ({ ...row, shipmentId: target.id }))
  return [...new Map(rows.map((row) => [row.sourceId, row])).values()]
}

/** Lines, picks and cash go to the target; the emptied ones are canceled. */
async function moveAll(
  run: CommandRun,
  target: Shipment,
  others: readonly Shipment[],
  headers: ReadonlyMap<string, Header>,
): Promise<void> {
  const { tx, ctx, now } = run
  const from = others.map((other) => other.id)
  await sql`update warehouse.shipment_line set shipment_id = ${target.id} where org_id = ${ctx.orgId} and shipment_id = any(${from}::uuid[])`.execute(
    tx,
  )
  await sql`update warehouse.pick set shipment_id = ${target.id} where org_id = ${ctx.orgId} and shipment_id = any(${from}::uuid[])`.execute(
    tx,
  )
  const released = [target, ...others].find((shipment) => shipment.status === 'released')
  const collected = others.reduce((sum, other) => sum + (headers.get(other.id)?.amountToCollect ?? 0), 0)
  const priority = Math.min(...[target, ...others].map((shipment) => shipment.priority))
  await sql`
    update warehouse.shipment set amount_to_collect = amount_to_collect + ${collected}, priority = ${priority}, version = version + 1,
           status = ${released === undefined ? 'planned' : 'released'}, pick_list_id = coalesce(pick_list_id, ${released?.pickListId ?? null}::uuid),
           released_at = case when ${released !== undefined} then coalesce(released_at, ${now}) else released_at end
     where org_id = ${ctx.orgId} and id = ${target.id}`.execute(tx)
  await sql`
    update warehouse.shipment set status = 'canceled', combined_into_id = ${target.id}, amount_to_collect = 0, version = version + 1
     where org_id = ${ctx.orgId} and id = any(${from}::uuid[])`.execute(tx)
  await sql`delete from warehouse.shipment_order where org_id = ${ctx.orgId} and shipment_id = any(${from}::uuid[])`.execute(tx)
}
