import { sql } from 'kysely'
import type { CommandRun } from '../../src/kernel/command.ts'
import type { Context } from '../../src/kernel/context.ts'
import { readOnly } from '../../src/kernel/database.ts'
import type { NewEvent, SyncHandlers } from '../../src/kernel/events.ts'
import { newId, ZERO_ID } from '../../src/kernel/ids.ts'
import { runCommand, runQuery, type System } from '../../src/kernel/runner.ts'
import type { CheckResult } from '../../src/kernel/verify.ts'
import {
  type LostAllocation,
  type LostPromise,
  lockPositions,
  positionKey,
  promiseStock,
  type ServedBackorder,
  verifyInventory,
} from '../../src/modules/inventory/index.ts'
import {
  completeTask,
  createGoodsReceipt,
  extendOrPlan,
  followLostAllocations,
  getShipment,
  listTasks,
  planShipments,
  releaseShipments,
  verifyWarehouse,
  type Withdrawn,
  withdrawOrderLines,
} from '../../src/modules/warehouse/index.ts'
import { inCommand } from './stock.ts'

const SHIP_TO = { name: 'Ana Anić', line1: 'Knez Mihailova 1', city: 'Beograd', postcode: '11000', country: 'RS' }

function newsOf<T>(events: readonly NewEvent[]): T[] {
  return events.flatMap((event) => event.news as T[])
}

interface Part {
  sourceId: string
  sourceLineId: string
  warehouseId: string
  itemId: string
  ownerId: string
  quantity: number
}

function plansOf(parts: readonly Part[]) {
  return [...Map.groupBy(parts, (part) => `${part.sourceId}/${part.warehouseId}`).values()].map((group) => ({
    sourceId: group[0]?.sourceId ?? '',
    sourceLabel: '10482',
    warehouseId: group[0]?.warehouseId ?? '',
    shipTo: SHIP_TO,
    partyId: null,
    currency: 'EUR',
    priority: 100,
    promisedAt: null,
    held: false,
    ready: true,
    amountToCollect: 0,
    lines: group.map(({ sourceLineId, itemId, ownerId, quantity }) => ({
      sourceLineId,
      itemId,
      ownerId,
      quantity,
      supply: 'stock' as const,
    })),
  }))
}

/** Stands in for the orders: promises that are lost leave their shipments, promises that are served or free again are planned. */
export const standInOrders: SyncHandlers = new Map([
  [
    'inventory.allocations_lost',
    async (run, events) => void (await followLostAllocations({ ...run, newId }, newsOf<LostAllocation>(events))),
  ],
  [
    'inventory.promises_lost',
    async (run, events) => {
      for (const lost of newsOf<LostPromise>(events)) {
        // oxlint-disable-next-line no-await-in-loop -- one after another on one connection
        await withdrawOrderLines({ ...run, newId }, [lost.sourceId], new Map([[lost.sourceLineId, lost.quantity]]), {
          warehouseId: lost.warehouseId,
        })
      }
    },
  ],
  ['inventory.backorders_reserved', (run, events) => extendOrPlan({ ...run, newId }, plansOf(newsOf<ServedBackorder>(events)))],
  [
    'warehouse.shipment_canceled',
    (run, events) =>
      extendOrPlan(
        { ...run, newId },
        plansOf(
          newsOf<Withdrawn>(events)
            .filter((part) => part.supply === 'stock')
            .map((part) => ({ ...part, sourceId: part.orderId, sourceLineId: part.orderLineId })),
        ),
      ),
  ],
])

export interface StandInOrder {
  orderId: string
  lineIds: string[]
  shipmentId: string
}

/** Receives goods of one item at a unit cost in cents, straight into a location. */
export async function receive(
  system: System,
  ctx: Context,
  goods: { warehouse?: string; sku: string; quantity: number; cost?: number; location?: string; lot?: string; receivedAt?: Date },
): Promise<string> {
  const { id } = await runCommand(system, ctx, createGoodsReceipt, {
    kind: 'supplier',
    warehouse_code: goods.warehouse ?? 'W1',
    supplier_name: 'Potter & Co',
    currency: 'EUR',
    ...(goods.receivedAt === undefined ? {} : { received_at: goods.receivedAt.toISOString() }),
    lines: [
      {
        sku: goods.sku,
        quantity: goods.quantity,
        unit_cost: { amount: goods.cost ?? 400 },
        ...(goods.location === undefined ? {} : { location_code: goods.location }),
        ...(goods.lot === undefined ? {} : { lot: goods.lot }),
      },
    ],
  })
  return id
}

