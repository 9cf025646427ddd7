import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { adapterOf, CarrierCode, carrierFields } from '../carrier.ts'
import { carrierCodeTaken } from '../carriers.errors.ts'

/**
 * Adds a carrier. Its settings are checked as its kind needs them.
 * @throws `carriers.code_taken` (conflict), `kernel.invalid_input`, `carriers.rate_table_invalid` (settings)
 */
export const createCarrier = defineCommand({
  name: 'carriers.create_carrier',
  permission: 'carriers.manage',
  summary: 'Create a carrier',
  input: exactly({
    code: CarrierCode,
    kind: Type.Enum(['manual', 'table_rate']),
    name: carrierFields.name,
    config: carrierFields.config,
    tracking_url: Type.Optional(carrierFields.tracking_url),
  }),
  output: exactly({ id: Uuid, code: Type.String(), version: Type.Integer() }),
  errors: ['carriers.code_taken', 'carriers.rate_table_invalid'],
  constraints: { carrier_org_id_code_key: carrierCodeTaken },

  async run({ tx, ctx, now, newId, emit }, { code, kind, name, config, tracking_url }) {
    adapterOf({ kind, name, config, tracking_url: tracking_url ?? null })
    const id = newId()
    await sql`
      insert into carriers.carrier (org_id, id, code, name, kind, config, tracking_url, created_at)
      values (${ctx.orgId}, ${id}, ${code}, ${name}, ${kind}, ${JSON.stringify(config)}::jsonb, ${tracking_url ?? null}, ${now})`.execute(
      tx,
    )
    emit({ type: 'carriers.carrier_created', documentType: 'carrier', documentId: id, payload: { code, name, kind } })
    return { id, code, version: 1 }
  },
})
