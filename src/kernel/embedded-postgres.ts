import { randomUUID } from 'node:crypto'
import { statfsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Obstacle } from './database-away.ts'
import { DomainError } from './errors.ts'
import { findClusterFolder, openCluster, type Cluster } from './postgres/cluster.ts'
import { claimServer, findServer, leave, nameServer, openGuard, type Guard } from './postgres/guard.ts'
import { ensureServer, stopServer, type LaunchOptions } from './postgres/launch.ts'
import { isPostmasterOf, readPostmaster, type Postmaster } from './postgres/postmaster.ts'
import { APP_ROLE, connectionUrl, OWNER_ROLE, prepareRoles } from './postgres/roles.ts'
import { loadSecrets } from './postgres/secrets.ts'
import { supervise } from './postgres/supervise.ts'

/** Where life and death of the embedded server are reported; a pino logger fits. */
export interface PostgresLog {
  info(detail: object, message: string): void
  warn(detail: object, message: string): void
  error(detail: object, message: string): void
}

/** How the embedded PostgreSQL is used. */
export interface EmbeddedPostgresOptions {
  /** The folder of Tefter's data (`TEFTER_DATA`); the cluster is its subfolder `postgres`. */
  readonly dataDir: string
  readonly log?: PostgresLog
  /**
   * `server` (default): the one long-running process of this folder, which restarts PostgreSQL when it dies.
   * `command`: a short visit, beside a server or alone.
   */
  readonly role?: 'server' | 'command'
  /** Replaces single PostgreSQL settings; for tests. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  /** Connection string of the application's role `tefter_app`. */
  readonly url: string
  /** Connection string of the role `tefter_owner`, which migrates. */
  readonly ownerUrl: string
  readonly port: number
  /** The process number of PostgreSQL; another one after it died and was restarted. */
  readonly pid: number
  /** What keeps it from working, as far as its folder shows: a disk with no room left for one more segment of its log. */
  findObstacle(): Obstacle | null
  /** Says under which address this server answers, so that a second start can name it. */
  announce(address: string): Promise<void>
  /** Leaves, and shuts PostgreSQL down when nobody else uses it. Safe to call twice. */
  stop(): Promise<void>
}

const ATTACH_ATTEMPTS = 20
const ATTACH_PAUSE_MS = 100

/**
 * Starts the PostgreSQL that comes with Tefter on `dataDir`, or joins the one that runs there already.
 *
 * It listens on a free port of the loopback address only and asks for passwords, which are kept in
 * `<dataDir>/postgres-secrets.json`. An orphan of a process that died is adopted. The last one who stops shuts
 * it down.
 *
 * @throws `kernel.data_folder_in_use` (conflict) when another server works on this folder;
 *   `kernel.postgres_not_started` (unavailable) with the end of the server's log
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  const cluster = await openCluster(dataDir)
  const saved = await readState(dataDir)
  const seat = await attach(cluster, { port: saved?.port, ...(options.settings ? { settings: options.settings } : {}) })
  if (options.role !== 'command' && !(await claimServer(seat.guard))) {
    const holder = await findServer(seat.guard)
    await seat.guard.client.end()
    throw dataFolderInUse(dataDir, holder)
  }
  await writeState(dataDir, seat.postmaster)
  options.log?.info(
    { pid: seat.postmaster.pid, port: seat.postmaster.port },
    seat.launched ? 'PostgreSQL started' : 'PostgreSQL runs already; joined it',
  )
  return occupy(cluster, seat, options)
}

/**
 * Finds the PostgreSQL that runs on `dataDir` now, without starting or joining anything.
 *
 * @returns `undefined` when none runs or none takes connections
 */
export async function findRunningPostgres(
  dataDir: string,
): Promise<{ url: string; ownerUrl: string; port: number; pid: number } | undefined> {
  const folder = findClusterFolder(resolve(dataDir))
  if (folder === undefined) return undefined
  const postmaster = readPostmaster(folder)
  if (postmaster?.status !== 'ready' || !isPostmasterOf(postmaster.pid, folder)) return undefined
  const { port, pid } = postmaster
  const secrets = await loadSecrets(resolve(dataDir))
  return { url: connectionUrl(APP_ROLE, port, secrets), ownerUrl: connectionUrl(OWNER_ROLE, port, secrets), port, pid }
}

