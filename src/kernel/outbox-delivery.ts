import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Context } from './context.ts'
import { type Database, inGlobalTransaction, inTransaction, readOnly } from './database.ts'
import { newId } from './ids.ts'
import type { Log } from './log.ts'
import { FEED_PAGE, type FeedEntry, type FeedPosition, type FeedReader, readFeed } from './outbox.ts'
import type { System } from './runner.ts'

/** An event as a consumer is told of it. */
export interface StoredEvent {
  seq: number
  type: string
  /** Version of the payload's shape. */
  version: number
  documentType: string
  documentId: string
  commandId: string
  recordedAt: Date
  payload: Record<string, unknown>
}

/**
 * Someone who is told of events after they were committed: webhooks, channels, jobs. Told at least once and, for one
 * document, in order: while one event fails, later ones of the same document wait behind it. `handle` must be safe to repeat.
 */
export interface OutboxConsumer {
  name: string
  /** Event types it wants. */
  types: readonly string[] | 'all'
  /** Whether anybody waits for such news in this organization: asked once a page, before its events are read. A throw holds the page back. */
  awaits?(system: System, ctx: Context): Promise<boolean>
  /**
   * Leaves out events that mean nothing to it in this organization, once for a page of them, so that what nobody waits for costs
   * nothing an event. A throw holds the page back, to be tried again.
   */
  choose?(system: System, ctx: Context, events: readonly StoredEvent[]): Promise<readonly StoredEvent[]>
  handle(system: System, ctx: Context, event: StoredEvent): Promise<void>
}

/** What delivering needs: the runner's system, a context of Tefter itself for an organization, the process's feed reader. */
export interface DeliveryGround {
  system: System
  reader: FeedReader
  log: Log
  contextOf(orgId: number): Promise<Context>
}

const LEASE_SECONDS = 30
const RETRY_LOOK_MS = 1000
/** Shortest time between two looks of a consumer. */
const LOOK_PAUSE_MS = 150
/** The more news a look found, the longer they are left to gather before the next: under load they are delivered page by page. */
const PAUSE_A_PIECE_MS = 4
const LONGEST_LOOK_PAUSE_MS = 600
const RETRIES_AT_ONCE = 100
const FIRST_RETRY_SECONDS = 1
const LONGEST_RETRY_SECONDS = 3600
const MAX_ERROR_LENGTH = 2000

/** Delivers the outbox to its consumers until stopped. Several processes share the work by leases. */
export function startDelivery(ground: DeliveryGround, consumers: readonly OutboxConsumer[]): { stop(): Promise<void> } {
  if (consumers.length === 0) return { stop: () => Promise.resolve() }
  const stopping = new AbortController()
  const me = newId()
  const bells = consumers.map(() => Promise.withResolvers<void>())
  const unlisten = ground.reader.listen(() => bells.forEach((bell) => bell.resolve()))
  const loops = consumers.map(async (consumer, index) => {
    /* oxlint-disable no-await-in-loop -- one delivery after another, paced */
    while (!stopping.signal.aborted) {
      bells[index] = Promise.withResolvers<void>()
      let found = 0
      try {
        found = await deliverDue(ground, consumer, me, stopping.signal)
      } catch (error) {
        ground.log.warn({ consumer: consumer.name, reason: String(error) }, 'events could not be delivered; trying again')
      }
      await pause(Math.min(LOOK_PAUSE_MS + found * PAUSE_A_PIECE_MS, LONGEST_LOOK_PAUSE_MS), stopping.signal)
      await Promise.race([bells[index].promise, pause(RETRY_LOOK_MS, stopping.signal)])
    }
    /* oxlint-enable no-await-in-loop */
    await release(ground.system.database, consumer.name, me).catch(() => undefined)
  })
  return {
    async stop() {
      unlisten()
      stopping.abort()
      bells.forEach((bell) => bell.resolve())
      await Promise.all(loops)
    },
  }
}

