import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Database, inGlobalTransaction } from './database.ts'
import type { Log } from './log.ts'

/** Place of an event in the feed: transaction, then sequence. Sequence order alone is not commit order. */
export interface FeedPosition {
  xid: string
  seq: number
}

/** One event as the feed names it. */
export interface FeedEntry extends FeedPosition {
  orgId: number
  type: string
}

/** Events of at most this many are read at once. */
export const FEED_PAGE = 500
/** Longest sleep between two looks, when no commit of this process wakes the reader. */
const POLL_MS = 300
/** Shortest pause between two looks, and how much longer it is for each event the last one found: thousands of commits a second make ten looks. */
const MIN_PAUSE_MS = 25
const PAUSE_A_PIECE_MS = 2
const LONGEST_MIN_PAUSE_MS = 100
/** Pause after the database was away. */
const AWAY_MS = 2000

/** Reads the feed from a position on: events of finished transactions only, in order, all organizations. */
export async function readFeed(database: Database, after: FeedPosition, atMost = FEED_PAGE): Promise<FeedEntry[]> {
  const { rows } = await inGlobalTransaction(database, (tx) =>
    sql<{
      org_id: number
      seq: number
      xid: string
      type: string
    }>`select org_id, seq, xid, type from kernel.event_feed(${after.xid}::xid8, ${after.seq}, ${atMost})`.execute(tx),
  )
  return rows.map((row) => ({ orgId: row.org_id, seq: row.seq, xid: row.xid, type: row.type }))
}

/** The position behind everything that is final now. */
export async function readHorizon(database: Database): Promise<FeedPosition> {
  const { rows } = await inGlobalTransaction(database, (tx) => sql<{ xid: string }>`select kernel.event_horizon() as xid`.execute(tx))
  return { xid: rows[0]?.xid ?? '0', seq: 0 }
}

/** Hears new events of all organizations, in order. Must not throw for a single bad event. */
export type FeedListener = (entries: readonly FeedEntry[]) => Promise<void> | void

/** The one polling reader of a process. */
export interface FeedReader {
  /** Looks now: something was committed. */
  wake(): void
  listen(listener: FeedListener): () => void
  stop(): Promise<void>
}

/**
 * Starts the polling reader at the present: listeners get what is committed from now on. It sleeps 300 ms between looks
 * unless a local commit wakes it.
 */
export function startFeedReader(database: Database, log: Log): FeedReader {
  const listeners = new Set<FeedListener>()
  const stopping = new AbortController()
  let bell = Promise.withResolvers<void>()
  /** Events of the last look. */
  let found = 0
  const running = poll()

  async function poll(): Promise<void> {
    let position: FeedPosition | undefined
    /* oxlint-disable no-await-in-loop -- the reader's loop, paced by sleep and wake */
    while (!stopping.signal.aborted) {
      try {
        found = 0
        position = position === undefined ? await readHorizon(database) : await look(position)
        await rest(POLL_MS, Math.min(MIN_PAUSE_MS + found * PAUSE_A_PIECE_MS, LONGEST_MIN_PAUSE_MS))
      } catch (error) {
        log.warn({ reason: String(error) }, 'the event feed could not be read; trying again')
        await rest(AWAY_MS)
      }
    }
    /* oxlint-enable no-await-in-loop */
  }

  async function look(from: FeedPosition): Promise<FeedPosition> {
    const entries = await readFeed(database, from)
    const last = entries.at(-1)
    if (last === undefined) return from
    found += entries.length
    // oxlint-disable-next-line no-await-in-loop -- listeners hear in turn
    for (const listener of listeners) await listener(entries)
    const position = { xid: last.xid, seq: last.seq }
    return entries.length === FEED_PAGE ? look(position) : position
  }

  async function rest(ms: number, atLeast = MIN_PAUSE_MS): Promise<void> {
    await pause(atLeast, stopping.signal)
    await Promise.race([bell.promise, pause(ms, stopping.signal)])
    bell = Promise.withResolvers<void>()
  }

  return {
    wake: () => bell.resolve(),
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async stop() {
      stopping.abort()
      bell.resolve()
      await running
    },
  }
}

/** Sleeps, or returns early when it is time to stop. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined)
}
