import type { Config } from '../kernel/config.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../kernel/embedded-postgres.ts'
import type { Log } from '../kernel/log.ts'

/** How to reach the database, and who leaves it at the end. */
export interface DatabaseAddress {
  url: string
  ownerUrl: string
  /** Role for each transaction, when the application connects as the owner; null when it connects as itself. */
  role: string | null
  /** The application's role that becomes a member of `tefter_app`; undefined when the owner itself does. */
  appRole: string | undefined
  /** The embedded server, when there is one. */
  embedded: EmbeddedPostgres | undefined
}

const APP_ROLE = 'tefter_app'

/**
 * Finds the database: `DATABASE_URL`, else the embedded PostgreSQL of the data folder, started or joined.
 *
 * @param use `server` for the long-running process, `command` for a short visit
 * @throws `kernel.data_folder_in_use` (conflict), `kernel.postgres_not_started` (unavailable)
 */
export async function findDatabase(config: Config, log: Log, use: 'server' | 'command'): Promise<DatabaseAddress> {
  if (config.DATABASE_URL === undefined) {
    const embedded = await startEmbeddedPostgres({ dataDir: config.TEFTER_DATA, log, role: use })
    return { url: embedded.url, ownerUrl: embedded.ownerUrl, role: null, appRole: undefined, embedded }
  }
  return addressOf(config.DATABASE_URL, config.DATABASE_OWNER_URL)
}

/** The address of a given database; the same user for both URLs means that transactions take on the application's role. */
export function addressOf(url: string, ownerUrl = url): DatabaseAddress {
  const user = decodeURIComponent(new URL(url).username)
  const isOwner = user === decodeURIComponent(new URL(ownerUrl).username)
  const isApplication = user === APP_ROLE
  return { url, ownerUrl, role: isApplication ? null : APP_ROLE, appRole: isOwner ? undefined : user, embedded: undefined }
}
