import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql, type RawBuilder } from 'kysely'
import pg from 'pg'
import type { Context } from './context.ts'
import { asUnavailable, type Obstacle } from './database-away.ts'
import { DomainError } from './errors.ts'
import type { KernelTables } from './kernel.tables.ts'
import { StartOver } from './start-over.ts'
import { keepStatisticsYoung } from './young-statistics.ts'

/** A running transaction (or connection). A room adds its own tables: `tx.withTables<InventoryTables>()`. */
export type Tx = Kysely<KernelTables>

/** The application's pool, and what its transactions begin with. */
export interface Database {
  kysely: Kysely<KernelTables>
  /** Role to take on in each transaction, when the connection's own user owns the tables; null when it is the application role itself. */
  role: string | null
  /** Its connections, for figures about them. */
  pool: Pick<pg.Pool, 'totalCount' | 'idleCount' | 'waitingCount'>
  /** What keeps the embedded server from answering, as far as this machine shows; absent where the database is elsewhere. */
  findObstacle?: (() => Obstacle | null) | undefined
  /** Told of each commit that may have written, to keep the statistics of young tables fresh. */
  wrote(): void
  close(): Promise<void>
}

/** Columns int8 come as safe integers: larger ones are refused loudly, never rounded. */
export function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 value ${text} is beyond the safe integers`)
  return value
}

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === 20) return parseInt8
    // date stays the text YYYY-MM-DD: a calendar day has no instant.
    if (oid === 1082) return (text: string) => text
    return pg.types.getTypeParser(oid, format)
  },
}

/** Opens a pool on the application's connection string. `role` as in {@link Database}. */
export function openDatabase(
  url: string,
  options: {
    maxConnections?: number
    role?: string | null
    applicationName?: string
    findObstacle?: Database['findObstacle']
  } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 20,
    connectionTimeoutMillis: 30_000,
    idleTimeoutMillis: 60_000,
    types: types as pg.CustomTypesConfig,
  })
  // An idle connection that breaks (server restart) is dropped by the pool; the next query opens another.
  pool.on('error', () => undefined)
  // One that breaks between two statements of a transaction tells its client, whom nobody hears then: unheard, it would end the process.
  // The next statement on it is refused, the pool drops it.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const kysely = new Kysely<KernelTables>({ dialect: new PostgresDialect({ pool }) })
  const role = options.role ?? null
  const { wrote } = keepStatisticsYoung({ kysely, role })
  return { kysely, role, pool, findObstacle: options.findObstacle, wrote, close: () => kysely.destroy() }
}

/** Most attempts at one transaction that meets a deadlock or serialization failure. */
const MAX_ATTEMPTS = 3
/** Most attempts at one that gives way to others again and again, each time with more of its locks taken first. */
const MAX_STARTS = 10
/** Longest pause before the second attempt; before the third it is twice that. */
const LONGEST_PAUSE_MS = 30

export type Isolation = 'read committed' | 'repeatable read'

/**
 * Runs `work` in one transaction of the context's organization and commits it. Deadlocks and serialization failures
 * are retried, three attempts at most, and what gives way by {@link StartOver}, ten at most; `work` must therefore not act outside the
 * database. It is told why the attempt before gave way.
 * Begin and the organization's setting travel in one round trip.
 * @throws what {@link asUnavailable} says when PostgreSQL is away, full or busy, `kernel.contended` (unavailable) when the last attempt met others too.
 */
export async function inTransaction<T>(
  database: Database,
  orgId: number | null,
  work: (tx: Tx, before?: StartOver) => Promise<T>,
  begin = 'begin',
): Promise<T> {
  let before: StartOver | undefined
  for (let attempt = 1; ; attempt += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop, no-loop-func -- attempts follow each other
      return await onceInTransaction(database, orgId, (tx) => work(tx, before), begin)
    } catch (error) {
      before = error instanceof StartOver ? error : before
      if (error !== before && !isRetryable(error)) throw asUnavailable(error, database.findObstacle)
      if (attempt >= (error === before ? MAX_STARTS : MAX_ATTEMPTS)) throw contended(error)
      // Those who met will meet again unless they start apart.
      // oxlint-disable-next-line no-await-in-loop -- attempts follow each other
      await sleep(Math.random() * LONGEST_PAUSE_MS * attempt)
    }
  }
}

/** Reads in the context's organization, in a read-only transaction. `repeatable read` gives one snapshot to all its queries. */
export function readOnly<T>(
  database: Database,
  ctx: Pick<Context, 'orgId'>,
  work: (tx: Tx) => Promise<T>,
  isolation: Isolation = 'read committed',
): Promise<T> {
  return inTransaction(database, ctx.orgId, work, `begin isolation level ${isolation} read only`)
}

/** Work outside any organization, on the closed list of global tables and functions (users, sessions, key look-up, outbox feed). */
export function inGlobalTransaction<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction(database, null, work)
}

async function onceInTransaction<T>(database: Database, orgId: number | null, work: (tx: Tx) => Promise<T>, begin: string): Promise<T> {
  return database.kysely.connection().execute(async (connection) => {
    const settings: string[] = []
    if (database.role !== null) settings.push(`set_config('role', '${database.role}', true)`)
    if (orgId !== null) settings.push(`set_config('tefter.org_id', '${Number(orgId)}', true)`)
    let result: T
    try {
      await sql.raw(settings.length === 0 ? begin : `${begin}; select ${settings.join(', ')}`).execute(connection)
      result = await work(connection)
      // "commit" of a failed transaction answers without an error; the select before it does not.
      await sql.raw('select 1; commit').execute(connection)
    } catch (error) {
      // A setting that is refused and a commit that fails leave a transaction open too: whoever gets the connection next must not find it.
      // The rollback may fail when the connection broke; the first error is the one that says why.
      await sql
        .raw('rollback')
        .execute(connection)
        .catch(() => undefined)
      throw error
    }
    if (begin === 'begin') database.wrote()
    return result
  })
}

/** SQLSTATE of an error from PostgreSQL, or the network's code. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' ? code : undefined
}

/** Name of the violated constraint, if the error is about one. */
export function constraintOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const name = (error as { constraint?: unknown }).constraint
  return typeof name === 'string' ? name : undefined
}

const RETRYABLE = new Set(['40001', '40P01'])

function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(sqlState(error) ?? '')
}

function contended(error: unknown): DomainError {
  return new DomainError(
    'unavailable',
    'kernel.contended',
    'Others were changing the same things at the same moment, three times in a row. Nothing was half done; try again in a moment.',
    { cause: error },
  )
}

/** PostgreSQL types that {@link rowsOf} may name. */
export type ColumnType =
  | 'uuid'
  | 'bigint'
  | 'integer'
  | 'smallint'
  | 'text'
  | 'boolean'
  | 'timestamptz'
  | 'date'
  | 'jsonb'
  | 'bytea'
  | 'double precision'

/**
 * A set of rows as a table expression for set-based SQL: `unnest($1::uuid[], …) as alias(id, …)`.
 * Columns follow `types`; each row must have all of them (undefined counts as null). jsonb values are given as plain objects.
 */
export function rowsOf<R extends object>(
  rows: readonly R[],
  columnTypes: { [K in keyof R & string]?: ColumnType },
  alias: string,
): RawBuilder<unknown> {
  const names = Object.keys(columnTypes) as (keyof R & string)[]
  const arrays = names.map((name) => {
    const type = columnTypes[name] ?? 'text'
    const values = rows.map((row) => encode(row[name], type))
    return type === 'jsonb' ? sql`${values}::text[]::jsonb[]` : sql`${values}::${sql.raw(type)}[]`
  })
  return sql`unnest(${sql.join(arrays)}) as ${sql.raw(alias)}(${sql.raw(names.join(', '))})`
}

function encode(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null
  if (type === 'jsonb') return JSON.stringify(value)
  if (value instanceof Date) return value.toISOString()
  return value
}
