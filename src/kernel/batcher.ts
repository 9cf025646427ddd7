import { DomainError } from './errors.ts'

/** How elements are gathered; `E` is what waits, `R` its answer. */
export interface BatcherOptions<E, R> {
  /** Most elements of one batch. */
  maxBatch: number
  /** Most elements waiting in one lane; more are refused at once. */
  maxWaiting: number
  /** So many batches of a lane may be under way at once; 1 unless said otherwise. */
  atOnce?: number
  /** With so many waiting a batch begins beside another one, and nobody else is waited for. */
  enough?: number
  /** What is gathered together (an organization). */
  laneOf(element: E): number
  /** Only elements of one group (an actor) share a batch. */
  groupOf(element: E): string
  /** Does a batch and answers each element in order. A throw fails the elements one by one, see {@link createBatcher}. */
  run(elements: readonly E[]): Promise<readonly R[]>
}

/** Takes an element and answers when its batch is done. */
export interface Batcher<E, R> {
  submit(element: E): Promise<R>
}

interface Waiter<E, R> {
  element: E
  resolve(answer: R): void
  reject(error: unknown): void
}

interface Lane<E, R> {
  id: number
  waiting: Waiter<E, R>[]
  /** Batches under way. */
  running: number
  /** How many are expected to wait soon: those just answered often come right back. Until when they are waited for. */
  hoped: number
  gatherUntil: number
  /** The next look at the lane, if one is due. */
  look: NodeJS.Timeout | undefined
}

/** A batch waits for those just answered no longer than this part of the time the last one took, and no longer than this. */
const GATHER_SHARE = 0.2
const GATHER_MS = 5

/**
 * Group commit: elements that arrive while batches of their lane run form the next one, so that many requests share one
 * transaction. A lane at rest begins at once; after a batch it gives those who were just answered a moment to come back (a fifth of
 * the time the batch took, 5 ms at most), because a batch of all costs less than two of half. With `enough` waiting, a batch begins beside
 * another one: what one prepares, the other writes meanwhile. When a batch throws, its elements are run again alone: an
 * element that breaks something never takes its neighbors along. `submit` is refused with `kernel.queue_full` (unavailable) when too many wait.
 */
export function createBatcher<E, R>(options: BatcherOptions<E, R>): Batcher<E, R> {
  const lanes = new Map<number, Lane<E, R>>()
  const enough = Math.min(options.enough ?? options.maxBatch, options.maxBatch)

  /** Begins a batch if the lane is ready for one, else looks again when it may be. */
  function advance(lane: Lane<E, R>): void {
    clearTimeout(lane.look)
    lane.look = undefined
    if (lane.waiting.length === 0) return
    if (lane.running > 0) {
      if (lane.running < (options.atOnce ?? 1) && lane.waiting.length >= enough) void start(lane)
      return
    }
    const left = lane.gatherUntil - performance.now()
    if (left <= 0 || lane.waiting.length >= Math.min(enough, lane.hoped)) void start(lane)
    else lane.look = setTimeout(() => advance(lane), left)
  }

  async function start(lane: Lane<E, R>): Promise<void> {
    const batch = takeNext(options, lane.waiting)
    const startedAt = performance.now()
    lane.running += 1
    await runWaiters(options, batch)
    lane.running -= 1
    if (lane.running === 0) {
      const now = performance.now()
      lane.hoped = batch.length + lane.waiting.length
      lane.gatherUntil = now + Math.min(GATHER_MS, (now - startedAt) * GATHER_SHARE)
    }
    advance(lane)
    rest(lane)
  }

  /** Forgets a lane that nobody uses. */
  function rest(lane: Lane<E, R>): void {
    if (lane.running > 0 || lane.waiting.length > 0) return
    setTimeout(() => {
      if (lane.running === 0 && lane.waiting.length === 0 && lanes.get(lane.id) === lane) lanes.delete(lane.id)
    }, GATHER_MS).unref()
  }

  return {
    submit(element) {
      const id = options.laneOf(element)
      const lane = lanes.get(id) ?? { id, waiting: [], running: 0, hoped: 0, gatherUntil: 0, look: undefined }
      lanes.set(id, lane)
      if (lane.waiting.length >= options.maxWaiting) {
        return Promise.reject(
          new DomainError(
            'unavailable',
            'kernel.queue_full',
            `${lane.waiting.length} requests are waiting already. Nothing was done; send it again in a moment.`,
          ),
        )
      }
      return new Promise<R>((resolve, reject) => {
        // What arrives in the same turn of the event loop joins the first batch.
        if (lane.waiting.push({ element, resolve, reject }) === 1 || lane.waiting.length === enough) setImmediate(() => advance(lane))
        else if (lane.look !== undefined && lane.waiting.length >= lane.hoped) advance(lane)
      })
    },
  }
}

/** Takes the first waiter and those of its group, in order, out of the lane. */
function takeNext<E, R>({ maxBatch, groupOf }: BatcherOptions<E, R>, waiting: Waiter<E, R>[]): Waiter<E, R>[] {
  const [first] = waiting
  if (first === undefined) return []
  const group = groupOf(first.element)
  const batch: Waiter<E, R>[] = []
  const rest: Waiter<E, R>[] = []
  for (const waiter of waiting) (batch.length < maxBatch && groupOf(waiter.element) === group ? batch : rest).push(waiter)
  waiting.splice(0, waiting.length, ...rest)
  return batch
}

async function runWaiters<E, R>(options: BatcherOptions<E, R>, batch: readonly Waiter<E, R>[]): Promise<void> {
  try {
    const answers = await options.run(batch.map((waiter) => waiter.element))
    for (const [index, waiter] of batch.entries()) waiter.resolve(answers[index] as R)
  } catch (error) {
    if (batch.length === 1 || error instanceof DomainError) {
      for (const waiter of batch) waiter.reject(error)
      return
    }
    // oxlint-disable-next-line no-await-in-loop -- one after another, like the batch they come from
    for (const waiter of batch) await runWaiters(options, [waiter])
  }
}
