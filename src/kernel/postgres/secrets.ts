import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '../errors.ts'

/** Passwords of the roles of one embedded server, as hexadecimal text. */
export interface PostgresSecrets {
  readonly superuser: string
  readonly owner: string
  readonly app: string
}

/**
 * Reads the passwords of the embedded server from `<dataDir>/postgres-secrets.json`, or makes them.
 *
 * Two first starts at once end up with the same file: it is written aside and linked into place, and a link
 * fails when the name is taken.
 *
 * @throws `kernel.data_folder_of_another_user` (conflict) when the file cannot be read
 */
export async function loadSecrets(dataDir: string): Promise<PostgresSecrets> {
  const path = join(dataDir, 'postgres-secrets.json')
  return (await readSecrets(path)) ?? (await createSecrets(path))
}

async function readSecrets(path: string): Promise<PostgresSecrets | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as PostgresSecrets
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new DomainError(
      'conflict',
      'kernel.data_folder_of_another_user',
      `The file ${path} cannot be read. Start Tefter as the user who started it first, or give this one its own folder in TEFTER_DATA.`,
      { detail: { path, reason: code ?? 'unreadable' }, cause },
    )
  }
}

async function createSecrets(path: string): Promise<PostgresSecrets> {
  const password = (): string => randomBytes(24).toString('hex')
  const secrets: PostgresSecrets = { superuser: password(), owner: password(), app: password() }
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  try {
    await link(draft, path)
    return secrets
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await readSecrets(path)) ?? secrets
  } finally {
    await rm(draft, { force: true })
  }
}
