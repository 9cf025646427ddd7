import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound, versionConflict } from '../../../kernel/errors.ts'
import { exactly, ExpectedVersion, Uuid } from '../../../kernel/schema.ts'
import { adapterOf, carrierFields, type StoredCarrierRow } from '../carrier.ts'

/**
 * Changes a carrier; one that is not active is offered no more. Parcels keep what they have.
 * @throws `carriers.not_found`, `kernel.version_conflict`, `kernel.invalid_input`, `carriers.rate_table_invalid` (settings)
 */
export const updateCarrier = defineCommand({
  name: 'carriers.update_carrier',
  permission: 'carriers.manage',
  summary: 'Change a carrier',
  input: exactly({
    carrier_id: Uuid,
    expected_version: ExpectedVersion,
    name: Type.Optional(carrierFields.name),
    config: Type.Optional(carrierFields.config),
    tracking_url: Type.Optional(carrierFields.tracking_url),
    is_active: Type.Optional(Type.Boolean()),
  }),
  output: exactly({ id: Uuid, code: Type.String(), version: Type.Integer() }),
  errors: ['carriers.not_found', 'carriers.rate_table_invalid'],

  async run({ tx, ctx, emit }, { carrier_id, expected_version, ...changes }) {
    const { rows } = await sql<StoredCarrierRow>`
      select id, code, name, kind, config, tracking_url, is_active, version from carriers.carrier where org_id = ${ctx.orgId} and id = ${carrier_id} for update`.execute(
      tx,
    )
    const before = rows[0]
    if (before === undefined) throw notFound('carriers.carrier', carrier_id)
    if (expected_version !== undefined && expected_version !== before.version) throw versionConflict(expected_version, before.version)
    const after = { ...before, ...changes }
    adapterOf(after)
    await sql`
      update carriers.carrier set name = ${after.name}, config = ${JSON.stringify(after.config)}::jsonb, tracking_url = ${after.tracking_url}, is_active = ${after.is_active}, version = version + 1
       where org_id = ${ctx.orgId} and id = ${carrier_id}`.execute(tx)
    emit({ type: 'carriers.carrier_changed', documentType: 'carrier', documentId: carrier_id, payload: { ...changes } })
    return { id: carrier_id, code: before.code, version: before.version + 1 }
  },
})
