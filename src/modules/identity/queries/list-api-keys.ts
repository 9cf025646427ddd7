import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ApiKey } from '../api-key.ts'

/** Keys of one business; revoked ones last. */
const MAX_KEYS = 1000

interface ApiKeyRow {
  id: string
  name: string
  hint: string
  scopes: string[]
  created_at: Date
  expires_at: Date | null
  revoked_at: Date | null
  last_used_at: Date | null
}

export const listApiKeys = defineQuery({
  name: 'identity.list_api_keys',
  permission: 'identity.manage_keys',
  summary: 'List the API keys',
  input: Type.Object({}, { additionalProperties: false }),
  output: Type.Object({ data: Type.Array(ApiKey), next_cursor: Type.Null() }),
  async run({ tx }) {
    const { rows } = await sql<ApiKeyRow>`
      select id, name, hint, scopes, created_at, expires_at, revoked_at, last_used_at from identity.api_key
       where org_id = kernel.current_org() order by revoked_at is not null, created_at desc, id limit ${MAX_KEYS}`.execute(tx)
    const data = rows.map((row) => ({
      ...row,
      created_at: row.created_at.toISOString(),
      expires_at: row.expires_at?.toISOString() ?? null,
      revoked_at: row.revoked_at?.toISOString() ?? null,
      last_used_at: row.last_used_at?.toISOString() ?? null,
    }))
    return { data, next_cursor: null }
  },
})
