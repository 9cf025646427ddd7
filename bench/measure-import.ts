import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { importFile } from '../src/flows/imports/import-file.ts'
import { provisionOrganization } from '../src/flows/provision-organization.ts'
import { systemClock } from '../src/kernel/clock.ts'
import { readOnly } from '../src/kernel/database.ts'
import { silentLog } from '../src/kernel/log.ts'
import { openBaseline } from './baseline.ts'
import { type Figure, figureOf } from './figures.ts'
import { businessContext, type Ground } from './ground.ts'
import { createOrders } from './orders.ts'

const FILE = join(import.meta.dirname, '..', 'src', 'entry', 'demo', 'online-retail.csv.gz')

/** How much of the year is imported in a round, and what B writes beside it. */
export interface ImportSize {
  rounds: number
  /** Rows of the file; it has 541,909. */
  rows: number
  /** Orders that B writes in a round. */
  orders: number
}

/**
 * The year of a real shop from its CSV file, each round into an organization of its own: read, checked, items made, orders taken,
 * cancellations and refunds booked. Against the order lines that B writes a second.
 */
export async function measureImport(ground: Ground, size: ImportSize, onStep: (text: string) => void): Promise<Figure[]> {
  const content = await readYear(size.rows)
  const baseline = await openBaseline(ground)
  const rates: number[] = []
  const baselines: number[] = []
  try {
    for (let round = 0; round <= size.rounds; round += 1) {
      onStep(`import, round ${round} of ${size.rounds}`)
      const orders = createOrders(9000 + round, `import-${round}`)(size.orders)
      // Rounds follow each other, and so do their halves.
      // oxlint-disable no-await-in-loop -- rounds follow each other
      const before = await countLines(ground, ground.ctx.orgId)
      const { seconds } = await baseline.runMany(orders)
      const lines = (await countLines(ground, ground.ctx.orgId)) - before
      const imported = await importOnce(ground, content)
      // oxlint-enable no-await-in-loop
      if (round === 0) continue
      baselines.push(lines / seconds)
      rates.push(imported)
    }
  } finally {
    await baseline.close()
  }
  return [
    figureOf({
      name: 'CSV import of the online-retail year, against B',
      unit: 'lines/s',
      values: rates,
      baselines,
      goal: { atLeast: 0.5 },
    }),
  ]
}

async function readYear(rows: number): Promise<Buffer> {
  const text = gunzipSync(await readFile(FILE)).toString('utf8')
  return Buffer.from(
    text
      .split('\n')
      .slice(0, rows + 1)
      .join('\n'),
  )
}

/** Order lines a second, from the file's bytes to the last commit. */
async function importOnce(ground: Ground, content: Buffer): Promise<number> {
  const { id } = await provisionOrganization(
    ground.system,
    { clock: systemClock, log: silentLog },
    { name: 'Import', time_zone: 'Europe/London', base_currency: 'GBP', language: 'en' },
  )
  const ctx = { ...businessContext(id), org: { timeZone: 'Europe/London', baseCurrency: 'GBP', language: 'en' as const } }
  const startedAt = performance.now()
  const run = await importFile(ground.system, ctx, {
    kind: 'orders',
    format: 'online-retail',
    fileName: 'online-retail.csv',
    content,
    preview: false,
    skipBad: true,
  })
  const seconds = (performance.now() - startedAt) / 1000
  if (run.status !== 'done') throw new Error(`the import is ${run.status}`)
  return (await countLines(ground, id)) / seconds
}

async function countLines(ground: Ground, orgId: number): Promise<number> {
  const { rows } = await readOnly(ground.system.database, { orgId }, (tx) =>
    sql<{ lines: number }>`select count(*)::integer as lines from orders.order_line where org_id = ${orgId}`.execute(tx),
  )
  return rows[0]?.lines ?? 0
}
