import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { sql } from 'kysely'
import { outboxConsumers } from '../flows/consumers.ts'
import { allJobs } from '../flows/jobs.ts'
import { syncHandlers } from '../flows/sync-handlers.ts'
import { type Clock, systemClock } from '../kernel/clock.ts'
import type { Config } from '../kernel/config.ts'
import type { Context } from '../kernel/context.ts'
import { inGlobalTransaction, openDatabase } from '../kernel/database.ts'
import { findVersionGap, refuseOtherVersion } from '../kernel/database-version.ts'
import { DomainError } from '../kernel/errors.ts'
import { type JobGround, type Jobs, migrateJobs, openJobs } from '../kernel/jobs.ts'
import type { Log } from '../kernel/log.ts'
import { createMetrics, type Metrics } from '../kernel/metrics.ts'
import { migrate } from '../kernel/migrate.ts'
import { type FeedReader, startFeedReader } from '../kernel/outbox.ts'
import { startDelivery } from '../kernel/outbox-delivery.ts'
import type { Outside } from '../kernel/outside.ts'
import type { System } from '../kernel/runner.ts'
import { createSecretBox } from '../kernel/secret-box.ts'
import { type Authentication, createAuthentication, listOrganizations, trustedContext } from '../modules/identity/index.ts'
import type { DatabaseAddress } from './database-address.ts'

export const MIGRATIONS_FOLDER = join(import.meta.dirname, '..', '..', 'migrations')

/** Everything a process of Tefter runs on: shared by server, worker, command line and tests. */
export interface Runtime {
  config: Config
  log: Log
  clock: Clock
  system: System
  authentication: Authentication
  reader: FeedReader
  jobs: Jobs
  metrics: Metrics
  /** A context of Tefter itself, or of a person at the server's command line, in an organization. */
  contextOf(orgId: number, kind?: 'system' | 'cli'): Promise<Context>
  /** Begins to run jobs and to deliver the outbox. */
  startWorking(): Promise<void>
  /** Why the process cannot serve now; null when it can. */
  readiness(): Promise<string | null>
  /** Whether the end has begun. */
  stopping(): boolean
  /** Refuses readiness from now on. */
  beginStop(): void
  /** Stops jobs and readers, waits for what is under way, closes the pool. Safe to call twice. */
  close(): Promise<void>
}

export interface RuntimeOptions {
  log: Log
  clock?: Clock
  /** Signs cookies; default from the settings or the data folder. */
  secret?: string
}

/** Brings the database to the newest state: migrations, then job tables. Answers the names of the files applied. */
export async function migrateAll(address: DatabaseAddress): Promise<string[]> {
  const { applied } = await migrate({ ownerUrl: address.ownerUrl, appRole: address.appRole, folder: MIGRATIONS_FOLDER })
  await migrateJobs(address.ownerUrl, allJobs)
  return applied
}

/**
 * Before a process works on the database: brings it up to date, or with `TEFTER_MIGRATE=false` sees to it that it is.
 * @throws `kernel.migrations_missing` (unavailable), `kernel.migration_unknown` (conflict)
 */
export async function prepareDatabase(config: Config, address: DatabaseAddress): Promise<void> {
  if (config.TEFTER_MIGRATE) return void (await migrateAll(address))
  const database = openDatabase(address.url, { maxConnections: 1, role: address.role })
  try {
    await refuseOtherVersion(database, MIGRATIONS_FOLDER)
  } finally {
    await database.close()
  }
}

