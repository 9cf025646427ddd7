import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import type { Context } from '../../../kernel/context.ts'
import { notFound } from '../../../kernel/errors.ts'
import { runCommand, type System } from '../../../kernel/runner.ts'
import { Email } from '../user.ts'

const resetSecondStepCommand = defineCommand({
  name: 'identity.reset_second_step',
  permission: 'identity.manage_users',
  summary: 'Turn off the second step of a user who lost their app and their recovery codes',
  input: Type.Object({ email: Email }, { additionalProperties: false }),
  output: Type.Object({ id: Type.String({ format: 'uuid' }) }),
  errors: ['identity.not_found'],
  async run({ tx, ctx, emit }, { email }) {
    const { rows } = await sql<{ id: string }>`
      update auth.user u set two_factor_enabled = false
        from identity.membership m
       where m.user_id = u.id and m.org_id = ${ctx.orgId} and u.email = ${email.toLowerCase()} returning u.id`.execute(tx)
    const id = rows[0]?.id
    if (id === undefined) throw notFound('identity.user', email)
    await sql`delete from auth.two_factor where user_id = ${id}`.execute(tx)
    await sql`delete from auth.session where user_id = ${id}`.execute(tx)
    emit({ type: 'identity.second_step_reset', documentType: 'user', documentId: id, payload: {} })
    return { id }
  },
})

/**
 * Turns off the second step of a member and ends their sessions. For the command line of the server only: a user may belong to several
 * organizations, and the owner of one must not weaken the sign-in of another.
 *
 * @throws `identity.not_found`
 */
export async function resetSecondStep(system: System, ctx: Context, email: string): Promise<void> {
  await runCommand(system, ctx, resetSecondStepCommand, { email })
}
