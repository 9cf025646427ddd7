import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { lastOwner } from '../identity.errors.ts'
import type { Role } from '../roles.ts'
import { RoleName } from '../user.ts'

/**
 * Gives a user another role, or switches them off in this organization. Their open screens lose access at the next request.
 *
 * @throws `identity.not_found`, `identity.last_owner` (rule)
 */
export const updateUser = defineCommand({
  name: 'identity.update_user',
  permission: 'identity.manage_users',
  summary: "Change a user's role, or disable them",
  input: Type.Object(
    { user_id: Type.String({ format: 'uuid' }), role: Type.Optional(RoleName), disabled: Type.Optional(Type.Boolean()) },
    { additionalProperties: false, minProperties: 2 },
  ),
  output: Type.Object({ id: Type.String({ format: 'uuid' }) }),
  errors: ['identity.not_found', 'identity.last_owner'],
  async run({ tx, ctx, now, emit }, { user_id, role, disabled }) {
    // All memberships are locked, by key: two owners who demote each other at once must not both succeed.
    const members = await sql<{ user_id: string; role: Role; disabled: boolean }>`
      select user_id, role, disabled_at is not null as disabled from identity.membership where org_id = ${ctx.orgId} order by user_id for update`.execute(
      tx,
    )
    const before = members.rows.find((member) => member.user_id === user_id)
    if (before === undefined) throw notFound('identity.user', user_id)
    const after = { role: role ?? before.role, disabled: disabled ?? before.disabled }
    const owners = members.rows.filter((member) => member.user_id !== user_id && member.role === 'owner' && !member.disabled).length
    const isOwner = after.role === 'owner' && !after.disabled
    if (!isOwner && before.role === 'owner' && !before.disabled && owners === 0) throw lastOwner()
    await sql`
      update identity.membership set role = ${after.role}, disabled_at = case when ${after.disabled} then coalesce(disabled_at, ${now}) end
       where org_id = ${ctx.orgId} and user_id = ${user_id}`.execute(tx)
    emit({
      type: 'identity.user_updated',
      documentType: 'user',
      documentId: user_id,
      payload: { role: after.role, disabled: after.disabled },
    })
    return { id: user_id }
  },
})
