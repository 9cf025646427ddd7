import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { readOnly } from '../src/kernel/database.ts'
import type { BatchCommand, Outcome } from '../src/kernel/command.ts'
import { runBatch, runCommand } from '../src/kernel/runner.ts'
import { placeOrders } from '../src/modules/orders/index.ts'
import { packShipments, pickShipments, releaseShipments, shipShipments } from '../src/modules/warehouse/index.ts'
import { cpuOf } from './cpu.ts'
import { type Figure, figureOf } from './figures.ts'
import { chunksOf, type Ground } from './ground.ts'
import { createOrders } from './orders.ts'

/** How many shipments go through in all rounds together, and how many at once. */
export interface ShipSize {
  rounds: number
  /** Shipments of a round, on each side. */
  shipments: number
}

/** Shipments that one command, and one call of the baseline, takes. */
const AT_ONCE = 250
const SEQUENCES = `create schema if not exists bench; create sequence if not exists bench.pick_list_number minvalue 1 start 1000000000;
  create sequence if not exists bench.parcel_number`

interface Places {
  bin: string
  staging: string
  customer: string
  carrier: string
}

/**
 * Release, pick, pack and ship through the commands, with cost, journal and news, against set-based SQL that leaves the same rows. Both
 * send planned shipments of orders that were taken in before the clock starts.
 */
export async function measureShip(ground: Ground, size: ShipSize, onStep: (text: string) => void): Promise<Figure[]> {
  const client = new pg.Client({ connectionString: ground.address.ownerUrl })
  await client.connect()
  const series = { rates: [] as number[], baselines: [] as number[], cpu: [] as number[] }
  try {
    await client.query(SEQUENCES)
    await client.query(await readFile(join(import.meta.dirname, 'baseline', 'ship.sql'), 'utf8'))
    const places = await findPlaces(ground)
    for (let round = 0; round <= size.rounds; round += 1) {
      onStep(`shipping, round ${round} of ${size.rounds}`)
      // Rounds follow each other, and so do their halves.
      // oxlint-disable no-await-in-loop -- rounds follow each other
      const [ours = [], theirs = []] = chunksOf(await planShipments(ground, round, 2 * size.shipments), size.shipments)
      const bare = await timed(() => shipBare(client, ground, places, theirs))
      const cpuBefore = cpuOf(process.pid) + cpuOf(ground.postgresPid)
      const through = await timed(() => shipThrough(ground, ours))
      // oxlint-enable no-await-in-loop
      if (round === 0) continue
      series.cpu.push((cpuOf(process.pid) + cpuOf(ground.postgresPid) - cpuBefore) / ours.length)
      series.rates.push(ours.length / through)
      series.baselines.push(theirs.length / bare)
    }
  } finally {
    await client.end()
  }
  return [
    figureOf({
      name: 'Release, pick, pack, ship through commands, against set-based SQL',
      unit: 'shipments/s',
      values: series.rates,
      baselines: series.baselines,
      goal: { atLeast: 0.3 },
    }),
    figureOf({ name: 'CPU a shipment, program and PostgreSQL', unit: 'ms', values: series.cpu }),
  ]
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

/** Takes in orders and answers their planned shipments, in the order taken. */
async function planShipments(ground: Ground, round: number, count: number): Promise<string[]> {
  const taken: string[] = []
  for (const part of chunksOf(createOrders(5000 + round, `ship-${round}`)(count)))
    // oxlint-disable-next-line no-await-in-loop -- one batch after another
    taken.push(...good(await runBatch(ground.system, ground.ctx, placeOrders, part)).map(({ id }) => id))
  const { rows } = await readOnly(ground.system.database, ground.ctx, (tx) =>
    sql<{ id: string }>`
      select id from warehouse.shipment where org_id = ${ground.ctx.orgId} and source_id = any(${taken}::uuid[]) and status = 'planned' order by number`.execute(
      tx,
    ),
  )
  if (rows.length !== count) throw new Error(`${rows.length} shipments are planned for ${count} orders`)
  return rows.map(({ id }) => id)
}

function good<T>(outcomes: readonly Outcome<T>[]): T[] {
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw outcome.error
    return outcome.value
  })
}

async function shipThrough({ system, ctx }: Ground, ids: readonly string[]): Promise<void> {
  const step = async (command: BatchCommand, elements: readonly unknown[]): Promise<void> => {
    for (const part of chunksOf(elements, AT_ONCE))
      // oxlint-disable-next-line no-await-in-loop -- one batch after another
      good(await runBatch(system, ctx, command, part as never))
  }
  const each = ids.map((shipment_id) => ({ shipment_id }))
  for (const part of chunksOf(ids, AT_ONCE)) {
    // oxlint-disable-next-line no-await-in-loop -- one batch after another
    const { outcomes } = await runCommand(system, ctx, releaseShipments, { shipment_ids: part })
    if (outcomes.some(({ ok }) => !ok)) throw new Error('a shipment was not released')
  }
  await step(pickShipments as BatchCommand, each)
  const packed = ids.map((shipment_id) => ({
    shipment_id,
    carrier: 'manual',
    parcels: [{ weight_g: 1000, tracking_number: `T${shipment_id.slice(-12)}` }],
  }))
  await step(packShipments as BatchCommand, packed)
  await step(shipShipments as BatchCommand, each)
}

async function shipBare(client: pg.Client, { ctx, warehouseId }: Ground, places: Places, ids: readonly string[]): Promise<void> {
  const { bin, staging, customer, carrier } = places
  const steps: [string, unknown[]][] = [
    ['bench.release_shipments', [ctx.orgId, warehouseId, bin]],
    ['bench.pick_shipments', [ctx.orgId, warehouseId, bin, staging]],
    ['bench.pack_shipments', [ctx.orgId, carrier]],
    ['bench.ship_shipments', [ctx.orgId, warehouseId, staging, customer]],
  ]
  for (const [name, given] of steps) {
    const slots = [...given, ids].map((_, index) => `$${index + 1}`).join(', ')
    for (const part of chunksOf(ids, AT_ONCE))
      // oxlint-disable-next-line no-await-in-loop -- one transaction after another
      await client.query({ name, text: `select ${name}(${slots})`, values: [...given, part] })
  }
}

async function findPlaces({ system, ctx, warehouseId }: Ground): Promise<Places> {
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<Places>`
      select (select id from inventory.location where org_id = ${ctx.orgId} and warehouse_id = ${warehouseId} and code = 'A-1') as bin,
             (select id from inventory.location where org_id = ${ctx.orgId} and warehouse_id = ${warehouseId} and code = 'STAGING') as staging,
             (select id from inventory.location where org_id = ${ctx.orgId} and kind = 'customer') as customer,
             (select id from carriers.carrier where org_id = ${ctx.orgId} and code = 'manual') as carrier`.execute(tx),
  )
  if (rows[0] === undefined) throw new Error('the warehouse has no places')
  return rows[0]
}