/** Sleeps, or returns early when it is time to stop. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined)
}

/** One look: the retries that are due, then everything new. Ends early when another process holds the lease. Answers how many events it read. */
export async function deliverDue(
  ground: DeliveryGround,
  consumer: OutboxConsumer,
  leaseHolder: string,
  signal?: AbortSignal,
): Promise<number> {
  const { database } = ground.system
  let found = 0
  let position = await lease(database, consumer.name, leaseHolder)
  if (position === undefined) return found
  await retryDue(ground, consumer)
  /* oxlint-disable no-await-in-loop -- order is the point */
  // oxlint-disable-next-line no-unmodified-loop-condition -- the signal changes from outside
  while (position !== undefined && signal?.aborted !== true) {
    const entries: FeedEntry[] = await readFeed(database, position)
    const last = entries.at(-1)
    if (last === undefined) return found
    found += entries.length
    await deliverPage(
      ground,
      consumer,
      entries.filter((entry) => consumer.types === 'all' || consumer.types.includes(entry.type)),
    )
    position = await moveCursor(database, consumer.name, leaseHolder, last)
    // A page that was not full was the last one.
    if (entries.length < FEED_PAGE) return found
  }
  /* oxlint-enable no-await-in-loop */
  return found
}

/** Takes or renews the lease; answers the cursor, or undefined while another process holds it. */
async function lease(database: Database, consumer: string, me: string): Promise<FeedPosition | undefined> {
  return inGlobalTransaction(database, async (tx) => {
    const taken = () =>
      sql<FeedPosition>`
        update kernel.event_cursor set leased_by = ${me}, leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
         where consumer = ${consumer} and (leased_by = ${me} or leased_until is null or leased_until < now()) returning xid, seq`.execute(
        tx,
      )
    const [position] = (await taken()).rows
    if (position !== undefined) return position
    const made = await sql`
      insert into kernel.event_cursor (consumer, xid, seq) values (${consumer}, '0', 0) on conflict do nothing returning consumer`.execute(
      tx,
    )
    return made.rows.length === 0 ? undefined : (await taken()).rows[0]
  })
}

async function release(database: Database, consumer: string, me: string): Promise<void> {
  await inGlobalTransaction(database, (tx) =>
    sql`update kernel.event_cursor set leased_until = null where consumer = ${consumer} and leased_by = ${me}`.execute(tx),
  )
}

/** Notes how far a consumer has read, and renews its lease; answers the cursor, or undefined when another process has the lease by now. */
async function moveCursor(database: Database, consumer: string, me: string, to: FeedPosition): Promise<FeedPosition | undefined> {
  const { rows } = await inGlobalTransaction(database, (tx) =>
    sql<FeedPosition>`
      update kernel.event_cursor set xid = ${to.xid}::xid8, seq = ${to.seq}, moved_at = now(), leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
       where consumer = ${consumer} and leased_by = ${me} returning xid, seq`.execute(tx),
  )
  return rows[0]
}

async function deliverPage(ground: DeliveryGround, consumer: OutboxConsumer, entries: readonly FeedEntry[]): Promise<void> {
  const byOrg = Map.groupBy(entries, (entry) => entry.orgId)
  for (const [orgId, own] of byOrg) {
    const seqs = own.map((entry) => entry.seq)
    /* oxlint-disable no-await-in-loop -- one organization after another, in order within it */
    const ctx = await ground.contextOf(orgId)
    if ((await consumer.awaits?.(ground.system, ctx)) === false) continue
    const blocked = await listBlockedDocuments(ground.system.database, orgId, consumer.name)
    const events = await readEvents(ground.system.database, orgId, seqs)
    for (const event of (await consumer.choose?.(ground.system, ctx, events)) ?? events) {
      const { seq } = event
      const failure = blocked.has(event.documentId)
        ? 'waits behind an earlier event of the same document'
        : await tell(ground, consumer, ctx, event)
      if (failure === undefined) continue
      blocked.add(event.documentId)
      await noteFailure(ground.system.database, { orgId, consumer: consumer.name, seq }, failure)
    }
    /* oxlint-enable no-await-in-loop */
  }
}

