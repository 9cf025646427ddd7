import { Kysely, Migrator, PostgresAdapter, PostgresDialect, sql, type Migration } from 'kysely'
import pg from 'pg'
import { unknownMigration } from './database-version.ts'
import { DomainError } from './errors.ts'
import { readMigrationFiles, splitStatements, type MigrationFile } from './migration-file.ts'
import { ensureAppRole } from './app-role.ts'

/** What to migrate, and from where. */
export interface MigrateOptions {
  /** Connection string of the role that owns the tables. */
  readonly ownerUrl: string
  /**
   * The role that the application connects as. It becomes a member of `tefter_app`, to which the migrations
   * grant their rights. Without it the owner itself becomes a member, and transactions set the role.
   */
  readonly appRole?: string | undefined
  /** The folder of the `.sql` files, run in the order of their names. */
  readonly folder: string
}

/** The tables of our own and of Kysely that say what was applied. */
interface MigrationTables {
  'migration.file': { name: string; sha256: string }
}

const OLDEST_SERVER = 150_000
/** Any number that is ours; it keeps two migrations of one database apart. */
const MIGRATION_LOCK = 7_336_311

/**
 * Brings the database to the newest state: runs the `.sql` files that were not applied yet, in order.
 *
 * Consecutive files share one transaction, so a failure leaves nothing half-done; a file whose header says
 * `-- no-transaction` runs statement by statement. Two runs at once wait for each other. The SHA-256 of each
 * applied file is kept in `migration.file`, and a file that was changed afterwards is refused.
 *
 * @returns the names of the files applied now, without `.sql`
 * @throws `kernel.migration_changed`, `kernel.migration_unknown` (conflict), `kernel.postgres_too_old`,
 *   `kernel.app_role_missing` (unavailable); an `Error` that names file and line when a statement fails
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const files = await readMigrationFiles(options.folder)
  const holder = await connect(options.ownerUrl, 'tefter migrate lock')
  const client = await connect(options.ownerUrl, 'tefter migrate')
  const db = new Kysely<MigrationTables>({ dialect: new MigrationDialect(options.ownerUrl) })
  try {
    await refuseOldServer(client)
    await lock(holder)
    await ensureAppRole(client, options.appRole)
    await prepareTables(client)
    const applied = await refuseChangedFiles(db, files)
    return { applied: await runPending(db, files, applied) }
  } finally {
    await Promise.all([db.destroy(), client.end(), holder.end()])
  }
}

async function connect(ownerUrl: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: name })
  // A connection that breaks fails the statement under way; the lock ends with its connection.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num')
  const version = Number(rows[0]?.server_version_num)
  if (version >= OLDEST_SERVER) return
  throw new DomainError(
    'unavailable',
    'kernel.postgres_too_old',
    'Tefter needs PostgreSQL 15 or newer; upgrade the server of DATABASE_URL.',
    {
      detail: { server_version_num: version },
    },
  )
}

/**
 * A transaction of its own holds the lock: Kysely's session lock would not survive a pooler in transaction mode.
 * It must hold no snapshot, or `create index concurrently` would wait for it without end; a statement with
 * parameters keeps its portal and snapshot open, so the number stands in the text.
 */
async function lock(holder: pg.Client): Promise<void> {
  await holder.query('begin')
  await holder.query('set local idle_in_transaction_session_timeout = 0')
  await holder.query(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`)
}

async function prepareTables(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query("select from pg_class where oid = to_regclass('migration.file')")
  if (rowCount !== 0) return
  await client.query(`
    create schema if not exists migration;
    create table if not exists migration.file (
      name       text primary key,
      sha256     text not null,
      applied_at timestamptz not null default now()
    );
    comment on table migration.file is 'The SHA-256 of each applied migration file, so that a change after the fact is noticed.';
    grant usage on schema migration to tefter_app;
    grant select on migration.file to tefter_app;
  `)
}

/** Answers the names of the files that are applied already. */
async function refuseChangedFiles(db: Kysely<MigrationTables>, files: readonly MigrationFile[]): Promise<Set<string>> {
  const rows = await db.selectFrom('migration.file').select(['name', 'sha256']).orderBy('name').execute()
  const byName = new Map(files.map((file) => [file.name, file]))
  for (const row of rows) {
    const file = byName.get(row.name)
    if (file === undefined) throw unknownMigration(row.name)
    if (file.sha256 === row.sha256) continue
    throw new DomainError(
      'conflict',
      'kernel.migration_changed',
      `The migration ${row.name} was changed after it was applied: restore the file and put the change into a new one.`,
      { detail: { name: row.name, applied: row.sha256, found: file.sha256 } },
    )
  }
  return new Set(rows.map((row) => row.name))
}

async function runPending(db: Kysely<MigrationTables>, files: readonly MigrationFile[], applied: ReadonlySet<string>): Promise<string[]> {
  const pending = files.filter((file) => !applied.has(file.name))
  const migrations = Object.fromEntries(files.map((file) => [file.name, toMigration(file)]))
  for (const group of groupByTransaction(pending)) {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => Promise.resolve(migrations) },
      migrationTableSchema: 'migration',
      disableTransactions: !group.transactional,
    })
    // oxlint-disable-next-line no-await-in-loop -- the order is the point
    const { error } = await migrator.migrateTo(group.last)
    if (error !== undefined) throw error
  }
  return pending.map((file) => file.name)
}

function groupByTransaction(pending: readonly MigrationFile[]): { transactional: boolean; last: string }[] {
  const groups: { transactional: boolean; last: string }[] = []
  for (const file of pending) {
    const group = groups.at(-1)
    if (group?.transactional === true && file.transactional) group.last = file.name
    else groups.push({ transactional: file.transactional, last: file.name })
  }
  return groups
}

function toMigration(file: MigrationFile): Migration {
  return {
    async up(db: Kysely<unknown>) {
      const parts = file.transactional ? [{ text: file.text, offset: 0 }] : splitStatements(file)
      for (const { text, offset } of parts) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- the order is the point
          await sql.raw(text).execute(db)
        } catch (cause) {
          throw failedAt(file, offset, cause)
        }
      }
      await sql`insert into migration.file (name, sha256) values (${file.name}, ${file.sha256})
        on conflict (name) do update set sha256 = excluded.sha256, applied_at = now()`.execute(db)
    },
  }
}

/** PostgreSQL tells the place as the number of a character; people need the line. */
function failedAt(file: MigrationFile, offset: number, cause: unknown): Error {
  const position = Number((cause as { position?: string }).position ?? 0)
  const line = file.text.slice(0, offset + position).split('\n').length
  const repeat = file.transactional ? '' : ' Its earlier statements stay; make the file repeatable, then migrate again.'
  return new Error(`Migration ${file.name}.sql, line ${line}: ${cause instanceof Error ? cause.message : String(cause)}.${repeat}`, {
    cause,
  })
}

class MigrationDialect extends PostgresDialect {
  constructor(ownerUrl: string) {
    const pool = new pg.Pool({ connectionString: ownerUrl, max: 1, application_name: 'tefter migrate' })
    // An idle connection that breaks is replaced; the next statement tells if that fails.
    pool.on('error', () => undefined)
    super({ pool })
  }

  override createAdapter(): PostgresAdapter {
    return new UnlockedAdapter()
  }
}

/** `lock` does it, for all files of a run at once. */
class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {
    await Promise.resolve()
  }

  override async releaseMigrationLock(): Promise<void> {
    await Promise.resolve()
  }
}
