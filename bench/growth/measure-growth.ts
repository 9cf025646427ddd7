import pg from 'pg'
import { type Figure, figureOf, quantile } from '../figures.ts'
import type { Business, Place } from '../ground.ts'
import { type BenchServer, startServerProcess } from '../server.ts'
import { openWorld, type Worlds } from '../world/worlds.ts'
import { type Asker, openAsker } from './ask.ts'
import { drawSamples, type Question, QUESTIONS, type Sample } from './questions.ts'

/** How often each question is asked. */
export interface GrowthSize {
  rounds: number
  /** Calls of a question in a round; their 95th percentile is the round's figure. */
  calls: number
}

/** A world that is open: its server, a connection of the owner, and what to ask about. */
interface Open {
  place: Place & Business
  server: BenchServer
  asker: Asker
  client: pg.Client
  samples: Sample[]
}

const P95 = 0.95

/**
 * Lists, searches, past stock and the home page of a large business, over HTTP by one person: against bare SQL of the same answer and
 * against a business with 10,000 orders, in interleaved rounds.
 */
export async function measureLists(worlds: Worlds, size: GrowthSize, onStep: (text: string) => void, only?: RegExp): Promise<Figure[]> {
  const large = await open(worlds.large)
  const small = await open(worlds.small).catch(async (error: unknown) => {
    await close(large)
    throw error
  })
  try {
    const figures: Figure[] = []
    for (const question of QUESTIONS.filter(({ name }) => only === undefined || only.test(name))) {
      onStep(question.name)
      // oxlint-disable-next-line no-await-in-loop -- one question after another
      const asked = await askRounds(question, { large, small }, size)
      figures.push(...asked)
      onStep(asked.map((figure) => `${figure.value.toFixed(1)} ms, ratio ${figure.ratio?.toFixed(2) ?? '-'}`).join('; '))
    }
    return figures
  } finally {
    await Promise.all([close(large), close(small)])
  }
}

async function open(folder: string): Promise<Open> {
  const place = await openWorld(folder)
  const client = new pg.Client({ connectionString: place.address.ownerUrl })
  await client.connect()
  await client.query(BARCODES, [place.ctx.orgId])
  const server = await startServerProcess(place)
  return {
    place,
    server,
    client,
    asker: openAsker(server.port, place.apiKey),
    samples: await drawSamples(client, place.ctx.orgId, 200),
  }
}

/** Every item a barcode; the worlds are built without. */
const BARCODES = `insert into catalog.barcode (org_id, code, item_id, scheme) select org_id, 'BAR' || sku, id, 'other' from catalog.item where org_id = $1 on conflict do nothing`

async function close({ asker, server, client, place }: Open): Promise<void> {
  asker.close()
  await server.stop()
  await client.end()
  await place.close()
}

async function askRounds(question: Question, { large, small }: { large: Open; small: Open }, size: GrowthSize): Promise<Figure[]> {
  const p95 = { large: [] as number[], small: [] as number[], bare: [] as number[] }
  for (let round = 0; round <= size.rounds; round += 1) {
    const samples = samplesOf(large, round, size.calls)
    // Rounds follow each other, and so do their parts; the first warms up.
    // oxlint-disable no-await-in-loop -- rounds follow each other
    const ofLarge = await times(samples, (sample) => large.asker.ask(question.path(sample)))
    const ofBare = question.bare === null ? [Number.NaN] : await times(samples, (sample) => askBare(large.client, question, sample))
    const ofSmall = await times(samplesOf(small, round, size.calls), (sample) => small.asker.ask(question.path(sample)))
    // oxlint-enable no-await-in-loop
    if (round === 0) continue
    p95.large.push(quantile(ofLarge, P95))
    p95.bare.push(quantile(ofBare, P95))
    p95.small.push(quantile(ofSmall, P95))
  }
  return figuresOf(question, p95)
}

function samplesOf({ samples }: Open, round: number, calls: number): Sample[] {
  return Array.from({ length: calls }, (_, call) => samples[(round * calls + call) % samples.length] as Sample)
}

async function times(samples: readonly Sample[], ask: (sample: Sample) => Promise<number>): Promise<number[]> {
  const took: number[] = []
  for (const sample of samples)
    // oxlint-disable-next-line no-await-in-loop -- one person asks one thing after another
    took.push(await ask(sample))
  return took
}

async function askBare(client: pg.Client, question: Question, sample: Sample): Promise<number> {
  const asked = question.bare?.(sample)
  if (asked === undefined) return Number.NaN
  const sentAt = performance.now()
  // Planned for its values each time, as the product's own: a plan kept for any text could not use an index for a beginning.
  await client.query(asked)
  return performance.now() - sentAt
}

function figuresOf({ name, withinMs, bare }: Question, p95: Record<'large' | 'small' | 'bare', number[]>): Figure[] {
  const unit = 'ms'
  if (withinMs !== undefined) return [figureOf({ name: `${name}, p95`, unit, values: p95.large, goal: { atMost: withinMs } })]
  const isPast = name.startsWith('past stock')
  const own = figureOf({
    name: `${name}, p95 against itself at 10,000 orders`,
    unit,
    values: p95.large,
    baselines: p95.small,
    goal: { atMost: 5 },
  })
  if (bare === null) return [own]
  const against = figureOf({
    name: `${name}, p95 against bare SQL`,
    unit,
    values: p95.large,
    baselines: p95.bare,
    goal: { atMost: isPast ? 3 : 2 },
  })
  return isPast ? [against] : [against, own]
}
