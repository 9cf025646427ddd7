import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '../errors.ts'
import { run, serverEnvironment, type Cluster } from './cluster.ts'
import { isPostmasterOf, readPostmaster, removeStalePostmaster, type Postmaster } from './postmaster.ts'
import { serverSettings } from './settings.ts'

/** How a server is to be brought up. */
export interface LaunchOptions {
  /** Tried first; another free port is taken when it is in use, unless `keepPort`. */
  readonly port?: number | undefined
  /** After a restart the address must stay, because connection pools hold it. */
  readonly keepPort?: boolean
  /** Replaces single settings, for tests. */
  readonly settings?: Readonly<Record<string, string>>
}

const DEADLINE_MS = 120_000
const MAX_LAUNCHES = 6
const FIRST_BACKOFF_MS = 100
const POLL_MS = 20
const MAX_LOG_BYTES = 5_000_000

/**
 * Sees to it that a server runs on the cluster, and waits until it takes connections.
 *
 * One that runs already is adopted, whoever started it. A stale `postmaster.pid` is removed. Several processes
 * may do this at once: PostgreSQL lets one server live on a cluster, and the others find it in the next round.
 *
 * @returns the server, and whether this call launched it
 * @throws `kernel.postgres_not_started` (unavailable) with the end of the server's log
 */
export async function ensureServer(cluster: Cluster, options: LaunchOptions): Promise<Postmaster & { launched: boolean }> {
  const deadline = Date.now() + DEADLINE_MS
  let launches = 0
  /* oxlint-disable no-await-in-loop -- waiting for another process, bounded by a deadline and a count */
  while (Date.now() < deadline) {
    const found = readPostmaster(cluster.folder)
    if (found !== undefined && isPostmasterOf(found.pid, cluster.folder)) {
      if (found.status === 'ready') return { ...found, launched: false }
      await sleep(POLL_MS)
      continue
    }
    if (launches >= MAX_LAUNCHES) break
    if (launches > 0) await sleep(FIRST_BACKOFF_MS * 2 ** (launches - 1))
    launches += 1
    if (found !== undefined && readPostmaster(cluster.folder)?.pid === found.pid) removeStalePostmaster(cluster.folder)
    const launched = await launch(cluster, options, deadline)
    if (launched !== undefined) return { ...launched, launched: true }
  }
  /* oxlint-enable no-await-in-loop */
  throw notStarted(cluster)
}

/**
 * Stops the server of the cluster: open transactions are rolled back, connections closed, data written.
 *
 * @throws `kernel.postgres_not_stopped` (unavailable)
 */
export async function stopServer(cluster: Cluster): Promise<void> {
  const args = ['stop', `--pgdata=${cluster.folder}`, '--mode=fast', '--wait', '--timeout=120']
  const { code, output } = await run(cluster.binaries.pgCtl, args, { user: cluster.user, cwd: cluster.folder })
  const left = readPostmaster(cluster.folder)
  if (code === 0 || left === undefined || !isPostmasterOf(left.pid, cluster.folder)) return
  throw new DomainError('unavailable', 'kernel.postgres_not_stopped', `PostgreSQL (process ${left.pid}) did not stop: ${output.trim()}`, {
    detail: { pid: left.pid },
  })
}

/** Starts the server once; `undefined` when it ended before it took connections. */
async function launch(cluster: Cluster, options: LaunchOptions, deadline: number): Promise<Postmaster | undefined> {
  const port = await choosePort(options)
  const settings = { ...serverSettings(), ...options.settings }
  const args = ['-D', cluster.folder, '-p', String(port)]
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`)
  rotateLog(cluster.logFile)
  const log = openSync(cluster.logFile, 'a', 0o600)
  // A session of its own: Ctrl-C in the terminal must not reach it while requests are still being answered.
  const child = spawn(cluster.binaries.postgres, args, {
    ...cluster.user,
    cwd: cluster.folder,
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
    detached: true,
    windowsHide: true,
  })
  closeSync(log)
  child.unref()
  const ended = new AbortController()
  child.once('exit', () => ended.abort())
  child.once('error', () => ended.abort())
  while (!ended.signal.aborted && Date.now() < deadline) {
    const postmaster = readPostmaster(cluster.folder)
    if (postmaster?.pid === child.pid && postmaster?.status === 'ready') return postmaster
    // oxlint-disable-next-line no-await-in-loop -- waiting for another process, bounded by a deadline
    await sleep(POLL_MS)
  }
  return undefined
}

/** Ports below the range that systems hand out to outgoing connections. */
async function choosePort({ port, keepPort }: LaunchOptions): Promise<number> {
  if (port !== undefined && (keepPort === true || (await isFree(port)))) return port
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const candidate = randomInt(15_432, 32_000)
    // oxlint-disable-next-line no-await-in-loop -- one port is tried after another, fifty at most
    if (await isFree(candidate)) return candidate
  }
  throw new DomainError('unavailable', 'kernel.no_free_port', 'No free port was found for PostgreSQL on 127.0.0.1 between 15432 and 32000.')
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)))
  })
}

function rotateLog(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
  if (size > MAX_LOG_BYTES) renameSync(logFile, `${logFile}.1`)
}

function notStarted(cluster: Cluster): DomainError {
  let tail = ''
  try {
    tail = readFileSync(cluster.logFile, 'utf8').trim().split('\n').slice(-5).join('\n')
  } catch (error) {
    tail = `no log: ${String(error)}`
  }
  return new DomainError(
    'unavailable',
    'kernel.postgres_not_started',
    `PostgreSQL did not start on ${cluster.folder}. The end of ${cluster.logFile}:\n${tail}`,
    {
      detail: { folder: cluster.folder },
    },
  )
}