/** An order whose lines are promised at a warehouse as far as there is stock, the rest waiting; what is promised is planned. */
export function placeOrder(
  system: System,
  ctx: Context,
  order: {
    warehouseId: string
    partyId?: string
    held?: boolean
    lines: readonly { itemId: string; quantity: number; supply?: 'stock' | 'none' }[]
  },
): Promise<StandInOrder> {
  return inCommand(system, ctx, async (run: CommandRun) => {
    const orderId = newId()
    const lines = order.lines.map((line) => ({
      ...line,
      sourceId: orderId,
      sourceLineId: newId(),
      ownerId: ZERO_ID,
      warehouseId: order.warehouseId,
      priority: 100,
    }))
    const stocked = lines.filter((line) => line.supply !== 'none')
    const positions = await lockPositions(run.tx, ctx.orgId, stocked)
    const promised = stocked.map((line) => {
      const position = positions.get(positionKey(line))
      const available = position === undefined ? 0 : position.onHand - position.reserved - position.held
      const reserved = Math.max(0, Math.min(line.quantity, available))
      if (position !== undefined) position.reserved += reserved
      return { ...line, reserved }
    })
    await promiseStock(
      run,
      promised.filter((line) => line.reserved > 0).map((line) => ({ ...line, quantity: line.reserved })),
      promised
        .filter((line) => line.reserved < line.quantity)
        .map((line) => ({ ...line, quantity: line.quantity - line.reserved, warehouseIds: [order.warehouseId] })),
    )
    const along = lines.filter((line) => line.supply === 'none').map((line) => ({ ...line, reserved: line.quantity }))
    const planned = [...promised, ...along].filter((line) => line.reserved > 0)
    const shipments =
      planned.length === 0
        ? []
        : await planShipments(run, [
            {
              sourceId: orderId,
              sourceLabel: '10482',
              warehouseId: order.warehouseId,
              shipTo: SHIP_TO,
              partyId: order.partyId ?? null,
              currency: 'EUR',
              priority: 100,
              promisedAt: null,
              held: order.held ?? false,
              ready: true,
              amountToCollect: 0,
              lines: planned.map((line) => ({
                sourceLineId: line.sourceLineId,
                itemId: line.itemId,
                ownerId: line.ownerId,
                quantity: line.reserved,
                supply: line.supply ?? 'stock',
              })),
            },
          ])
    return { orderId, lineIds: lines.map((line) => line.sourceLineId), shipmentId: shipments[0]?.id ?? '' }
  })
}

/** Releases one shipment; throws its refusal as text. */
export async function release(system: System, ctx: Context, shipmentId: string): Promise<string | null> {
  const { outcomes } = await runCommand(system, ctx, releaseShipments, { shipment_ids: [shipmentId] })
  return outcomes[0]?.ok === true ? null : String(outcomes[0]?.error?.['code'])
}

export function shipment(system: System, ctx: Context, shipmentId: string) {
  return runQuery(system, ctx, getShipment, { shipment_id: shipmentId })
}

/** Puts back all that waits in staging to be put back, each to the bin it came from. */
export async function putBackAll(system: System, ctx: Context): Promise<number> {
  const { data } = await runQuery(system, ctx, listTasks, { kind: 'put_back', status: 'open' })
  for (const task of data) {
    // oxlint-disable-next-line no-await-in-loop -- one hand puts back one thing after another
    await runCommand(system, ctx, completeTask, { task_id: task.id })
  }
  return data.length
}

/** On hand by location code of an item. */
export async function onHand(system: System, ctx: Context, itemId: string): Promise<Record<string, number>> {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<{ code: string; on_hand: number }>`
      select c.code, sum(l.on_hand)::bigint as on_hand from inventory.stock_level l join inventory.location c on c.org_id = l.org_id and c.id = l.location_id
       where l.org_id = ${ctx.orgId} and l.item_id = ${itemId} and l.on_hand > 0 group by c.code`.execute(tx)
    return Object.fromEntries(rows.map((row) => [row.code, row.on_hand]))
  })
}

/** Balances of accounts by role, debit positive, in cents. */
export async function balances(system: System, ctx: Context): Promise<Record<string, number>> {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<{
      role: string
      base_amount: number
    }>`select role, base_amount from ledger.role_balance where org_id = ${ctx.orgId}`.execute(tx)
    return Object.fromEntries(rows.map((row) => [row.role, row.base_amount]))
  })
}

/** Faults that the checks of the goods and of the warehouse find. */
export async function faultsOf(system: System, ctx: Context): Promise<CheckResult[]> {
  const checks = await readOnly(
    system.database,
    ctx,
    async (tx) => [...(await verifyInventory(tx, ctx.orgId)), ...(await verifyWarehouse(tx, ctx.orgId))],
    'repeatable read',
  )
  return checks.filter((check) => check.counterexample !== null)
}
