import { sql } from 'kysely'
import { type Database, inGlobalTransaction } from '../../kernel/database.ts'
import type { Role } from './roles.ts'

/** An organization that a user belongs to, and as what. */
export interface Membership {
  org_id: number
  role: Role
  name: string
  slug: string
  language: string
  time_zone: string
  base_currency: string
  is_demo: boolean
}

/** The organizations in which a user may act, in order of their numbers. */
export async function listMemberships(database: Database, userId: string): Promise<Membership[]> {
  const { rows } = await inGlobalTransaction(database, (tx) =>
    sql<Membership>`select * from identity.memberships_of(${userId})`.execute(tx),
  )
  return rows
}

/** All organizations of this installation, for jobs and the command line. */
export async function listOrganizations(database: Database): Promise<{ org_id: number; name: string; slug: string }[]> {
  const { rows } = await inGlobalTransaction(database, (tx) =>
    sql<{ org_id: number; name: string; slug: string }>`select * from identity.all_organizations()`.execute(tx),
  )
  return rows
}
