import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { User } from '../user.ts'

/** A small page is enough: the members of one business. */
const MAX_USERS = 1000

interface UserRow extends Omit<User, 'created_at'> {
  created_at: Date
}

const SELECT_USERS = sql`
  select m.user_id as id, u.email, u.name, m.role, m.disabled_at is not null as disabled, m.created_at
    from identity.membership m join auth.user u on u.id = m.user_id where m.org_id = kernel.current_org()`

/** One member. @throws `identity.not_found` */
export async function readUser(tx: Tx, userId: string): Promise<User> {
  const { rows } = await sql<UserRow>`${SELECT_USERS} and m.user_id = ${userId}`.execute(tx)
  if (rows[0] === undefined) throw notFound('identity.user', userId)
  return toUser(rows[0])
}

export const listUsers = defineQuery({
  name: 'identity.list_users',
  permission: 'identity.read',
  summary: 'List the users of the organization',
  input: Type.Object({}, { additionalProperties: false }),
  output: Type.Object({ data: Type.Array(User), next_cursor: Type.Null() }),
  async run({ tx }) {
    const { rows } = await sql<UserRow>`${SELECT_USERS} order by u.email limit ${MAX_USERS}`.execute(tx)
    return { data: rows.map(toUser), next_cursor: null }
  },
})

function toUser(row: UserRow): User {
  return { ...row, created_at: row.created_at.toISOString() }
}
