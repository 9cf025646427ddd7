import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Static, TSchema } from 'typebox'
import type { BatchCommand, Command, CommandRun, Outcome, Query } from './command.ts'
import type { Context } from './context.ts'
import { constraintOf, type Database, inTransaction, readOnly, type Tx } from './database.ts'
import { DomainError, forbidden, invalidInput, invariant } from './errors.ts'
import { appendEvents, type NewEvent, stableJson, type SyncHandlers } from './events.ts'
import { newId } from './ids.ts'
import { HeldByAnother } from './lock-order.ts'
import type { Outside } from './outside.ts'
import { findProblems, parse } from './parse.ts'
import { type Part, sendTogether, writePart } from './statement.ts'

/** What every command runs on: the pool, who listens in the same transaction, and whom to wake after a commit. */
export interface System {
  database: Database
  handlers: SyncHandlers
  /** Called after each commit that wrote events; wakes the outbox reader. Must not throw. */
  onCommit(orgId: number): void
  /** What reaching the outside world needs; absent where nothing does (most tests). Read by `outsideOf`. */
  outside?: Outside | undefined
  /** Queues a job in the caller's transaction. Absent where nothing works on jobs (most tests): the caller does the work itself. */
  queue?: ((tx: Tx, name: string, data: Record<string, unknown>) => Promise<void>) | undefined
}

export interface RunOptions {
  /** From the Idempotency-Key header: a success is replayed, a refusal decided anew, other input under the same key a conflict. */
  idempotencyKey?: string | undefined
  /** Called when the answer is a replay of an earlier one. */
  onReplay?: (() => void) | undefined
  /** The elements of a batch were checked against their schema before they waited for it. */
  checked?: boolean
}

/**
 * Runs a command: permission → parse → begin → claim the idempotency key → run → handlers → events → answer → commit.
 * @throws whatever the command refuses, `kernel.forbidden`, `kernel.invalid_input`, `kernel.idempotency_key_reused`.
 */
// oxlint-disable-next-line eslint/max-params -- system, context, command, input and options are said in this order everywhere
export async function runCommand<I extends TSchema, O extends TSchema>(
  system: System,
  ctx: Context,
  command: Command<I, O>,
  input: unknown,
  options: RunOptions = {},
): Promise<Static<O>> {
  if (!ctx.may(command.permission)) throw forbidden(command.permission)
  const parsed = parse(command.input, input)
  return runWritten(system, ctx, command, { key: options.idempotencyKey, onReplay: options.onReplay, request: input }, (run) =>
    command.run(run, parsed),
  )
}

/** Runs a batch command over its elements; refused elements do not disturb the others. */
// oxlint-disable-next-line eslint/max-params -- system, context, command, input and options are said in this order everywhere
export async function runBatch<E extends TSchema, O extends TSchema>(
  system: System,
  ctx: Context,
  command: BatchCommand<E, O>,
  elements: readonly unknown[],
  options: RunOptions = {},
): Promise<Outcome<Static<O>>[]> {
  if (!ctx.may(command.permission)) throw forbidden(command.permission)
  if (elements.length > command.maxElements) {
    throw invalidInput([
      {
        pointer: '',
        code: 'too_many',
        message: `holds ${elements.length} elements; at most ${command.maxElements} are taken at once, send the rest in another request`,
      },
    ])
  }
  const outcomes: (Outcome<Static<O>> | undefined)[] = elements.map((element) => {
    const problems = options.checked === true ? [] : findProblems(command.element, element)
    return problems.length === 0 ? undefined : { ok: false, error: invalidInput(problems) }
  })
  const good = elements.filter((_, index) => outcomes[index] === undefined) as Static<E>[]
  const answered =
    good.length === 0
      ? []
      : await runWritten(system, ctx, command, { key: options.idempotencyKey, onReplay: options.onReplay, request: elements }, (run) =>
          command.run(run, good),
        )
  let next = 0
  return outcomes.map((outcome) => outcome ?? (answered[next++] as Outcome<Static<O>>))
}

/** Answers a query in a read-only transaction of the context's organization. */
export async function runQuery<I extends TSchema, O extends TSchema>(
  system: Pick<System, 'database'>,
  ctx: Context,
  query: Query<I, O>,
  input: unknown,
): Promise<Static<O>> {
  if (!ctx.may(query.permission)) throw forbidden(query.permission)
  const parsed = parse(query.input, input)
  return readOnly(system.database, ctx, (tx) => query.run({ tx, ctx, now: ctx.clock.now() }, parsed))
}

interface Claim {
  key: string | undefined
  onReplay: (() => void) | undefined
  request: unknown
}

