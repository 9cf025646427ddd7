import { hashPassword } from 'better-auth/crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import type { Context } from '../../../kernel/context.ts'
import { forbidden } from '../../../kernel/errors.ts'
import { newId } from '../../../kernel/ids.ts'
import { parse } from '../../../kernel/parse.ts'
import { runCommand, type System } from '../../../kernel/runner.ts'
import { MIN_PASSWORD_LENGTH } from '../better-auth.ts'
import { isCommonPassword } from '../common-passwords.ts'
import { alreadyMember, commonPassword, weakPassword } from '../identity.errors.ts'
import { readUser } from '../queries/list-users.ts'
import { Email, RoleName, type User } from '../user.ts'

const fields = { email: Email, name: Type.String({ minLength: 1, maxLength: 200 }), role: RoleName }

/** What the API takes: the password in clear, which goes no further than {@link createUser}. */
export const NewUser = Type.Object({ ...fields, password: Type.String({ minLength: 1, maxLength: 128 }) }, { additionalProperties: false })

/**
 * Adds a user to the organization. A person who is a user elsewhere keeps their own password and joins.
 *
 * @throws `identity.already_member` (conflict)
 */
export const createUserCommand = defineCommand({
  name: 'identity.create_user',
  permission: 'identity.manage_users',
  summary: 'Add a user',
  input: Type.Object({ ...fields, password_hash: Type.String() }, { additionalProperties: false }),
  output: Type.Object({ id: Type.String({ format: 'uuid' }) }),
  errors: ['identity.already_member', 'identity.common_password', 'identity.weak_password'],
  async run({ tx, ctx, now, emit }, { email, name, role, password_hash }) {
    const address = email.toLowerCase()
    const id = newId()
    const inserted = await sql<{ id: string }>`
      insert into auth.user (id, name, email, created_at, updated_at) values (${id}, ${name}, ${address}, ${now}, ${now})
      on conflict (email) do nothing returning id`.execute(tx)
    if (inserted.rows.length === 1) {
      await sql`
        insert into auth.account (id, user_id, account_id, provider_id, password, created_at, updated_at)
        values (${newId()}, ${id}, ${id}, 'credential', ${password_hash}, ${now}, ${now})`.execute(tx)
    }
    const member = await sql<{ user_id: string }>`
      insert into identity.membership (org_id, user_id, role, created_at)
      select ${ctx.orgId}, u.id, ${role}, ${now} from auth.user u where u.email = ${address}
      on conflict do nothing returning user_id`.execute(tx)
    const userId = member.rows[0]?.user_id
    if (userId === undefined) throw alreadyMember(address)
    emit({ type: 'identity.user_added', documentType: 'user', documentId: userId, payload: { role }, personal: { email: address, name } })
    return { id: userId }
  },
})

/**
 * Adds a user with a password in clear. The password is hashed before the transaction and never stored or logged; the
 * e-mail is the natural key, so no idempotency key is needed.
 *
 * @throws `identity.already_member`, `identity.weak_password`, `identity.common_password`
 */
export async function createUser(system: System, ctx: Context, input: unknown): Promise<User> {
  if (!ctx.may(createUserCommand.permission)) throw forbidden(createUserCommand.permission)
  const { password, ...rest }: Static<typeof NewUser> = parse(NewUser, input)
  if (password.length < MIN_PASSWORD_LENGTH) throw weakPassword(MIN_PASSWORD_LENGTH)
  if (isCommonPassword(password)) throw commonPassword()
  const password_hash = await hashPassword(password)
  let user: User | undefined
  const command = {
    ...createUserCommand,
    run: async (run: Parameters<typeof createUserCommand.run>[0], parsed: Static<typeof createUserCommand.input>) => {
      const created = await createUserCommand.run(run, parsed)
      user = await readUser(run.tx, created.id)
      return created
    },
  }
  await runCommand(system, ctx, command, { ...rest, password_hash })
  return user as User
}
