import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { TriggerName } from '../rule-input.ts'

const ActionResult = exactly({ kind: Type.String(), state: Type.Enum(['done', 'skipped', 'failed', 'pending']), detail: Type.String() })

const RunRow = exactly({
  id: Uuid,
  rule_id: Uuid,
  rule_version: Type.Integer(),
  rule_name: Type.String(),
  trigger: TriggerName,
  document_type: Type.String(),
  document_id: Uuid,
  order_id: nullable(Uuid),
  order_number: nullable(Type.Integer()),
  outcome: Type.Enum(['matched', 'failed']),
  error: nullable(Type.String()),
  results: Type.Array(ActionResult),
  ran_at: Instant,
})

/** What rules did, newest first: which version matched on which order, what each action did, what could not be worked out. */
export const listRuns = defineQuery({
  name: 'automation.list_runs',
  permission: 'automation.read',
  summary: 'List what automation rules did',
  input: exactly({
    rule_id: Type.Optional(Uuid),
    order_id: Type.Optional(Uuid),
    outcome: Type.Optional(Type.Enum(['matched', 'failed'])),
    ...pageInput,
  }),
  output: pageOf(RunRow),

  async run({ tx, ctx }, { limit = DEFAULT_LIMIT, cursor, rule_id, order_id, outcome }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const conditions: RawBuilder<unknown>[] = [sql`r.org_id = ${ctx.orgId}`]
    if (rule_id !== undefined) conditions.push(sql`r.rule_id = ${rule_id}::uuid`)
    if (order_id !== undefined) conditions.push(sql`r.order_id = ${order_id}::uuid`)
    if (outcome !== undefined) conditions.push(sql`r.outcome = ${outcome}`)
    if (after !== null)
      conditions.push(sql`(r.ran_at < ${after[0]}::timestamptz or (r.ran_at = ${after[0]}::timestamptz and r.id > ${after[1]}::uuid))`)
    const { rows } = await sql<Omit<Static<typeof RunRow>, 'ran_at'> & { ran_at: Date }>`
      select r.id, r.rule_id, r.rule_version, v.name as rule_name, r.trigger, r.document_type, r.document_id, r.order_id, o.number as order_number, r.outcome, r.error, r.results, r.ran_at
        from automation.rule_run r join automation.rule_version v on v.org_id = r.org_id and v.rule_id = r.rule_id and v.version = r.rule_version
        left join orders.sales_order o on o.org_id = r.org_id and o.id = r.order_id
       where ${sql.join(conditions, sql` and `)} order by r.ran_at desc, r.id limit ${limit + 1}`.execute(tx)
    return toPage(
      rows.map((row) => ({ ...row, ran_at: row.ran_at.toISOString() })),
      limit,
      (row) => [row.ran_at, row.id],
    )
  },
})
