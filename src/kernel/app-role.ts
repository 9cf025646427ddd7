import type pg from 'pg'
import { DomainError } from './errors.ts'

const APP_ROLE = 'tefter_app'
const SET_OPTION_SINCE = 160_000

/**
 * Sees to it that the role `tefter_app`, to which migrations grant rights, exists, and that the role the
 * application connects as is a member of it.
 *
 * @param client connected as the owner
 * @param appRole the application's role; without it the owner's own, whose transactions set the role
 * @throws `kernel.app_role_missing` (unavailable) with the statements that a database administrator has to run
 */
export async function ensureAppRole(client: pg.Client, appRole?: string): Promise<void> {
  const { rows } = await client.query<{ owner: string; version: string; existing: boolean }>(
    `select current_user as owner, current_setting('server_version_num') as version,
            exists (select from pg_roles where rolname = $1) as existing`,
    [APP_ROLE],
  )
  const { owner, version, existing } = rows[0] ?? { owner: '', version: '0', existing: false }
  const member = appRole ?? owner
  try {
    if (!existing) await createRole(client)
    if (member !== APP_ROLE && !(await isMember(client, member, Number(version)))) {
      await client.query(`grant ${APP_ROLE} to ${client.escapeIdentifier(member)}`)
    }
  } catch (cause) {
    if ((cause as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw cause
    throw new DomainError(
      'unavailable',
      'kernel.app_role_missing',
      `The role ${owner} may not prepare the role ${APP_ROLE}. As an administrator of the database run: create role ${APP_ROLE}; grant ${APP_ROLE} to ${client.escapeIdentifier(member)};`,
      { detail: { owner, member }, cause },
    )
  }
}

const INSUFFICIENT_PRIVILEGE = '42501'
const ROLE_EXISTS = ['42710', '23505']

/** Roles belong to the whole server: another database of it may be migrated at the same moment. */
async function createRole(client: pg.Client): Promise<void> {
  try {
    await client.query(`create role ${APP_ROLE} nologin`)
  } catch (error) {
    if (!ROLE_EXISTS.includes((error as { code?: string }).code ?? '')) throw error
  }
}

async function isMember(client: pg.Client, role: string, version: number): Promise<boolean> {
  const privilege = version >= SET_OPTION_SINCE ? 'SET' : 'MEMBER'
  const { rows } = await client.query<{ member: boolean }>('select pg_has_role($1, $2, $3) as member', [role, APP_ROLE, privilege])
  return rows[0]?.member === true
}