/** Opens the runtime on a migrated database. */
export async function openRuntime(config: Config, address: DatabaseAddress, options: RuntimeOptions): Promise<Runtime> {
  const { log } = options
  const clock = options.clock ?? systemClock
  const database = openDatabase(address.url, {
    maxConnections: config.TEFTER_POOL_SIZE,
    role: address.role,
    findObstacle: address.embedded?.findObstacle,
  })
  const reader = startFeedReader(database, log)
  const secret = options.secret ?? (await readSecret(config))
  const jobs = await openJobs(address.url, allJobs, log)
  const system: System = {
    database,
    handlers: syncHandlers,
    onCommit: () => reader.wake(),
    outside: openOutside(config, secret),
    queue: (tx, name, data) => jobs.queue(tx, name, data),
  }
  const contextOf = (orgId: number, kind: 'system' | 'cli' = 'system'): Promise<Context> =>
    trustedContext(database, { clock, log }, orgId, kind)
  const ground: JobGround = {
    system,
    log,
    clock,
    contextOf,
    listOrganizations: async () => (await listOrganizations(database)).map(({ org_id }) => org_id),
  }
  const secure = config.TEFTER_PUBLIC_URL?.startsWith('https:') === true
  let delivery: { stop(): Promise<void> } | undefined
  let stopping = false
  let closed: Promise<void> | undefined

  async function close(): Promise<void> {
    await Promise.all([jobs.stop(config.TEFTER_SHUTDOWN_SECONDS), delivery?.stop()])
    await reader.stop()
    await database.close()
  }

  return {
    config,
    log,
    clock,
    system,
    reader,
    jobs,
    metrics: measure(system, config),
    authentication: createAuthentication({
      database,
      secure,
      secret,
      baseUrl: publicUrl(config),
    }),
    contextOf,
    async startWorking() {
      await jobs.startWorking(ground)
      delivery = startDelivery({ system, reader, log, contextOf }, outboxConsumers)
    },
    readiness: () => findObstacle(system),
    stopping: () => stopping,
    beginStop: () => {
      stopping = true
    },
    close: () => (closed ??= close()),
  }
}

function openOutside(config: Config, secret: string): Outside {
  return {
    secrets: createSecretBox(secret),
    publicUrl: publicUrl(config),
    allowedNetworks: (config.TEFTER_WEBHOOK_NETWORKS ?? '')
      .split(',')
      .map((network) => network.trim())
      .filter(Boolean),
  }
}

function publicUrl(config: Config): string {
  return (config.TEFTER_PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`).replace(/\/$/, '')
}

/** What stands between us and serving: the database away, or migrations missing. */
async function findObstacle({ database }: System): Promise<string | null> {
  try {
    const { missing } = await findVersionGap(database, MIGRATIONS_FOLDER)
    return missing.length === 0 ? null : `${missing.length} migrations are missing; run "tefter migrate"`
  } catch (error) {
    return error instanceof DomainError ? error.message : 'the database does not answer'
  }
}

function measure(system: System, config: Config): Metrics {
  const metrics = createMetrics()
  metrics.addGauge('tefter_pool_size', 'Most database connections of this process', () => config.TEFTER_POOL_SIZE)
  metrics.addGauge(
    'tefter_pool_busy',
    'Database connections in use',
    () => system.database.pool.totalCount - system.database.pool.idleCount,
  )
  metrics.addGauge('tefter_pool_waiting', 'Requests waiting for a database connection', () => system.database.pool.waitingCount)
  metrics.addGauge('tefter_outbox_lag_seconds', 'Age of the oldest event that a consumer has not been told', async () => longestLag(system))
  return metrics
}

async function longestLag({ database }: System): Promise<number> {
  if (outboxConsumers.length === 0) return 0
  const names = outboxConsumers.map(({ name }) => name)
  const { rows } = await inGlobalTransaction(database, (tx) =>
    sql<{ lag: number }>`select coalesce(max(kernel.outbox_lag(name)), 0) as lag from unnest(${names}::text[]) as name`.execute(tx),
  )
  return rows[0]?.lag ?? 0
}

/** The cookie secret: from the settings, else from the data folder, where it is created once with mode 0600. */
async function readSecret(config: Config): Promise<string> {
  if (config.TEFTER_SECRET !== undefined) return config.TEFTER_SECRET
  const folder = resolve(config.TEFTER_DATA)
  const path = join(folder, 'session-secret')
  await mkdir(folder, { recursive: true })
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(randomBytes(32).toString('base64url'))
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const secret = (await readFile(path, 'utf8')).trim()
  if (secret.length < 32)
    throw new DomainError(
      'invalid',
      'kernel.bad_secret',
      `The file ${path} is too short for a secret. Delete it, and a new one is made; everybody signs in again.`,
    )
  return secret
}
