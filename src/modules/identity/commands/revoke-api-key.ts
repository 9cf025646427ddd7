import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'

/**
 * Ends an API key for good: at once in this process, within 30 seconds in others. Revoking twice is one revocation.
 *
 * @throws `identity.not_found`
 */
export const revokeApiKey = defineCommand({
  name: 'identity.revoke_api_key',
  permission: 'identity.manage_keys',
  summary: 'Revoke an API key',
  input: Type.Object({ api_key_id: Type.String({ format: 'uuid' }) }, { additionalProperties: false }),
  output: Type.Object({ id: Type.String({ format: 'uuid' }), revoked_at: Type.String({ format: 'date-time' }) }),
  errors: ['identity.not_found'],
  async run({ tx, ctx, now, emit }, { api_key_id }) {
    const { rows } = await sql<{ revoked_at: Date; before: Date | null }>`
      with locked as (select revoked_at as before from identity.api_key where org_id = ${ctx.orgId} and id = ${api_key_id} for update)
      update identity.api_key k set revoked_at = coalesce(k.revoked_at, ${now}) from locked
       where k.org_id = ${ctx.orgId} and k.id = ${api_key_id} returning k.revoked_at, locked.before`.execute(tx)
    const row = rows[0]
    if (row === undefined) throw notFound('identity.api_key', api_key_id)
    if (row.before === null) emit({ type: 'identity.api_key_revoked', documentType: 'api_key', documentId: api_key_id, payload: {} })
    return { id: api_key_id, revoked_at: row.revoked_at.toISOString() }
  },
})
