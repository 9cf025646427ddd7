import { execFileSync, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DomainError } from '../errors.ts'

/** The system user that runs PostgreSQL, or `undefined` when it is the one who started Tefter. */
export type ServerUser = { readonly uid: number; readonly gid: number } | undefined

const ACCOUNT = 'postgres'

/**
 * Answers which system user runs the server on `clusterFolder`.
 *
 * PostgreSQL refuses to run as root. Root therefore runs it as the owner of an existing cluster, else as the
 * account `postgres`, which is created when the machine has none. Anyone else runs it as themselves.
 *
 * @throws `kernel.postgres_user_missing` (unavailable) when the account cannot be created
 */
export function chooseServerUser(clusterFolder: string): ServerUser {
  if (process.getuid?.() !== 0) return undefined
  return ownerOfCluster(clusterFolder) ?? findAccount() ?? createAccount()
}

/** Whether `user` can look into `folder` and everything above it. */
export function canEnter(user: ServerUser, folder: string): boolean {
  if (user === undefined) return true
  return spawnSync('/bin/sh', ['-c', 'test -x "$1" && test -r "$1"', 'sh', folder], { ...user, cwd: '/' }).status === 0
}

function ownerOfCluster(clusterFolder: string): ServerUser {
  const version = statSync(join(clusterFolder, 'PG_VERSION'), { throwIfNoEntry: false })
  if (version === undefined || version.uid === 0) return undefined
  return { uid: version.uid, gid: version.gid }
}

function findAccount(): ServerUser {
  const ask = (flag: string): number => {
    const answer = spawnSync('id', [flag, ACCOUNT], { encoding: 'utf8' })
    return answer.status === 0 ? Number.parseInt(answer.stdout, 10) : Number.NaN
  }
  const [uid, gid] = [ask('-u'), ask('-g')]
  return Number.isInteger(uid) && Number.isInteger(gid) && uid !== 0 ? { uid, gid } : undefined
}

/** Debian and Fedora have `useradd`; BusyBox has `adduser` only. */
function createAccount(): ServerUser {
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', ACCOUNT]],
    ['adduser', ['-S', '-D', '-H', '-s', '/bin/false', ACCOUNT]],
  ]
  const failures: string[] = []
  for (const [command, args] of attempts) {
    try {
      execFileSync(command, args, { stdio: 'pipe' })
    } catch (error) {
      // Two starts at once both try; the account of the faster one is found below.
      failures.push(`${command}: ${String(error)}`)
    }
    const account = findAccount()
    if (account !== undefined) return account
  }
  throw new DomainError(
    'unavailable',
    'kernel.postgres_user_missing',
    `PostgreSQL does not run as root and the system account "${ACCOUNT}" could not be created. Create it with "useradd --system ${ACCOUNT}", or start Tefter as an ordinary user.`,
    { detail: { failures } },
  )
}
