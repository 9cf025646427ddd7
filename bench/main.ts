import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { residentMb } from './cpu.ts'
import { type Figure, figureOf, tableOf } from './figures.ts'
import { type Ground, openGround } from './ground.ts'
import { measureGrownIntake, measureVerify } from './growth/measure-large.ts'
import { measureLists } from './growth/measure-growth.ts'
import { measureInstall } from './install-size.ts'
import { measureImport } from './measure-import.ts'
import { measureIntake } from './measure-intake.ts'
import { measureShip } from './measure-ship.ts'
import { type BenchServer, startServerProcess } from './server.ts'
import { prepareWorlds, type Worlds } from './world/worlds.ts'

// `tefter bench`: measures Tefter on this machine against bare SQL that writes or reads the same rows. What it makes in a temporary folder is
// removed at the end; the large business of the full run is built once, in --data, and kept.

const QUICK = {
  intake: { rounds: 7, seconds: 100, orders: 600 },
  ship: { rounds: 7, shipments: 100 },
  import: { rounds: 7, rows: 5000, orders: 500 },
}
const FULL = {
  intake: { rounds: 9, seconds: 3600, orders: 4000 },
  ship: { rounds: 8, shipments: 1250 },
  import: { rounds: 7, rows: 541_909, orders: 2000 },
  grown: { rounds: 7, orders: 2000 },
  lists: { rounds: 7, calls: 20 },
}

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    orders: { type: 'string', default: '1000000' },
    data: { type: 'string', default: process.env['TEFTER_BENCH_DATA'] ?? join(tmpdir(), 'tefter-bench-data') },
    only: { type: 'string' },
  },
})
const PARTS = ['intake', 'ship', 'import', 'install', 'grown', 'lists', 'verify'] as const
type Part = (typeof PARTS)[number]
const GROWTH: readonly Part[] = ['grown', 'lists', 'verify']

const size = options.quick ? { ...FULL, ...QUICK } : FULL
const wanted = new Set<Part>(
  PARTS.filter((part) => (options.only === undefined ? !(options.quick && GROWTH.includes(part)) : options.only.split(',').includes(part))),
)
const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)}  ${text}\n`)

const figures = await measureAll()
process.stdout.write(options.json ? `${JSON.stringify({ figures })}\n` : `${tableOf(figures)}\n\n${machine()}\n`)

async function measureAll(): Promise<Figure[]> {
  const found: Figure[] = []
  const worlds = GROWTH.some((part) => wanted.has(part)) ? await prepareWorlds(options.data, Number(options.orders), say) : null
  if (wanted.has('intake') || wanted.has('ship') || wanted.has('import') || wanted.has('grown')) {
    const ground = await openGround(say)
    try {
      found.push(...(await measureOnGround(ground, worlds)))
    } finally {
      await ground.close()
    }
  }
  if (worlds !== null && wanted.has('lists')) found.push(...(await measureLists(worlds, size.lists, say)))
  if (worlds !== null && wanted.has('verify')) found.push(...(await measureVerify(worlds, say)))
  if (wanted.has('install')) found.push(...(await measureInstall()))
  return found
}

async function measureOnGround(ground: Ground, worlds: Worlds | null): Promise<Figure[]> {
  const found: Figure[] = []
  if (wanted.has('intake') || wanted.has('grown')) {
    const server = await startServerProcess(ground)
    try {
      if (wanted.has('intake')) found.push(...(await measureServed(ground, server)))
      if (worlds !== null && wanted.has('grown')) found.push(...(await measureGrownIntake({ ground, server, worlds }, size.grown, say)))
    } finally {
      await server.stop()
    }
  }
  if (wanted.has('ship')) found.push(...(await measureShip(ground, size.ship, say)))
  if (wanted.has('import')) found.push(...(await measureImport(ground, size.import, say)))
  return found
}

/** Intake over HTTP, and what the process weighs before and after. */
async function measureServed(ground: Ground, server: BenchServer): Promise<Figure[]> {
  const idle = residentMb(server.pid)
  const intake = await measureIntake(ground, server, size.intake, say)
  return [
    ...intake.figures,
    figureOf({ name: 'Start on an existing database to the first 200 (Vendure 4200, Medusa 7600)', unit: 'ms', values: [server.startMs] }),
    figureOf({ name: 'Resident memory of the server, idle (Vendure 228, Medusa 327)', unit: 'MB', values: [idle] }),
    figureOf({ name: 'Resident memory of the server, after the load', unit: 'MB', values: [residentMb(server.pid)] }),
  ]
}

function machine(): string {
  const [first] = cpus()
  const place = `${cpus().length} × ${first?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`
  return `${place}. Medians of interleaved rounds; spread: first and third quartile.`
}
