import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { chown, type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { BackupHead } from './backup.ts'
import { DomainError } from './errors.ts'
import { placeCluster } from './postgres/cluster.ts'
import { chooseServerUser, type ServerUser } from './postgres/server-user.ts'
import { readTar, type TarEntry } from './tar.ts'

const DATA = 'tefter/data/'

/**
 * Unpacks a backup of `writeBackup` into a data folder that holds none yet, and compares every file with the manifest's SHA-256.
 * The database appears under its name only when all of it is right; the next start replays its log.
 *
 * @throws `kernel.restore_not_empty` (conflict) when the folder has a database, `kernel.backup_damaged` (invalid)
 */
export async function readBackup(file: string, dataFolder: string): Promise<BackupHead> {
  const dataDir = resolve(dataFolder)
  if (existsSync(join(dataDir, 'postgres')) || existsSync(join(dataDir, 'postgres-secrets.json')))
    throw new DomainError(
      'conflict',
      'kernel.restore_not_empty',
      `The folder ${dataDir} holds data already. Restore into an empty one, named by TEFTER_DATA; nothing is overwritten.`,
    )
  await mkdir(dataDir, { recursive: true })
  const user = chooseServerUser(join(dataDir, 'postgres'))
  const cluster = await placeCluster(dataDir, user)
  const drafts = { cluster: `${cluster}.restoring-${process.pid}`, data: join(dataDir, `data.restoring-${process.pid}`) }
  try {
    await makeFolder(drafts.cluster, user)
    await makeFolder(drafts.data, undefined)
    const head = await unpack(file, drafts, user)
    await rename(drafts.cluster, cluster)
    for (const name of await readdir(drafts.data)) {
      // oxlint-disable-next-line no-await-in-loop -- a handful
      await rename(join(drafts.data, name), join(dataDir, name))
    }
    return head
  } finally {
    await Promise.all([drafts.cluster, drafts.data].map((folder) => rm(folder, { recursive: true, force: true })))
  }
}

interface Drafts {
  cluster: string
  data: string
}

async function unpack(file: string, drafts: Drafts, user: ServerUser): Promise<BackupHead> {
  const hashes = new Map<string, string>()
  const kept = new Map<string, Buffer[]>()
  let current: { path: string; handle: FileHandle | undefined; hash: ReturnType<typeof createHash> } | undefined
  const placeOf = ({ path }: TarEntry): { path: string; user: ServerUser } | undefined => {
    if (path.startsWith(DATA)) return { path: join(drafts.data, path.slice(DATA.length)), user: undefined }
    if (path.startsWith('tefter/') || path === 'backup_manifest') return undefined
    return { path: join(drafts.cluster, path), user }
  }
  const input = createReadStream(file)
  const unzipped = createGunzip()
  input.on('error', (error) => unzipped.destroy(error))
  try {
    await readTar(input.pipe(unzipped), {
      async entry(entry) {
        const place = placeOf(entry)
        if (entry.kind === 'folder') return place === undefined ? undefined : makeFolder(place.path, place.user)
        current = {
          path: entry.path,
          hash: createHash('sha256'),
          handle: place === undefined ? undefined : await openFile(place.path, place.user),
        }
      },
      async content(piece) {
        current?.hash.update(piece)
        if (current?.handle !== undefined) await current.handle.writeFile(piece)
        else if (current !== undefined) kept.set(current.path, [...(kept.get(current.path) ?? []), Buffer.from(piece)])
      },
      async end() {
        if (current === undefined) return
        hashes.set(current.path, current.hash.digest('hex'))
        await current.handle?.close()
        current = undefined
      },
    })
  } catch (error) {
    await current?.handle?.close()
    throw damaged(file, error instanceof Error ? error.message : String(error), error)
  }
  const text = (path: string): string => Buffer.concat(kept.get(path) ?? []).toString('utf8')
  if (!hashes.has('tefter/complete') || text('tefter/backup.json') === '') throw damaged(file, 'it is no whole backup of Tefter')
  compare(file, text('backup_manifest'), hashes)
  return JSON.parse(text('tefter/backup.json')) as BackupHead
}

/** Compares with PostgreSQL's manifest; the log is not in it, it proves itself as it is replayed. */
function compare(file: string, manifest: string, hashes: ReadonlyMap<string, string>): void {
  const { Files: files } = JSON.parse(manifest) as { Files: { Path?: string; Checksum: string }[] }
  const wrong = files.find(({ Path: path, Checksum: checksum }) => path !== undefined && hashes.get(path) !== checksum)
  if (wrong !== undefined) throw damaged(file, `its ${wrong.Path} is missing or changed`)
}

function damaged(file: string, why: string, cause?: unknown): DomainError {
  return new DomainError('invalid', 'kernel.backup_damaged', `The file ${file} cannot be restored: ${why}. Take another backup.`, { cause })
}

async function makeFolder(path: string, user: ServerUser): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (user !== undefined) await chown(path, user.uid, user.gid)
}

async function openFile(path: string, user: ServerUser): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const handle = await open(path, 'wx', 0o600)
  if (user !== undefined) await handle.chown(user.uid, user.gid)
  return handle
}
