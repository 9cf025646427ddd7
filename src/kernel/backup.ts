import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { DomainError } from './errors.ts'
import { streamBaseBackup } from './postgres/base-backup.ts'
import { loadSecrets } from './postgres/secrets.ts'
import { TAR_END, tarHeader, tarPadding } from './tar.ts'

/** What stands first in the file, as `tefter/backup.json`. */
export interface BackupHead {
  format: 1
  made_at: string
  /** Of Tefter. */
  version: string
}

/** A backup that was made. */
export interface Backup {
  file: string
  /** Of the compressed file. */
  bytes: number
}

/** In the data folder, what the base backup holds already or the next start makes anew. */
const NOT_COPIED = /^(postgres|postgres\.json.*|postgres\.log.*|.*\.(initializing|restoring)-.*)$/

/**
 * Writes the embedded PostgreSQL that runs on `port`, and the rest of its data folder, to one compressed tar while work goes on.
 * The file appears under its name only when it is whole and on disk; it holds the passwords and secrets of the folder, mode 0600.
 *
 * @throws `kernel.backup_exists` (conflict)
 */
export async function writeBackup(source: { dataDir: string; port: number }, file: string, head: BackupHead): Promise<Backup> {
  const target = resolve(file)
  if (existsSync(target))
    throw new DomainError(
      'conflict',
      'kernel.backup_exists',
      `The file ${target} exists. Choose another name; a backup is never overwritten.`,
    )
  const dataDir = resolve(source.dataDir)
  const { superuser } = await loadSecrets(dataDir)
  const draft = `${target}.part-${process.pid}`
  const out = openOutput(draft)
  try {
    await out.file('tefter/backup.json', Buffer.from(`${JSON.stringify(head, null, 2)}\n`))
    const manifest: Buffer[] = []
    await streamBaseBackup(`postgres://postgres:${superuser}@127.0.0.1:${source.port}/postgres?sslmode=disable`, {
      tar: (piece) => out.write(piece),
      manifest: (piece) => void manifest.push(piece),
    })
    await out.file('backup_manifest', Buffer.concat(manifest))
    // After the database: a row of it never names a file that is not there yet.
    for (const path of await listDataFiles(dataDir)) {
      // oxlint-disable-next-line no-await-in-loop -- one file after another into one archive
      await out.file(`tefter/data/${relative(dataDir, path)}`, await readFile(path))
    }
    await out.file('tefter/complete', Buffer.alloc(0))
    const bytes = await out.close()
    await rename(draft, target)
    return { file: target, bytes }
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function listDataFiles(dataDir: string): Promise<string[]> {
  const top = await readdir(dataDir, { withFileTypes: true })
  const kept = top.filter((entry) => !NOT_COPIED.test(entry.name))
  const below = await Promise.all(
    kept
      .filter((entry) => entry.isDirectory())
      .map(async (folder) => {
        const entries = await readdir(join(dataDir, folder.name), { withFileTypes: true, recursive: true })
        return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
      }),
  )
  return [...kept.filter((entry) => entry.isFile()).map((entry) => join(dataDir, entry.name)), ...below.flat()].toSorted()
}

interface Output {
  write(piece: Buffer): Promise<void> | undefined
  file(path: string, content: Buffer): Promise<void>
  close(): Promise<number>
}

function openOutput(path: string): Output {
  const gzip = createGzip({ level: 1 })
  const disk = createWriteStream(path, { mode: 0o600, flags: 'wx' })
  const written = finished(gzip.pipe(disk))
  // A failure is met where the next piece is written, and at the end.
  written.catch(() => undefined)
  let draining: Promise<void> | undefined
  const drain = (): Promise<void> =>
    (draining ??= Promise.race([once(gzip, 'drain').then(() => undefined), written]).finally(() => {
      draining = undefined
    }))
  const write = (piece: Buffer): Promise<void> | undefined => (gzip.write(piece) ? undefined : drain())
  return {
    write,
    async file(name, content) {
      await write(tarHeader(name, content.length))
      await write(content)
      await write(tarPadding(content.length))
    },
    async close() {
      await write(TAR_END)
      gzip.end()
      await written
      const handle = await open(path, 'r+')
      try {
        await handle.sync()
        return (await handle.stat()).size
      } finally {
        await handle.close()
      }
    },
  }
}