/** A place at a running server. */
interface Seat {
  postmaster: Postmaster
  guard: Guard
  launched: boolean
}

/** The last user may be turning the server off at this moment: then it is started anew. */
async function attach(cluster: Cluster, launch: LaunchOptions): Promise<Seat> {
  let failure: unknown
  /* oxlint-disable no-await-in-loop -- a few attempts, one after another */
  for (let attempt = 0; attempt < ATTACH_ATTEMPTS; attempt += 1) {
    const { launched, ...postmaster } = await ensureServer(cluster, launch)
    try {
      await prepareRoles(postmaster.port, cluster.secrets)
      const guard = await openGuard(connectionUrl(OWNER_ROLE, postmaster.port, cluster.secrets))
      return { postmaster, guard, launched }
    } catch (error) {
      failure = error
      await sleep(ATTACH_PAUSE_MS)
    }
  }
  /* oxlint-enable no-await-in-loop */
  throw new DomainError(
    'unavailable',
    'kernel.postgres_not_reachable',
    `PostgreSQL on ${cluster.folder} runs but does not let Tefter in: ${String(failure)}`,
    { detail: { folder: cluster.folder }, cause: failure },
  )
}

function occupy(cluster: Cluster, seat: Seat, { role, log, settings }: EmbeddedPostgresOptions): EmbeddedPostgres {
  const { port } = seat.postmaster
  const supervises = role !== 'command'
  const stopping = new AbortController()
  let address: string | undefined
  let stopped: Promise<void> | undefined

  const restart = async (): Promise<void> => {
    const fresh = await attach(cluster, { port, keepPort: true, ...(settings ? { settings } : {}) })
    if (!(await claimServer(fresh.guard))) {
      await fresh.guard.client.end()
      throw dataFolderInUse(cluster.dataDir, undefined)
    }
    await nameServer(fresh.guard, address)
    Object.assign(seat, fresh)
    await writeState(cluster.dataDir, fresh.postmaster)
  }
  const supervision = supervises
    ? supervise({
        lost: () => seat.guard.lost,
        restart,
        describe: () => ({ pid: seat.postmaster.pid, port: seat.postmaster.port }),
        stopping: stopping.signal,
        log,
      })
    : Promise.resolve()

  return {
    url: connectionUrl(APP_ROLE, port, cluster.secrets),
    ownerUrl: connectionUrl(OWNER_ROLE, port, cluster.secrets),
    port,
    get pid() {
      return seat.postmaster.pid
    },
    findObstacle: () => findObstacle(cluster),
    async announce(where) {
      address = where
      await nameServer(seat.guard, where)
    },
    async stop() {
      stopping.abort()
      stopped ??= supervision.then(() => vacate(cluster, seat))
      await stopped
    },
  }
}

/** Leaves the server; the last one stops it. Without a connection it is not known who else is there: it stays. */
async function vacate(cluster: Cluster, { guard }: Seat): Promise<void> {
  const last = await leave(guard).catch(() => false)
  const closed = guard.client.end().catch(() => undefined)
  if (last) await stopServer(cluster)
  await closed
}

/** PostgreSQL writes its log in segments of 16 MB, and needs room for one to start. */
const LOG_SEGMENT_BYTES = 16 * 1024 * 1024

function findObstacle({ folder }: Cluster): Obstacle | null {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize < LOG_SEGMENT_BYTES ? 'disk_full' : null
}

function dataFolderInUse(dataDir: string, holder: { pid: number; address: string | undefined } | undefined): DomainError {
  const who = holder === undefined ? '' : ` (process ${holder.pid}${holder.address === undefined ? '' : ` at ${holder.address}`})`
  return new DomainError(
    'conflict',
    'kernel.data_folder_in_use',
    `Tefter${who} already runs on the data folder ${dataDir}: stop it first, or give this one its own folder in TEFTER_DATA.`,
    { detail: { dataDir, ...holder } },
  )
}

interface State {
  readonly pid: number
  readonly port: number
}

async function readState(dataDir: string): Promise<State | undefined> {
  try {
    return JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')) as State
  } catch {
    // No file, or half a file: the port is a wish only, and the cluster itself knows who runs.
    return undefined
  }
}

async function writeState(dataDir: string, { pid, port }: Postmaster): Promise<void> {
  const path = join(dataDir, 'postgres.json')
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, `${JSON.stringify({ pid, port })}\n`)
  await rename(draft, path)
}
