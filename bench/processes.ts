import { spawn } from 'node:child_process'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { chooseServerUser } from '../src/kernel/postgres/server-user.ts'
import { cpuOf } from './cpu.ts'
import { type Figure, figureOf } from './figures.ts'
import { type Ground, openGround } from './ground.ts'
import { createOrders } from './orders.ts'
import { type BenchServer, runLoad, startServerProcess } from './server.ts'

// What a pooler costs and what a second API process brings, in one run: `node bench/processes.ts [rounds] [orders a round]`. It needs
// Debian's pgbouncer, and says its figures as JSON. docs/scale.md holds what was found.

const [rounds = 7, orders = 600] = process.argv.slice(2).map(Number)
const ENTRYPOINT = join(import.meta.dirname, '..', 'deploy', 'pgbouncer', 'entrypoint.sh')
const POOLER_PORT = 16_432
const CONNECTIONS = 64

/** Starts the pooler of the compose file in front of the ground's PostgreSQL. Answers its address and its end. */
async function openPooler(ground: Ground): Promise<{ url: string; pid: number; stop(): void }> {
  const target = new URL(ground.address.url)
  const home = join(ground.folder, 'pooler')
  await mkdir(home)
  await chmod(home, 0o777)
  const child = spawn(ENTRYPOINT, [], {
    stdio: 'ignore',
    env: {
      ...process.env,
      POSTGRES_HOST: target.hostname,
      POSTGRES_PORT: target.port,
      APP_PASSWORD: decodeURIComponent(target.password),
      LISTEN_ADDRESS: '127.0.0.1',
      LISTEN_PORT: String(POOLER_PORT),
      PGBOUNCER_HOME: join(home, 'settings'),
    },
    ...chooseServerUser(home),
  })
  const end = (): boolean => child.kill('SIGTERM')
  process.once('exit', end)
  target.port = String(POOLER_PORT)
  await waitForAnswer(target.href)
  return { url: target.href, pid: child.pid ?? 0, stop: () => void end() }
}

async function waitForAnswer(url: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const client = new pg.Client(url)
    try {
      // oxlint-disable-next-line no-await-in-loop -- asked until it answers
      await client.connect()
      // oxlint-disable-next-line no-await-in-loop -- as above
      await client.end()
      return
    } catch (error) {
      if (attempt === 50) throw error
      // oxlint-disable-next-line no-await-in-loop -- as above
      await new Promise((done) => setTimeout(done, 100))
    }
  }
}

interface Measured {
  rate: number
  cpuMs: number
}

/** Where orders are sent, and whose CPU counts beside those servers and PostgreSQL. */
interface Way {
  name: string
  servers: readonly BenchServer[]
  poolers: readonly number[]
}

/** The same number of orders at one or several servers at once, over as many connections together. */
async function measure(ground: Ground, { name, servers, poolers }: Way, round: number): Promise<Measured> {
  const bodies = createOrders(round * 100 + name.length, `${name}-${round}`)(orders).map((order) => JSON.stringify(order))
  const headers = { authorization: `Bearer ${ground.apiKey}` }
  const cpu = (): number => [ground.postgresPid, ...poolers, ...servers.map(({ pid }) => pid)].reduce((sum, pid) => sum + cpuOf(pid), 0)
  const before = cpu()
  const startedAt = performance.now()
  await Promise.all(
    servers.map(({ port }, index) =>
      runLoad({
        port,
        headers,
        path: '/v1/orders',
        bodies: bodies.filter((_, place) => place % servers.length === index),
        connections: CONNECTIONS / servers.length,
      }),
    ),
  )
  return { rate: orders / ((performance.now() - startedAt) / 1000), cpuMs: (cpu() - before) / orders }
}

async function measureRound(ground: Ground, ways: readonly Way[], round: number): Promise<Measured[]> {
  const measured: Measured[] = []
  // oxlint-disable-next-line no-await-in-loop -- one measurement after another
  for (const way of ways) measured.push(await measure(ground, way, round))
  return measured
}

async function run(): Promise<Figure[]> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  const ground = await openGround(say)
  const pooler = await openPooler(ground)
  const direct = await startServerProcess(ground)
  const first = await startServerProcess(ground, { DATABASE_URL: pooler.url })
  const second = await startServerProcess(ground, { DATABASE_URL: pooler.url })
  const series: Record<'direct' | 'pooled' | 'pair', Measured[]> = { direct: [], pooled: [], pair: [] }
  const ways: readonly (Way & { name: keyof typeof series })[] = [
    { name: 'direct', servers: [direct], poolers: [] },
    { name: 'pooled', servers: [first], poolers: [pooler.pid] },
    { name: 'pair', servers: [first, second], poolers: [pooler.pid] },
  ]
  try {
    for (let round = 0; round <= rounds; round += 1) {
      say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
      // oxlint-disable-next-line no-await-in-loop -- one round after another
      const measured = await measureRound(ground, ways, round)
      if (round > 0) ways.forEach(({ name }, place) => series[name].push(measured[place] as Measured))
    }
  } finally {
    await Promise.all([direct, first, second].map((server) => server.stop()))
    pooler.stop()
    await ground.close()
  }
  const rates = (name: keyof typeof series): number[] => series[name].map(({ rate }) => rate)
  const cpu = (name: keyof typeof series): Figure =>
    figureOf({ name: `CPU an order: ${name}`, unit: 'ms', values: series[name].map(({ cpuMs }) => cpuMs) })
  return [
    figureOf({
      name: 'POST /v1/orders through PgBouncer, against direct',
      unit: 'orders/s',
      values: rates('pooled'),
      baselines: rates('direct'),
    }),
    figureOf({ name: 'the same at two processes, against one', unit: 'orders/s', values: rates('pair'), baselines: rates('pooled') }),
    cpu('direct'),
    cpu('pooled'),
    cpu('pair'),
  ]
}

process.stdout.write(`${JSON.stringify({ figures: await run() }, null, 1)}\n`)
