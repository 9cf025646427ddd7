import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { containing, decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly } from '../../../kernel/schema.ts'
import { PartyRow } from '../party.ts'

/** Parties by name. `q` looks into name, company, e-mail and external id. */
export const listParties = defineQuery({
  name: 'parties.list_parties',
  permission: 'parties.read',
  summary: 'List customers and suppliers',
  input: exactly({
    q: Type.Optional(Type.String({ maxLength: 200 })),
    kind: Type.Optional(Type.Enum(['customer', 'supplier'])),
    ...pageInput,
  }),
  output: pageOf(PartyRow),

  async run({ tx, ctx }, { q, kind, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const conditions = [sql`org_id = ${ctx.orgId}`]
    if (kind === 'customer') conditions.push(sql`is_customer`)
    if (kind === 'supplier') conditions.push(sql`is_supplier`)
    if (q !== undefined && q.trim() !== '') {
      const wanted = containing(q.trim())
      conditions.push(sql`(name ilike ${wanted} or company ilike ${wanted} or email ilike ${wanted} or external_id ilike ${wanted})`)
    }
    if (after !== null) conditions.push(sql`(name collate "und-x-icu", id) > (${after[0]}, ${after[1]}::uuid)`)
    const { rows } = await sql<PartyRow>`
      select id, name, company, email, phone, external_id, is_customer, is_supplier, version from parties.party
       where ${sql.join(conditions, sql` and `)} order by name collate "und-x-icu", id limit ${limit + 1}`.execute(tx)
    return toPage(rows, limit, (row) => [row.name, row.id])
  },
})