/** Tries what failed before and is due, in order; a document whose event fails again keeps its later events waiting. */
async function retryDue(ground: DeliveryGround, consumer: OutboxConsumer): Promise<void> {
  const { database } = ground.system
  const { rows } = await inGlobalTransaction(database, (tx) =>
    sql<{
      org_id: number
      event_seq: number
    }>`select org_id, event_seq from kernel.due_event_failures(${consumer.name}, ${RETRIES_AT_ONCE})`.execute(tx),
  )
  for (const [orgId, due] of Map.groupBy(rows, (row) => row.org_id)) {
    /* oxlint-disable no-await-in-loop -- in order */
    for (const { event_seq: seq } of due) {
      if (await waitsBehindAnother(database, orgId, consumer.name, seq)) continue
      const [event] = await readEvents(database, orgId, [seq])
      const failure = event === undefined ? undefined : await tell(ground, consumer, await ground.contextOf(orgId), event)
      if (failure === undefined) await clearFailure(database, orgId, consumer.name, seq)
      else await noteFailure(database, { orgId, consumer: consumer.name, seq }, failure)
    }
    /* oxlint-enable no-await-in-loop */
  }
}

/** Answers why it failed; undefined when it was told. */
async function tell(ground: DeliveryGround, consumer: OutboxConsumer, ctx: Context, event: StoredEvent): Promise<string | undefined> {
  try {
    await consumer.handle(ground.system, ctx, event)
    return undefined
  } catch (error) {
    ground.log.warn(
      { consumer: consumer.name, org_id: ctx.orgId, seq: event.seq, type: event.type, reason: String(error) },
      'an event could not be delivered; it will be tried again',
    )
    return String(error).slice(0, MAX_ERROR_LENGTH)
  }
}

/**
 * Whole events by sequence, in its order: a number is drawn under the locks of what the event speaks of, so whoever waited for another speaks
 * after it, though its transaction may have begun earlier.
 */
export async function readEvents(database: Database, orgId: number, seqs: readonly number[]): Promise<StoredEvent[]> {
  if (seqs.length === 0) return []
  const { rows } = await readOnly(database, { orgId }, (tx) =>
    sql<StoredEvent>`
      select seq, type, version, document_type as "documentType", document_id as "documentId", command_id as "commandId", recorded_at as "recordedAt", payload
        from kernel.event where org_id = ${orgId} and seq = any(${seqs}::bigint[]) order by seq`.execute(tx),
  )
  return rows
}

async function listBlockedDocuments(database: Database, orgId: number, consumer: string): Promise<Set<string>> {
  const { rows } = await readOnly(database, { orgId }, (tx) =>
    sql<{ document_id: string }>`
      select distinct e.document_id from kernel.event_failure f join kernel.event e on e.org_id = f.org_id and e.seq = f.event_seq
       where f.org_id = ${orgId} and f.consumer = ${consumer}`.execute(tx),
  )
  return new Set(rows.map((row) => row.document_id))
}

async function waitsBehindAnother(database: Database, orgId: number, consumer: string, seq: number): Promise<boolean> {
  const { rows } = await readOnly(database, { orgId }, (tx) =>
    sql`select from kernel.event_failure f join kernel.event e on e.org_id = f.org_id and e.seq = f.event_seq
         where f.org_id = ${orgId} and f.consumer = ${consumer} and f.event_seq < ${seq}
           and e.document_id = (select document_id from kernel.event where org_id = ${orgId} and seq = ${seq}) limit 1`.execute(tx),
  )
  return rows.length > 0
}

async function noteFailure(
  database: Database,
  { orgId, consumer, seq }: { orgId: number; consumer: string; seq: number },
  failure: string,
): Promise<void> {
  await inTransaction(database, orgId, (tx) =>
    sql`
      insert into kernel.event_failure (org_id, consumer, event_seq, last_error, retry_at, first_failed_at)
      values (${orgId}, ${consumer}, ${seq}, ${failure}, now() + make_interval(secs => ${FIRST_RETRY_SECONDS}), now())
      on conflict (org_id, consumer, event_seq) do update
        set attempts = event_failure.attempts + 1, last_error = excluded.last_error,
            retry_at = now() + make_interval(secs => least(${LONGEST_RETRY_SECONDS}, ${FIRST_RETRY_SECONDS} * power(2, least(event_failure.attempts, 20))))`.execute(
      tx,
    ),
  )
}

async function clearFailure(database: Database, orgId: number, consumer: string, seq: number): Promise<void> {
  await inTransaction(database, orgId, (tx) =>
    sql`delete from kernel.event_failure where org_id = ${orgId} and consumer = ${consumer} and event_seq = ${seq}`.execute(tx),
  )
}
