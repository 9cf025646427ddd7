import pg from 'pg'
import { verify } from '../../src/modules/reports/index.ts'
import { type Figure, figureOf } from '../figures.ts'
import type { Business, Ground, Place } from '../ground.ts'
import { createOrders } from '../orders.ts'
import { type BenchServer, runLoad, startServerProcess } from '../server.ts'
import { openWorld, type Worlds } from '../world/worlds.ts'

/** Orders of one measurement, and rounds. */
export interface LargeSize {
  rounds: number
  orders: number
}

const CONNECTIONS = 64

/** Intake over HTTP into a large business, against the same into a business without orders, in interleaved rounds. */
export async function measureGrownIntake(
  { ground, server, worlds }: { ground: Ground; server: BenchServer; worlds: Worlds },
  size: LargeSize,
  onStep: (text: string) => void,
): Promise<Figure[]> {
  const large = await openWorld(worlds.large)
  try {
    const largeServer = await startServerProcess(large)
    const series = { large: [] as number[], empty: [] as number[] }
    const run = Date.now().toString(36)
    try {
      for (let round = 0; round <= size.rounds; round += 1) {
        onStep(`intake of the large business, round ${round} of ${size.rounds}`)
        // oxlint-disable no-await-in-loop -- rounds follow each other, and so do their halves
        const intoLarge = await intakeRate({ port: largeServer.port, apiKey: large.apiKey }, `grown-${run}-${round}`, round, size.orders)
        const intoEmpty = await intakeRate({ port: server.port, apiKey: ground.apiKey }, `young-${run}-${round}`, round, size.orders)
        // oxlint-enable no-await-in-loop
        series.large.push(intoLarge)
        series.empty.push(intoEmpty)
      }
    } finally {
      await largeServer.stop()
    }
    return [
      figureOf({
        name: 'POST /v1/orders, 64 connections, large business against an empty one',
        unit: 'orders/s',
        // The first round warms up.
        values: series.large.slice(1),
        baselines: series.empty.slice(1),
        goal: { atLeast: 0.75 },
      }),
    ]
  } finally {
    await large.close()
  }
}

async function intakeRate(
  { port, apiKey }: { port: number; apiKey: string },
  prefix: string,
  round: number,
  count: number,
): Promise<number> {
  const bodies = createOrders(20_000 + round, prefix)(count).map((order) => JSON.stringify(order))
  const headers = { authorization: `Bearer ${apiKey}` }
  const { seconds } = await runLoad({ port, headers, path: '/v1/orders', bodies, connections: CONNECTIONS })
  return count / seconds
}

/** Tables of which `verify` reads every row. */
const VERIFIED = [
  'kernel.event',
  'orders.sales_order',
  'orders.order_line',
  'orders.order_charge',
  'orders.order_discount',
  'orders.order_tax',
  'orders.payment',
  'orders.revenue_slice',
  'warehouse.shipment',
  'warehouse.shipment_line',
  'warehouse.pick',
  'warehouse.goods_receipt_line',
  'inventory.stock_movement',
  'inventory.stock_move_line',
  'inventory.stock_level',
  'inventory.stock_position',
  'inventory.reservation',
  'inventory.allocation',
  'inventory.cost_layer',
  'inventory.cost_use',
  'inventory.month_balance',
  'ledger.journal_entry',
  'ledger.posting',
] as const

/** `tefter verify` of a large business, once, against a bare sequential read of its tables. @throws when a check finds a fault */
export async function measureVerify(worlds: Worlds, onStep: (text: string) => void): Promise<Figure[]> {
  const large = await openWorld(worlds.large)
  try {
    onStep('a bare read of the tables')
    const bare = await readTables(large)
    onStep('verify')
    const startedAt = performance.now()
    const { ok, checks } = await verify(large.system, large.ctx)
    const seconds = (performance.now() - startedAt) / 1000
    if (!ok) throw new Error(`verify found a fault: ${JSON.stringify(checks.filter((check) => !check.ok && !check.empty))}`)
    const parts = checks.map(({ id, ms }) => figureOf({ name: `verify, ${id}`, unit: 's', values: [ms / 1000] }))
    return [
      figureOf({
        name: 'verify, against a bare sequential read of its tables',
        unit: 's',
        values: [seconds],
        baselines: [bare],
        goal: { atMost: 3 },
      }),
      ...parts,
    ]
  } finally {
    await large.close()
  }
}

async function readTables({ address, ctx }: Place & Business): Promise<number> {
  const client = new pg.Client({ connectionString: address.ownerUrl })
  await client.connect()
  try {
    await client.query(
      'set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off; set max_parallel_workers_per_gather = 0',
    )
    const startedAt = performance.now()
    for (const table of VERIFIED)
      // oxlint-disable-next-line no-await-in-loop -- one table after another, as verify reads them
      await client.query(`select count(*) from ${table} where org_id = $1`, [ctx.orgId])
    return (performance.now() - startedAt) / 1000
  } finally {
    await client.end()
  }
}
