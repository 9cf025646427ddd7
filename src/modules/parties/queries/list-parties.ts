import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ListTotal, totalOf } from '../../../kernel/list-total.ts'
import { containing, decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly } from '../../../kernel/schema.ts'
import { PartyRow } from '../party.ts'

const filters = {
  q: Type.Optional(Type.String({ maxLength: 200 })),
  kind: Type.Optional(Type.Enum(['customer', 'supplier'])),
}
const Filters = exactly(filters)

function conditionsOf(orgId: number, { q, kind }: Static<typeof Filters>): RawBuilder<unknown>[] {
  const conditions = [sql`org_id = ${orgId}`]
  if (kind === 'customer') conditions.push(sql`is_customer`)
  if (kind === 'supplier') conditions.push(sql`is_supplier`)
  if (q !== undefined && q.trim() !== '') {
    const wanted = containing(q.trim())
    conditions.push(sql`(name ilike ${wanted} or company ilike ${wanted} or email ilike ${wanted} or external_id ilike ${wanted})`)
  }
  return conditions
}

/** Parties by name. `q` looks into name, company, e-mail and external id. */
export const listParties = defineQuery({
  name: 'parties.list_parties',
  permission: 'parties.read',
  summary: 'List customers and suppliers',
  input: exactly({ ...filters, ...pageInput }),
  output: pageOf(PartyRow),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor, ...filter }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const conditions = conditionsOf(ctx.orgId, filter)
    if (after !== null) conditions.push(sql`(name collate "und-x-icu", id) > (${after[0]}, ${after[1]}::uuid)`)
    const { rows } = await sql<PartyRow>`
      select id, name, company, email, phone, external_id, is_customer, is_supplier, version from parties.party
       where ${sql.join(conditions, sql` and `)} order by name collate "und-x-icu", id limit ${limit + 1}`.execute(tx)
    return toPage(rows, limit, (row) => [row.name, row.id])
  },
})

/** How many parties a filter finds. */
export const totalParties = defineQuery({
  name: 'parties.total_parties',
  permission: 'parties.read',
  summary: 'Count the customers and suppliers that a filter finds',
  input: Filters,
  output: ListTotal,
  run: ({ tx, ctx }, input) =>
    totalOf(
      tx,
      sql`select null::bigint as amount, null::text as currency from parties.party where ${sql.join(conditionsOf(ctx.orgId, input), sql` and `)}`,
    ),
})
