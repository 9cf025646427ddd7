import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { checkRegion, Language, Organization, OrganizationAddress } from '../organization.ts'
import { readOrganization } from '../queries/get-organization.ts'

/**
 * Changes an organization's own data. The base currency stays: the books are kept in it.
 *
 * @throws `kernel.invalid_input` for an unknown time zone
 */
export const updateOrganization = defineCommand({
  name: 'identity.update_organization',
  permission: 'identity.manage_organization',
  summary: 'Change the organization',
  input: Type.Object(
    {
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      time_zone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      language: Type.Optional(Language),
      revenue_on: Type.Optional(
        Type.Enum(['dispatch', 'delivery'], {
          description: 'when a sale is earned, for what is sent from now on; channels may say otherwise',
        }),
      ),
      address: Type.Optional(OrganizationAddress),
      gs1_prefix: Type.Optional(Type.Union([Type.String({ pattern: '^[0-9]{4,12}$' }), Type.Null()])),
    },
    { additionalProperties: false, minProperties: 1 },
  ),
  output: Organization,
  async run({ tx, ctx, commandId, emit }, input) {
    checkRegion(input)
    const before = await readOrganization(tx)
    const after: Organization = { ...before, ...input }
    await sql`
      update identity.organization
         set name = ${after.name}, time_zone = ${after.time_zone}, language = ${after.language}, revenue_on = ${after.revenue_on},
             address = ${JSON.stringify(after.address)}::jsonb, gs1_prefix = ${after.gs1_prefix}
       where org_id = ${ctx.orgId}`.execute(tx)
    const { name: _name, address: _address, ...plain } = input
    emit({
      type: 'identity.organization_updated',
      documentType: 'organization',
      documentId: commandId,
      payload: { changed: Object.keys(input), ...plain },
      ...(input.name === undefined && input.address === undefined ? {} : { personal: { name: input.name, address: input.address } }),
    })
    return after
  },
})
