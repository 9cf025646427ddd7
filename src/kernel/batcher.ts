import { DomainError } from './errors.ts'

/** How elements are gathered; `E` is what waits, `R` its answer. */
export interface BatcherOptions<E, R> {
  /** Most elements of one batch. */
  maxBatch: number
  /** Most elements waiting in one lane; more are refused at once. */
  maxWaiting: number
  /** One batch at a time runs in a lane (an organization). */
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

/**
 * Group commit: elements that arrive while a batch of their lane runs form the next one, so that many requests share one
 * transaction without anybody waiting on a timer. When a batch throws, its elements are run again alone: an element that breaks
 * something never takes its neighbors along. `submit` is refused with `kernel.queue_full` (unavailable) when too many wait.
 */
export function createBatcher<E, R>(options: BatcherOptions<E, R>): Batcher<E, R> {
  const lanes = new Map<number, Waiter<E, R>[]>()

  async function drain(lane: number, waiting: Waiter<E, R>[]): Promise<void> {
    while (waiting.length > 0) {
      // oxlint-disable-next-line no-await-in-loop -- one batch at a time in a lane
      await runWaiters(options, takeNext(options, waiting))
    }
    lanes.delete(lane)
  }

  return {
    submit(element) {
      const lane = options.laneOf(element)
      const busy = lanes.get(lane)
      if (busy !== undefined && busy.length >= options.maxWaiting) {
        return Promise.reject(
          new DomainError(
            'unavailable',
            'kernel.queue_full',
            `${busy.length} requests are waiting already. Nothing was done; send it again in a moment.`,
          ),
        )
      }
      return new Promise<R>((resolve, reject) => {
        const waiting = busy ?? []
        waiting.push({ element, resolve, reject })
        if (busy !== undefined) return
        lanes.set(lane, waiting)
        // What arrives in the same turn of the event loop joins the first batch.
        setImmediate(() => void drain(lane, waiting))
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
