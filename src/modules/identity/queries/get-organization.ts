import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { Organization } from '../organization.ts'

/** The organization of the transaction. @throws `identity.not_found` */
export async function readOrganization(tx: Tx): Promise<Organization> {
  const { rows } = await sql<Organization>`
    select org_id as id, name, slug, time_zone, base_currency::text, language, revenue_on, address, gs1_prefix, is_demo
      from identity.organization where org_id = kernel.current_org()`.execute(tx)
  if (rows[0] === undefined) throw notFound('identity.organization', 'of this request')
  return rows[0]
}

export const getOrganization = defineQuery({
  name: 'identity.get_organization',
  permission: 'identity.read',
  summary: 'Show the organization',
  input: Type.Object({}, { additionalProperties: false }),
  output: Organization,
  run: ({ tx }) => readOrganization(tx),
})
