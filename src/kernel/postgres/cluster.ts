import { createHash, randomUUID } from 'node:crypto'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { chmod, chown, mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '../errors.ts'
import { findBinaries, type PostgresBinaries } from './binaries.ts'
import { isAlive } from './postmaster.ts'
import { loadSecrets, type PostgresSecrets } from './secrets.ts'
import { canEnter, chooseServerUser, type ServerUser } from './server-user.ts'

/** An initialized cluster and what is needed to run it. */
export interface Cluster {
  readonly dataDir: string
  /** The folder PostgreSQL calls PGDATA, without symbolic links. */
  readonly folder: string
  readonly logFile: string
  readonly user: ServerUser
  readonly binaries: PostgresBinaries
  readonly secrets: PostgresSecrets
}

/** Where a cluster goes when the server's user cannot enter the data folder, for example below /root. */
const FOLDER_OF_CLUSTERS_ELSEWHERE = '/var/lib/tefter'

/**
 * Opens the cluster of `dataDir`, and creates it the first time.
 *
 * The cluster is `<dataDir>/postgres`: a folder, or a symbolic link to one below /var/lib/tefter when the data
 * folder lies where the server's user may not go. Two first starts at once create one cluster: each initializes a
 * folder of its own, and the first to rename it into place wins.
 *
 * @throws `kernel.postgres_not_initialized` (unavailable) when initdb fails
 */
export async function openCluster(dataDir: string): Promise<Cluster> {
  await mkdir(dataDir, { recursive: true })
  const secrets = await loadSecrets(dataDir)
  const user = chooseServerUser(join(dataDir, 'postgres'))
  const folder = await placeCluster(dataDir, user)
  const binaries = await findBinaries(user)
  const logFile = join(realpathSync(dataDir), 'postgres.log')
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialize({ folder, user, binaries, secrets })
  return { dataDir, folder: realpathSync(folder), logFile, user, binaries, secrets }
}

/** The folder of the cluster of `dataDir` if it was created before. */
export function findClusterFolder(dataDir: string): string | undefined {
  const folder = join(dataDir, 'postgres')
  return existsSync(join(folder, 'PG_VERSION')) ? realpathSync(folder) : undefined
}

/** The folder where the cluster of `dataDir` is or will be; makes the link when it lies elsewhere. */
export async function placeCluster(dataDir: string, user: ServerUser): Promise<string> {
  const inside = join(dataDir, 'postgres')
  const target = await readlink(inside).catch(() => undefined)
  if (target !== undefined) return target
  if (existsSync(inside)) return inside
  if (canEnter(user, realpathSync(dataDir))) return inside
  const name = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16)
  const elsewhere = join(FOLDER_OF_CLUSTERS_ELSEWHERE, name)
  await mkdir(FOLDER_OF_CLUSTERS_ELSEWHERE, { recursive: true, mode: 0o755 })
  await symlink(elsewhere, inside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return elsewhere
}

type Initialization = Pick<Cluster, 'folder' | 'user' | 'binaries' | 'secrets'>

async function initialize({ folder, user, binaries, secrets }: Initialization): Promise<void> {
  await removeUnfinished(folder)
  const draft = `${folder}.initializing-${process.pid}-${randomUUID()}`
  const passwordFile = join(draft, 'password')
  const cluster = join(draft, 'cluster')
  try {
    await mkdir(draft, { recursive: true, mode: 0o700 })
    await mkdir(cluster, { mode: 0o700 })
    await writeFile(passwordFile, `${secrets.superuser}\n`, { mode: 0o600 })
    if (user !== undefined) {
      await Promise.all([draft, cluster, passwordFile].map((path) => chown(path, user.uid, user.gid)))
    }
    await chmod(cluster, 0o700)
    await runInitdb(binaries.initdb, cluster, passwordFile, user)
    await rename(cluster, folder).catch((error: NodeJS.ErrnoException) => {
      // Another start was faster; its cluster is as good.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'EPERM') throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** The built-in C.UTF-8 needs no locale of the operating system; sorting by language is named per column. */
async function runInitdb(initdb: string, folder: string, passwordFile: string, user: ServerUser): Promise<void> {
  const args = [
    `--pgdata=${folder}`,
    `--pwfile=${passwordFile}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ]
  const { code, output } = await run(initdb, args, { user, cwd: folder })
  if (code === 0) return
  throw new DomainError(
    'unavailable',
    'kernel.postgres_not_initialized',
    `PostgreSQL could not create its data folder ${folder}: ${output.trim().split('\n').slice(-3).join(' ')}`,
    { detail: { code, output } },
  )
}

/** Runs a program of PostgreSQL to its end, as the server's user, in `cwd`; answers its exit code and its output. */
export async function run(
  program: string,
  args: readonly string[],
  { user, cwd }: { user: ServerUser; cwd: string },
): Promise<{ code: number | null; output: string }> {
  const child = spawn(program, args, { ...user, cwd, env: serverEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
  let output = ''
  const collect = (chunk: Buffer): void => {
    if (output.length < 20_000) output += chunk.toString('utf8')
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, output }))
  })
}

/** The server gets no more of our environment than it needs: no connection strings, no PG* variables. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP', 'TMP'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), LC_ALL: 'C' }
}

/** Removes what starts left behind that died while they initialized. */
async function removeUnfinished(folder: string): Promise<void> {
  const parent = join(folder, '..')
  if (!existsSync(parent)) return
  const leftOver = readdirSync(parent).filter((name) => {
    const pid = /\.initializing-(\d+)-/.exec(name)?.[1]
    return pid !== undefined && join(parent, name).startsWith(folder) && !isAlive(Number(pid))
  })
  await Promise.all(leftOver.map((name) => rm(join(parent, name), { recursive: true, force: true })))
}
