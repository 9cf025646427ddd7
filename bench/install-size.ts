import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Figure, figureOf } from './figures.ts'

const ROOT = join(import.meta.dirname, '..')

interface Lockfile {
  packages: Readonly<Record<string, { dev?: boolean }>>
}

/**
 * Packages of a production install on this machine (those of the lockfile that are not for development only and that are here), and what they
 * weigh on disk. Among them are Node and PostgreSQL themselves.
 */
export async function measureInstall(): Promise<Figure[]> {
  const { packages } = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as Lockfile
  const installed = Object.entries(packages).flatMap(([path, { dev }]) =>
    path !== '' && dev !== true && existsSync(join(ROOT, path)) ? [join(ROOT, path)] : [],
  )
  const sizes = await Promise.all(installed.map((path) => sizeOf(path)))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return [
    figureOf({ name: 'Production packages (Vendure 502, Medusa 1094)', unit: 'packages', values: [installed.length] }),
    figureOf({
      name: 'Production packages on disk, with Node and PostgreSQL (Vendure 191, Medusa 680)',
      unit: 'MB',
      values: [bytes / 1e6],
    }),
  ]
}

/** Bytes of a package's own files; packages nested in it are counted by themselves. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true })
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return entry.name === 'node_modules' ? 0 : sizeOf(path)
      return entry.isFile() ? (await stat(path)).size : 0
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
