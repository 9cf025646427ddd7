import { hashPassword } from 'better-auth/crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import type { Context } from '../../../kernel/context.ts'
import { forbidden, notFound } from '../../../kernel/errors.ts'
import { runCommand, type System } from '../../../kernel/runner.ts'
import { MIN_PASSWORD_LENGTH } from '../better-auth.ts'
import { isCommonPassword } from '../common-passwords.ts'
import { commonPassword, weakPassword } from '../identity.errors.ts'
import { forgetFailures } from '../sign-in-limit.ts'
import { Email } from '../user.ts'

const setPasswordCommand = defineCommand({
  name: 'identity.set_password',
  permission: 'identity.manage_users',
  summary: 'Give a user a new password',
  input: Type.Object({ email: Email, password_hash: Type.String() }, { additionalProperties: false }),
  output: Type.Object({ id: Type.String({ format: 'uuid' }) }),
  errors: ['identity.not_found', 'identity.common_password', 'identity.weak_password'],
  async run({ tx, ctx, now, emit }, { email, password_hash }) {
    const { rows } = await sql<{ user_id: string }>`
      update auth.account a set password = ${password_hash}, updated_at = ${now}
        from auth.user u join identity.membership m on m.user_id = u.id and m.org_id = ${ctx.orgId}
       where a.user_id = u.id and a.provider_id = 'credential' and u.email = ${email.toLowerCase()} returning a.user_id`.execute(tx)
    const id = rows[0]?.user_id
    if (id === undefined) throw notFound('identity.user', email)
    await sql`delete from auth.session where user_id = ${id}`.execute(tx)
    await forgetFailures(tx, email)
    emit({ type: 'identity.password_set', documentType: 'user', documentId: id, payload: {} })
    return { id }
  },
})

/**
 * Gives a member a new password and ends their sessions. For the command line of the server: whoever may use it owns the data.
 *
 * @throws `identity.not_found`, `identity.weak_password`, `identity.common_password`
 */
export async function setPassword(system: System, ctx: Context, input: { email: string; password: string }): Promise<void> {
  if (!ctx.may(setPasswordCommand.permission)) throw forbidden(setPasswordCommand.permission)
  if (input.password.length < MIN_PASSWORD_LENGTH) throw weakPassword(MIN_PASSWORD_LENGTH)
  if (isCommonPassword(input.password)) throw commonPassword()
  await runCommand(system, ctx, setPasswordCommand, { email: input.email, password_hash: await hashPassword(input.password) })
}
