import { sql } from 'kysely'
import { type Database, inGlobalTransaction, sqlState } from './database.ts'
import { DomainError } from './errors.ts'
import { readMigrationFiles } from './migration-file.ts'

/** Migrations by name that stand on one side only: of this program's files and those applied to the database. */
export interface VersionGap {
  /** In the files, not applied: the database is older. */
  missing: string[]
  /** Applied, not in the files: the database is newer. */
  unknown: string[]
}

/** Compares the program's migrations with those of the database. A database that was never migrated lacks all of them. */
export async function findVersionGap(database: Database, folder: string): Promise<VersionGap> {
  const known = (await readMigrationFiles(folder)).map(({ name }) => name)
  const applied = await readApplied(database)
  return {
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  }
}

/**
 * Refuses a database that is not exactly of this program's version, for processes that do not migrate themselves.
 * One that runs already when a migration is applied works on: migrations of one release only add to what the release before knows.
 *
 * @throws `kernel.migration_unknown` (conflict) on a newer database, `kernel.migrations_missing` (unavailable) on an older one
 */
export async function refuseOtherVersion(database: Database, folder: string): Promise<void> {
  const { missing, unknown } = await findVersionGap(database, folder)
  const [newer] = unknown
  if (newer !== undefined) throw unknownMigration(newer)
  const [first] = missing
  if (first === undefined) return
  throw new DomainError(
    'unavailable',
    'kernel.migrations_missing',
    `The database is older than this version of Tefter: ${missing.length} migrations are missing, the first is ${first}. Run "tefter migrate" with DATABASE_OWNER_URL, then start again.`,
    { detail: { missing } },
  )
}

/** The refusal of a database that a newer version has migrated. */
export function unknownMigration(name: string): DomainError {
  return new DomainError(
    'conflict',
    'kernel.migration_unknown',
    `The database has the migration ${name}, which this version of Tefter does not know: start the version that applied it, or a newer one.`,
    { detail: { name } },
  )
}

/** No table yet, or not even the role that transactions take on. */
const NEVER_MIGRATED = ['42P01', '3F000', '22023']

async function readApplied(database: Database): Promise<string[]> {
  try {
    const { rows } = await inGlobalTransaction(database, (tx) =>
      sql<{ name: string }>`select name from migration.file order by name`.execute(tx),
    )
    return rows.map(({ name }) => name)
  } catch (error) {
    if (NEVER_MIGRATED.includes(sqlState(error) ?? '')) return []
    throw error
  }
}
