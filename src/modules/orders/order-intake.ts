import { setTimeout as pause } from 'node:timers/promises'
import { type Batcher, createBatcher } from '../../kernel/batcher.ts'
import type { Outcome } from '../../kernel/command.ts'
import type { Context } from '../../kernel/context.ts'
import type { Database } from '../../kernel/database.ts'
import { forbidden } from '../../kernel/errors.ts'
import { parse } from '../../kernel/parse.ts'
import { runBatch, type System } from '../../kernel/runner.ts'
import { placeOrders } from './commands/place-orders.ts'
import { OrderInput, type TakenOrder } from './order-input.ts'

/** Most orders of one group commit; above it a batch holds its locks too long for the rate it gains. */
const MAX_BATCH = 300
/** Most orders waiting for their turn in an organization: about two seconds of work. */
const MAX_WAITING = 5000
/** Batches under way at once: one is prepared here while the database writes the other. */
const AT_ONCE = 2
/** Fewer orders than these are not worth a second batch beside the first: what a batch costs by itself is that of a dozen orders. */
const ENOUGH = 24
/** An order that another batch or process is taking in is asked for again this often, after this pause and twice as long each time (0.6 s in all). */
const RETRIES = 5
const RETRY_PAUSE_MS = 20

interface Waiting {
  system: System
  ctx: Context
  order: OrderInput
}

const intakes = new WeakMap<Database, Batcher<Waiting, Outcome<TakenOrder>>>()

/** The group commit of a process: two batches at a time an organization, one actor a batch. */
function intakeOf(system: System): Batcher<Waiting, Outcome<TakenOrder>> {
  let intake = intakes.get(system.database)
  if (intake === undefined) {
    intake = createBatcher<Waiting, Outcome<TakenOrder>>({
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      atOnce: AT_ONCE,
      enough: ENOUGH,
      laneOf: ({ ctx }) => ctx.orgId,
      groupOf: ({ ctx }) => `${ctx.actor.kind}/${ctx.actor.id}`,
      run: (batch) => takeTogether(batch),
    })
    intakes.set(system.database, intake)
  }
  return intake
}

async function takeTogether(batch: readonly Waiting[]): Promise<Outcome<TakenOrder>[]> {
  const [first] = batch
  if (first === undefined) return []
  // Events of a shared batch belong to no single request.
  const ctx = batch.length === 1 ? first.ctx : { ...first.ctx, requestId: null }
  return runBatch(
    first.system,
    ctx,
    placeOrders,
    batch.map((waiting) => waiting.order),
    { checked: true },
  )
}

/**
 * Takes in one order through the group commit; permission and content are checked before it waits.
 * @throws what {@link placeOrders} refuses, `kernel.queue_full` (unavailable)
 */
export async function takeOrder(system: System, ctx: Context, input: unknown): Promise<TakenOrder> {
  if (!ctx.may(placeOrders.permission)) throw forbidden(placeOrders.permission)
  const order = parse(OrderInput, input)
  const intake = intakeOf(system)
  let outcome = await intake.submit({ system, ctx, order })
  for (let attempt = 1; attempt <= RETRIES && isInFlight(outcome); attempt += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a bounded retry
    await pause(RETRY_PAUSE_MS * 2 ** (attempt - 1))
    // oxlint-disable-next-line no-await-in-loop -- as above
    outcome = await intake.submit({ system, ctx, order })
  }
  if (!outcome.ok) throw outcome.error
  return outcome.value
}

/** Takes in many orders in one transaction; those in flight elsewhere are asked for again. With a key the answer is stored and replayed as it is. */
export async function takeOrderBatch(
  system: System,
  ctx: Context,
  orders: readonly unknown[],
  options: Parameters<typeof runBatch>[4] = {},
): Promise<Outcome<TakenOrder>[]> {
  const outcomes = await runBatch(system, ctx, placeOrders, orders, options)
  if (options.idempotencyKey !== undefined) return outcomes
  for (let attempt = 1; attempt <= RETRIES && outcomes.some(isInFlight); attempt += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a bounded retry
    await pause(RETRY_PAUSE_MS * 2 ** (attempt - 1))
    const again = [...outcomes.keys()].filter((index) => isInFlight(outcomes[index]))
    // oxlint-disable-next-line no-await-in-loop -- as above
    const answers = await runBatch(
      system,
      ctx,
      placeOrders,
      again.map((index) => orders[index]),
    )
    for (const [place, index] of again.entries()) outcomes[index] = answers[place] as Outcome<TakenOrder>
  }
  return outcomes
}

function isInFlight(outcome: Outcome<TakenOrder> | undefined): boolean {
  return outcome !== undefined && !outcome.ok && outcome.error.code === 'orders.in_flight'
}
