import { Type } from 'typebox'
import { sql } from 'kysely'
import { defineCommand } from '../../../kernel/command.ts'
import { checkRegion, Language, Organization, slugOf } from '../organization.ts'

/**
 * Writes a new organization's row. The rooms' standard rows come from the flow `provisionOrganization`, which runs this
 * command in the context of the number it took beforehand.
 *
 * @throws `kernel.invalid_input` for an unknown time zone or currency
 */
export const createOrganization = defineCommand({
  name: 'identity.create_organization',
  permission: 'identity.manage_organization',
  summary: 'Create an organization',
  input: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 200 }),
      time_zone: Type.String({ minLength: 1, maxLength: 64 }),
      base_currency: Type.String({ pattern: '^[A-Z]{3}$' }),
      language: Language,
      is_demo: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
  output: Organization,
  async run({ tx, ctx, now, commandId, emit }, input) {
    checkRegion(input)
    const slug = slugOf(input.name)
    const isDemo = input.is_demo ?? false
    await sql`
      insert into identity.organization (org_id, name, slug, time_zone, base_currency, language, is_demo, created_at)
      values (${ctx.orgId}, ${input.name}, ${slug}, ${input.time_zone}, ${input.base_currency}, ${input.language}, ${isDemo}, ${now})`.execute(
      tx,
    )
    emit({
      type: 'identity.organization_created',
      documentType: 'organization',
      documentId: commandId,
      payload: { org_id: ctx.orgId, time_zone: input.time_zone, base_currency: input.base_currency, language: input.language },
    })
    return {
      id: ctx.orgId,
      name: input.name,
      slug,
      time_zone: input.time_zone,
      base_currency: input.base_currency,
      language: input.language,
      revenue_on: 'dispatch' as const,
      address: {},
      gs1_prefix: null,
      is_demo: isDemo,
    }
  },
})
