import { type Baseline, openBaseline } from './baseline.ts'
import { cpuOf } from './cpu.ts'
import { type Figure, figureOf, quantile } from './figures.ts'
import { chunksOf, type Ground } from './ground.ts'
import { createOrders, skuOf } from './orders.ts'
import { type BenchServer, runLoad } from './server.ts'

/** How much is measured. */
export interface Size {
  rounds: number
  /** After so many seconds no further round begins, once three are done. */
  seconds: number
  /** Orders of one measurement over 64 connections; the others are sized after it. */
  orders: number
}

/** What one measurement gave: rate, 95th percentile of latency, CPU of server and PostgreSQL a piece. */
interface Measured {
  rate: number
  p95: number
  cpuMs: number
}

/** Measurements of one kind, one a round. */
type Series = Record<'single8' | 'single16' | 'many' | 'http64' | 'http8' | 'batch' | 'hot', Measured[]>

const BATCH = 100
/** Connections that send batches: as many as keep one batch under way and one on its way. */
const BATCH_CONNECTIONS = 2

/**
 * Intake against its baselines, interleaved: each round measures all of them, so that a slow minute of the machine meets all alike.
 * Orders are worked out before the clock starts, on both sides.
 */
export async function measureIntake(
  ground: Ground,
  server: BenchServer,
  size: Size,
  onStep: (text: string) => void,
): Promise<{ figures: Figure[]; rounds: number }> {
  const baseline = await openBaseline(ground)
  const series: Series = { single8: [], single16: [], many: [], http64: [], http8: [], batch: [], hot: [] }
  const startedAt = performance.now()
  const timeIsUp = (done: number) => done > 3 && performance.now() - startedAt > size.seconds * 1000
  try {
    for (let round = 0; round <= size.rounds && !timeIsUp(round); round += 1) {
      onStep(round === 0 ? 'warming up' : `intake, round ${round} of ${size.rounds}`)
      // oxlint-disable-next-line no-await-in-loop -- rounds follow each other
      const measured = await measureRound({ ground, server, baseline }, round, size.orders)
      if (round > 0) keep(series, measured)
    }
  } finally {
    await baseline.close()
  }
  return { figures: figuresOf(series), rounds: series.many.length }
}

function keep(series: Series, measured: Record<keyof Series, Measured>): void {
  for (const [name, value] of Object.entries(measured)) series[name as keyof Series].push(value)
}

async function measureRound(
  { ground, server, baseline }: { ground: Ground; server: BenchServer; baseline: Baseline },
  round: number,
  orders: number,
): Promise<Record<keyof Series, Measured>> {
  const make = (name: string, hot?: string) => createOrders(round * 100 + name.length, `${name}-${round}`, hot)
  const postgres = () => cpuOf(ground.postgresPid)
  const all = () => postgres() + cpuOf(server.pid)
  const overHttp = async (
    name: string,
    { path, bodies, count, connections }: { path: string; bodies: string[]; count: number; connections: number },
  ) => {
    const before = all()
    const headers = { authorization: `Bearer ${ground.apiKey}` }
    const result = await runLoad({ port: server.port, headers, path, bodies, connections })
    return { rate: count / result.seconds, p95: quantile(result.latencies, 0.95), cpuMs: (all() - before) / count, name }
  }
  const single = async (connections: number) => {
    const some = make(`single${connections}`)(orders / 2)
    const before = postgres()
    const { seconds, latencies } = await baseline.runSingle(some, connections)
    return { rate: some.length / seconds, p95: quantile(latencies, 0.95), cpuMs: (postgres() - before) / some.length }
  }
  const one = (name: string, count: number, connections: number, hot?: string) =>
    overHttp(name, { path: '/v1/orders', bodies: make(name, hot)(count).map((order) => JSON.stringify(order)), count, connections })
  const batches = chunksOf(make('batch')(orders), BATCH).map((part) => JSON.stringify({ orders: part }))
  const single8 = await single(8)
  const http64 = await one('http64', orders, 64)
  const many = await measureMany(baseline, make('many')(Math.max(500, orders)), postgres)
  const batch = await overHttp('batch', { path: '/v1/orders/batch', bodies: batches, count: orders, connections: BATCH_CONNECTIONS })
  const single16 = await single(16)
  const http8 = await one('http8', orders / 2, 8)
  const hot = await one('hot', orders, 64, skuOf(0))
  return { single8, single16, many, http64, http8, batch, hot }
}

async function measureMany(baseline: Baseline, orders: Parameters<Baseline['runMany']>[0], cpu: () => number): Promise<Measured> {
  const before = cpu()
  const { seconds } = await baseline.runMany(orders)
  return { rate: orders.length / seconds, p95: Number.NaN, cpuMs: (cpu() - before) / orders.length }
}

function figuresOf(series: Series): Figure[] {
  const rates = (name: keyof Series) => series[name].map((measured) => measured.rate)
  const best = series.single8.map((measured, round) => Math.max(measured.rate, series.single16[round]?.rate ?? 0))
  const unit = 'orders/s'
  const cpu = (name: keyof Series, said: string) =>
    figureOf({ name: `CPU an order: ${said}`, unit: 'ms', values: series[name].map((one) => one.cpuMs) })
  return [
    figureOf({ name: 'L: one order a transaction, SQL, best of 8 and 16 connections', unit, values: best }),
    figureOf({ name: 'B: 500 orders a transaction, SQL', unit, values: rates('many') }),
    figureOf({ name: 'POST /v1/orders, 64 connections, against L', unit, values: rates('http64'), baselines: best, goal: { atLeast: 2 } }),
    figureOf({
      name: 'POST /v1/orders, 64 connections, against B',
      unit,
      values: rates('http64'),
      baselines: rates('many'),
      goal: { atLeast: 0.35 },
    }),
    figureOf({ name: 'POST /v1/orders, 8 connections, against L', unit, values: rates('http8'), baselines: best, goal: { atLeast: 1 } }),
    figureOf({
      name: 'POST /v1/orders, 8 connections, p95 against L at 8',
      unit: 'ms',
      values: series.http8.map((one) => one.p95),
      baselines: series.single8.map((one) => one.p95),
      goal: { atMost: 1 },
    }),
    figureOf({
      name: 'POST /v1/orders/batch of 100, against B',
      unit,
      values: rates('batch'),
      baselines: rates('many'),
      goal: { atLeast: 0.7 },
    }),
    figureOf({
      name: 'One item in all orders, against the Zipf rate',
      unit,
      values: rates('hot'),
      baselines: rates('http64'),
      goal: { atLeast: 0.7 },
    }),
    cpu('single8', 'L, PostgreSQL'),
    cpu('many', 'B, PostgreSQL'),
    cpu('http64', 'POST /v1/orders at 64, server and PostgreSQL'),
    cpu('http8', 'POST /v1/orders at 8, server and PostgreSQL'),
    cpu('batch', 'batch of 100, server and PostgreSQL'),
  ]
}
