import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { fromKysely, PgBoss } from 'pg-boss'
import type { Clock } from './clock.ts'
import type { Context } from './context.ts'
import type { Tx } from './database.ts'
import { DomainError } from './errors.ts'
import type { Log } from './log.ts'
import type { System } from './runner.ts'

/** What a job works with. `contextOf` gives the context of Tefter itself for one organization. */
export interface JobGround {
  system: System
  log: Log
  clock: Clock
  listOrganizations(): Promise<number[]>
  contextOf(orgId: number): Promise<Context>
}

/** Work outside requests. It may run twice, so it must be safe to repeat. */
export interface Job {
  /** `room.verb_object` */
  name: string
  /** When it runs by itself: minute hour day month weekday, in UTC. */
  cron?: string
  /** Runs in every worker process at this pace, without a row in the queue; for cheap upkeep only. */
  everySeconds?: number
  /** Longest time a run may take before it counts as failed, in seconds. */
  timeoutSeconds?: number
  handle(ground: JobGround, data: Readonly<Record<string, unknown>>): Promise<void>
}

/** Where rooms put jobs, and the worker that runs them. */
export interface Jobs {
  /** Queues a job in the caller's transaction: it exists only if that commits. */
  queue(tx: Tx, name: string, data: Record<string, unknown>, options?: { startAfter?: Date; singletonKey?: string }): Promise<void>
  /** Begins to work. */
  startWorking(ground: JobGround): Promise<void>
  /** Stops taking jobs and waits for those under way, at most `seconds`. */
  stop(seconds: number): Promise<void>
}

const SCHEMA = 'pgboss'
const DEFAULT_TIMEOUT_SECONDS = 900
const RETRIES = 3
const KEEP_DONE_SECONDS = 7 * 24 * 3600

/**
 * Installs or updates the job tables and queues on the owner's connection, with the application role's rights.
 * Run after the migrations; safe to run again.
 */
export async function migrateJobs(ownerUrl: string, jobs: readonly Job[]): Promise<void> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    schema: SCHEMA,
    application_name: 'tefter migrate jobs',
    max: 2,
    supervise: false,
    schedule: false,
  })
  boss.on('error', () => undefined)
  await boss.start()
  try {
    // oxlint-disable-next-line no-await-in-loop -- a handful, on one connection
    for (const job of queued(jobs)) await declareQueue(boss, job)
  } finally {
    await boss.stop({ graceful: false })
  }
  await grantToApplication(ownerUrl)
}

async function grantToApplication(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'tefter migrate jobs' })
  await client.connect()
  try {
    await client.query(`
      grant usage on schema ${SCHEMA} to tefter_app;
      grant select, insert, update, delete on all tables in schema ${SCHEMA} to tefter_app;
      grant usage, select on all sequences in schema ${SCHEMA} to tefter_app;
      grant execute on all functions in schema ${SCHEMA} to tefter_app`)
  } finally {
    await client.end()
  }
}

async function declareQueue(boss: PgBoss, job: Job): Promise<void> {
  const settings = {
    expireInSeconds: job.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    retryLimit: RETRIES,
    retryBackoff: true,
    retryDelay: 5,
    deleteAfterSeconds: KEEP_DONE_SECONDS,
  }
  if ((await boss.getQueue(job.name)) === null) await boss.createQueue(job.name, { policy: 'standard', ...settings })
  else await boss.updateQueue(job.name, settings)
}

/** Opens the job queue on the application's connection string. Only queues until `startWorking`. */
export async function openJobs(url: string, jobs: readonly Job[], log: Log): Promise<Jobs> {
  const boss = new PgBoss({
    connectionString: url,
    schema: SCHEMA,
    application_name: 'tefter jobs',
    max: 3,
    migrate: false,
    createSchema: false,
    // Index upkeep is the owner's.
    reindex: false,
    supervise: true,
    schedule: true,
  })
  boss.on('error', (error) => log.warn({ reason: String(error) }, 'the job queue met an error'))
  const tickers = new AbortController()
  let working: Promise<unknown>[] = []
  let started: Promise<unknown> | undefined
  // A start that fails, as while the database is away, is tried again by the next who needs it.
  const start = async (): Promise<void> => {
    started ??= boss.start()
    await started.catch((error: unknown) => {
      started = undefined
      throw error
    })
  }
  return {
    async queue(tx, name, data, options = {}) {
      if (!jobs.some((job) => job.name === name)) throw new Error(`There is no job ${name}.`)
      await start()
      await boss.send(name, data, { db: fromKysely(tx as never), ...options })
    },
    async startWorking(ground) {
      await start()
      for (const job of queued(jobs)) {
        // oxlint-disable-next-line no-await-in-loop -- a handful, at start
        await work(boss, job, ground)
      }
      working = jobs.filter((job) => job.everySeconds !== undefined).map((job) => tick(job, ground, tickers.signal))
    },
    async stop(seconds) {
      tickers.abort()
      if (started !== undefined) await boss.stop({ graceful: true, timeout: seconds * 1000 })
      await Promise.race([Promise.all(working), sleep(seconds * 1000, undefined, { ref: false })])
    },
  }
}

function queued(jobs: readonly Job[]): Job[] {
  return jobs.filter((job) => job.everySeconds === undefined)
}

async function work(boss: PgBoss, job: Job, ground: JobGround): Promise<void> {
  await boss.work<Record<string, unknown>>(job.name, { pollingIntervalSeconds: 2 }, async (batch) => {
    for (const { data } of batch) {
      // oxlint-disable-next-line no-await-in-loop -- one at a time
      await runLogged(job, ground, data ?? {})
    }
  })
  if (job.cron === undefined) await boss.unschedule(job.name)
  else await boss.schedule(job.name, job.cron, null, { tz: 'UTC' })
}

async function runLogged(job: Job, ground: JobGround, data: Readonly<Record<string, unknown>>): Promise<void> {
  const started = Date.now()
  try {
    await job.handle(ground, data)
    ground.log.debug({ job: job.name, ms: Date.now() - started }, 'job done')
  } catch (error) {
    const level = error instanceof DomainError ? 'warn' : 'error'
    ground.log[level]({ job: job.name, reason: String(error) }, 'job failed; it is tried again')
    throw error
  }
}

/** Runs a piece of upkeep at its pace. A failure is logged and met by the next round. */
async function tick(job: Job, ground: JobGround, signal: AbortSignal): Promise<void> {
  const pace = (job.everySeconds ?? 60) * 1000
  /* oxlint-disable no-await-in-loop -- paced rounds */
  while (!signal.aborted) {
    await runLogged(job, ground, {}).catch(() => undefined)
    await sleep(pace, undefined, { signal }).catch(() => undefined)
  }
  /* oxlint-enable no-await-in-loop */
}