// oxlint-disable-next-line eslint/max-params -- the same order as the two above, and what is done
async function runWritten<T>(
  system: System,
  ctx: Context,
  command: Command | BatchCommand,
  claim: Claim,
  work: (run: CommandRun) => Promise<T>,
): Promise<T> {
  let wrote = false
  const answer = await inTransaction(system.database, ctx.orgId, async (tx, before) => {
    wrote = false
    const now = ctx.clock.now()
    const commandId = newId()
    const requestHash = claim.key === undefined ? null : createHash('sha256').update(stableJson(claim.request)).digest()
    if (claim.key !== undefined && requestHash !== null) {
      const replay = await claimKey(tx, ctx, { key: claim.key, command: command.name, requestHash, now })
      if (replay !== undefined) {
        claim.onReplay?.()
        return replay.answer as T
      }
    }
    if (before instanceof HeldByAnother) await before.take(tx, ctx.orgId)
    const run = startRun({ tx, ctx, now, commandId }, system.handlers)
    const { events } = run
    const result = await work(run)
    await hear(system.handlers, run, events)
    if (events.length > 0) run.later(appendEvents(ctx, { id: commandId, name: command.name, now }, events))
    await run.flush()
    if (claim.key !== undefined)
      await sql`update kernel.idempotency_key set answer = ${JSON.stringify(result)}::jsonb where org_id = ${ctx.orgId} and key = ${claim.key}`.execute(
        tx,
      )
    wrote = events.length > 0
    return result
  }).catch((error: unknown) => {
    throw asRefusal(command, error)
  })
  if (wrote) system.onCommit(ctx.orgId)
  return answer
}

/** A command under way: what it raised, and which handlers said that they have nothing to do. */
interface OpenRun extends CommandRun {
  events: NewEvent[]
  idle: ReadonlySet<string>
}

/** Begins a run in a transaction: events are gathered, writes left for later wait for {@link CommandRun.flush}. */
export function startRun(ground: Pick<CommandRun, 'tx' | 'ctx' | 'now' | 'commandId'>, handlers: SyncHandlers): OpenRun {
  const events: NewEvent[] = []
  const idle = new Set<string>()
  let left: Part<void>[] = []
  return {
    ...ground,
    newId,
    events,
    idle,
    emit: (event) => void events.push(event),
    later: (part) => void left.push(part),
    async flush() {
      const parts = left
      left = []
      await sendTogether(ground.tx, Object.fromEntries(parts.map((part, index) => [`w${index}`, part])))
    },
    foresee(eventType) {
      const handler = handlers.get(eventType)
      if (handler !== undefined && typeof handler !== 'function') {
        const { call, read } = handler.foresee(ground.ctx)
        return { call, read: (answer) => void (read(answer) || idle.add(eventType)) }
      }
      return writePart(sql`null`)
    },
  }
}

/** Calls each handler once with all events of its type, in the handlers' own order. Events that handlers add must be of types nobody hears. */
async function hear(handlers: SyncHandlers, run: OpenRun, events: NewEvent[]): Promise<void> {
  const raised = [...events]
  for (const [type, handler] of handlers) {
    const heard = raised.filter((event) => event.type === type)
    if (heard.length === 0 || run.idle.has(type)) continue
    /* oxlint-disable no-await-in-loop -- one statement after another on one connection */
    await run.flush()
    await (typeof handler === 'function' ? handler : handler.hear)(run, heard)
    /* oxlint-enable no-await-in-loop */
  }
  const unheard = events.slice(raised.length).find((event) => handlers.has(event.type))
  invariant(unheard === undefined, `handlers raise no events that others must hear (${unheard?.type})`)
}

async function claimKey(
  tx: Tx,
  ctx: Context,
  claim: { key: string; command: string; requestHash: Buffer; now: Date },
): Promise<{ answer: unknown } | undefined> {
  const claimed = await sql`
    insert into kernel.idempotency_key (org_id, key, command, request_hash, created_at)
    values (${ctx.orgId}, ${claim.key}, ${claim.command}, ${claim.requestHash}, ${claim.now}) on conflict do nothing returning key`.execute(
    tx,
  )
  if (claimed.rows.length === 1) return undefined
  const { rows } = await sql<{ command: string; request_hash: Buffer; answer: unknown }>`
    select command, request_hash, answer from kernel.idempotency_key where org_id = ${ctx.orgId} and key = ${claim.key}`.execute(tx)
  const stored = rows[0]
  if (stored !== undefined && stored.command === claim.command && stored.request_hash.equals(claim.requestHash))
    return { answer: stored.answer }
  throw new DomainError(
    'conflict',
    'kernel.idempotency_key_reused',
    'This Idempotency-Key was used for another request in the last 24 hours. Use a new key for new content.',
  )
}

function asRefusal(command: Command | BatchCommand, error: unknown): unknown {
  const name = constraintOf(error)
  const refusal = name === undefined ? undefined : command.constraints[name]
  return refusal === undefined ? error : refusal(error instanceof Error ? error.message : '')
}
