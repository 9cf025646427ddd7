import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What PostgreSQL writes into `postmaster.pid` of its cluster. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | 'unknown'
}

const STATUSES = ['starting', 'stopping', 'ready', 'standby'] as const

/** The line numbers of `postmaster.pid`, from PostgreSQL's `src/include/utils/pidfile.h`. */
const LINE = { pid: 0, port: 3, status: 7 } as const

/** Reads `postmaster.pid`; `undefined` when no server runs, nor died without tidying up. */
export function readPostmaster(clusterFolder: string): Postmaster | undefined {
  let text: string
  try {
    text = readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[LINE.pid])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  const status = STATUSES.find((known) => known === lines[LINE.status]) ?? 'unknown'
  return { pid, port: Number(lines[LINE.port] ?? 0), status }
}

/**
 * Whether the process `pid` is a PostgreSQL server of this cluster.
 *
 * A process number alone proves nothing: after a crash, and in every restarted container, the number is soon
 * given to another process.
 */
export function isPostmasterOf(pid: number, clusterFolder: string): boolean {
  if (!isAlive(pid)) return false
  const commandLine = readCommandLine(pid)
  return commandLine === undefined || (commandLine.includes('postgres') && commandLine.includes(clusterFolder))
}

/** Whether a process with this number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Removes what a server that is no longer alive left behind. */
export function removeStalePostmaster(clusterFolder: string): void {
  rmSync(join(clusterFolder, 'postmaster.pid'), { force: true })
}

/** `undefined` where the platform does not tell: then a living process counts as the server. */
function readCommandLine(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    if (process.platform === 'win32') return undefined
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' })
  } catch {
    // The process ended between the two looks: it is not the server.
    return ''
  }
}
