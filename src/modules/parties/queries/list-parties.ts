import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ListTotal, totalOf } from '../../../kernel/list-total.ts'
import { beginningWith, decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { searchCondition } from '../../../kernel/search.ts'
import { exactly } from '../../../kernel/schema.ts'
import { PartyRow } from '../party.ts'

const filters = {
  q: Type.Optional(Type.String({ maxLength: 200 })),
  kind: Type.Optional(Type.Enum(['customer', 'supplier'])),
}
const Filters = exactly(filters)

/** All that bounds the list, but the search. */
function conditionsOf(orgId: number, { kind }: Static<typeof Filters>): RawBuilder<unknown>[] {
  const conditions = [sql`org_id = ${orgId}`]
  if (kind === 'customer') conditions.push(sql`is_customer`)
  if (kind === 'supplier') conditions.push(sql`is_supplier`)
  return conditions
}

/** Ids of parties that a search finds, by each text at most so many; each branch is served by an index of its own. */
function matchingParties(orgId: number, text: string, atMost: number | null = null): RawBuilder<unknown> {
  return sql`select f.id from parties.find_by_text(${text.toLowerCase()}, ${atMost}) f(id)
    union all select id from parties.party where org_id = ${orgId} and external_id = ${text}`
}

/** The same asked of each party. */
function matchesItself(text: string): RawBuilder<unknown> {
  const beginning = beginningWith(text.toLowerCase())
  return sql`(lower(name) like ${beginning} or lower(regexp_replace(name, '^.*\\s', '')) like ${beginning} or lower(company) like ${beginning}
    or lower(email) like ${beginning} or external_id = ${text})`
}

/** Parties by name. `q` finds the beginning of name, of its last word, of company and e-mail, and an external id given whole. */
export const listParties = defineQuery({
  name: 'parties.list_parties',
  permission: 'parties.read',
  summary: 'List customers and suppliers',
  input: exactly({ ...filters, ...pageInput }),
  output: pageOf(PartyRow),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor, ...filter }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const conditions = conditionsOf(ctx.orgId, filter)
    const text = filter.q?.trim() ?? ''
    if (text !== '')
      conditions.push(
        await searchCondition(tx, {
          id: sql`id`,
          matching: (atMost) => matchingParties(ctx.orgId, text, atMost),
          itself: matchesItself(text),
        }),
      )
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
  run({ tx, ctx }, input) {
    const conditions = conditionsOf(ctx.orgId, input)
    const text = input.q?.trim() ?? ''
    if (text !== '') conditions.push(sql`id in (${matchingParties(ctx.orgId, text)})`)
    return totalOf(
      tx,
      sql`select null::bigint as amount, null::text as currency from parties.party where ${sql.join(conditions, sql` and `)}`,
    )
  },
})
