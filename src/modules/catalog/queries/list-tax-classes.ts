import { sql } from 'kysely'
import { defineQuery } from '../../../kernel/command.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly } from '../../../kernel/schema.ts'
import { TaxClass } from '../commands/create-tax-class.ts'

/** Tax classes by code. */
export const listTaxClasses = defineQuery({
  name: 'catalog.list_tax_classes',
  permission: 'catalog.read',
  summary: 'List tax classes',
  input: exactly(pageInput),
  output: pageOf(TaxClass),
  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string'])
    const { rows } = await sql<TaxClass>`
      select id, code, name, rate_ppm from catalog.tax_class
       where org_id = ${ctx.orgId} and ${after === null ? sql`true` : sql`code > ${after[0]}`} order by code limit ${limit + 1}`.execute(tx)
    return toPage(rows, limit, (row) => [row.code])
  },
})
