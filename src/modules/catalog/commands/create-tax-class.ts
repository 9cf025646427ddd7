import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { taxClassTaken } from '../catalog.errors.ts'

/** The tax an item carries unless an order says otherwise; `rate_ppm` in millionths, 200000 is 20 %. */
export const TaxClass = exactly({
  id: Uuid,
  code: Type.String({ pattern: '^[a-z0-9_]{1,40}$' }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  rate_ppm: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
})
export type TaxClass = Static<typeof TaxClass>

/**
 * Makes a tax class.
 * @throws `catalog.tax_class_taken` (conflict)
 */
export const createTaxClass = defineCommand({
  name: 'catalog.create_tax_class',
  permission: 'catalog.write',
  summary: 'Create a tax class',
  input: exactly({ code: TaxClass.properties.code, name: TaxClass.properties.name, rate_ppm: TaxClass.properties.rate_ppm }),
  output: TaxClass,
  errors: ['catalog.tax_class_taken'],
  constraints: { tax_class_org_id_code_key: taxClassTaken },
  async run({ tx, ctx, newId, emit }, { code, name, rate_ppm }) {
    const id = newId()
    await sql`insert into catalog.tax_class (org_id, id, code, name, rate_ppm) values (${ctx.orgId}, ${id}, ${code}, ${name}, ${rate_ppm})`.execute(
      tx,
    )
    emit({ type: 'catalog.tax_class_created', documentType: 'catalog.tax_class', documentId: id, payload: { code, name, rate_ppm } })
    return { id, code, name, rate_ppm }
  },
})
