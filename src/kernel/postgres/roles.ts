import pg from 'pg'
import type { PostgresSecrets } from './secrets.ts'

/** The role that owns the database and migrates it; it may create roles and databases, and is no superuser. */
export const OWNER_ROLE = 'tefter_owner'
/** The role the application works as: it owns nothing, and row-level security holds for it. */
export const APP_ROLE = 'tefter_app'
/** The database of the business. */
export const DATABASE = 'tefter'

/** One lock for everyone who prepares the roles; any number that is ours will do. */
const PREPARATION_LOCK = 7_336_310

/**
 * Creates the roles and the database where they are missing. Repeating it changes nothing, so a first start
 * that died half-way is completed by the next.
 */
export async function prepareRoles(port: number, secrets: PostgresSecrets): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: secrets.superuser,
    database: 'postgres',
    ssl: false,
    application_name: 'tefter preparation',
  })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [PREPARATION_LOCK])
    const roles = await client.query<{ rolname: string }>('select rolname from pg_roles where rolname = any($1)', [[OWNER_ROLE, APP_ROLE]])
    const existing = new Set(roles.rows.map((row) => row.rolname))
    if (!existing.has(APP_ROLE)) {
      await client.query(`create role ${APP_ROLE} login nosuperuser nobypassrls password '${secrets.app}'`)
    }
    if (!existing.has(OWNER_ROLE)) {
      await client.query(`create role ${OWNER_ROLE} login createrole createdb nosuperuser nobypassrls password '${secrets.owner}'`)
    }
    await client.query(`grant ${APP_ROLE} to ${OWNER_ROLE} with admin option`)
    const databases = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (databases.rowCount === 0) await client.query(`create database ${DATABASE} owner ${OWNER_ROLE}`)
    await client.query(`revoke all on database ${DATABASE} from public`)
    await client.query(`grant connect, temporary on database ${DATABASE} to ${APP_ROLE}`)
  } finally {
    await client.end()
  }
}

/** The address of the database for one of the two roles. */
export function connectionUrl(role: typeof OWNER_ROLE | typeof APP_ROLE, port: number, secrets: PostgresSecrets): string {
  const password = role === OWNER_ROLE ? secrets.owner : secrets.app
  return `postgres://${role}:${password}@127.0.0.1:${port}/${DATABASE}?sslmode=disable`
}
