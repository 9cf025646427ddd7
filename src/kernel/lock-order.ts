import type { Tx } from './database.ts'
import { StartOver } from './start-over.ts'

/** A table whose rows are locked before they are changed. Everybody locks by rank, and within a table by key (docs/architecture.md, Locks). */
export interface LockedTable {
  readonly name: string
  readonly rank: number
  /** Locks rows in key order and waits for them; notes what it got with {@link noteLocks}. */
  lock(tx: Tx, orgId: number, keys: readonly string[]): Promise<unknown>
}

interface Held {
  readonly keys: Set<string>
  /** The last of them in lock order. */
  last: string
}

/** What each transaction holds, for as long as it is open. */
const held = new WeakMap<Tx, Map<LockedTable, Held>>()

/** Remembers that a transaction holds rows of a table. */
export function noteLocks(tx: Tx, table: LockedTable, keys: Iterable<string>): void {
  const tables = held.get(tx) ?? new Map<LockedTable, Held>()
  const own = tables.get(table) ?? { keys: new Set<string>(), last: '' }
  for (const key of keys) {
    own.keys.add(key)
    if (key > own.last) own.last = key
  }
  held.set(tx, tables.set(table, own))
}

/**
 * Whether a transaction may wait for rows: beside those it has already, it holds nothing that comes after them. Otherwise somebody who
 * holds them may be waiting for it, and they are to be tried (`skip locked`).
 */
export function mayWait(tx: Tx, table: LockedTable, keys: readonly string[]): boolean {
  const tables = held.get(tx) ?? new Map<LockedTable, Held>()
  const own = tables.get(table)
  const missing = keys.filter((key) => own?.keys.has(key) !== true)
  if (missing.length === 0) return true
  if ([...tables].some(([other, { keys: some }]) => other.rank > table.rank && some.size > 0)) return false
  return own === undefined || missing.every((key) => key > own.last)
}

/**
 * Rows that were tried are held by another transaction: this one gives back all it has, and begins anew with those rows and everything it
 * held, taken in order before anything else. So nobody waits in a circle, and nobody is turned away because of one.
 */
export class HeldByAnother extends StartOver {
  readonly #wanted: ReadonlyMap<LockedTable, Held>

  constructor(tx: Tx, table: LockedTable, keys: readonly string[]) {
    super(`Rows of ${table.name} are held by another transaction`)
    noteLocks(tx, table, keys)
    this.#wanted = held.get(tx) ?? new Map()
  }

  /** Takes, in the next attempt, all that the one before held or wanted. */
  async take(tx: Tx, orgId: number): Promise<void> {
    const tables = [...this.#wanted].toSorted(([a], [b]) => a.rank - b.rank)
    // oxlint-disable-next-line no-await-in-loop -- one table after another is the point
    for (const [table, { keys }] of tables) await table.lock(tx, orgId, [...keys])
  }
}
