import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { decodeCursor, encodeCursor } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { askRules } from '../ask-rules.ts'
import { badCondition } from '../automation.errors.ts'
import { checkCondition } from '../condition.ts'
import { eventColumns, loadFacts, occurrencesOf } from '../facts.repo.ts'
import { ruleFields } from '../rule-input.ts'
import { TRIGGERS } from '../trigger.ts'

/** Events looked at in one request: a long span is asked for in several, each beginning where the one before ended. */
const PART = 2000
const CHUNK = 500
/** Rows listed of one part. */
const MAX_LISTED = 200

const DryRunMatch = exactly({
  order_id: Uuid,
  order_number: Type.Integer(),
  at: Instant,
  customer_name: Type.String(),
  total: Type.Integer(),
  currency: Type.String(),
  changed_since: Type.Boolean({ description: 'the order was changed afterwards: lines and amounts are those of now' }),
  error: nullable(Type.String()),
})

/**
 * What a rule would have done with what happened in the last days. Reads only. Facts are those of the moment where they were recorded
 * with their time (payments, holds, tags, orders of the customer before); lines, amounts, addresses and shipments are as they are now.
 * @throws `kernel.invalid_input` for a condition that is none
 */
export const dryRun = defineQuery({
  name: 'automation.dry_run',
  permission: 'automation.read',
  summary: 'Try an automation rule on what happened',
  input: exactly({
    trigger: ruleFields.trigger,
    condition: ruleFields.condition,
    days: Type.Integer({ minimum: 1, maximum: 366 }),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  output: exactly({
    total: nullable(Type.Integer({ description: 'events in the span; given with the first part' })),
    looked_at: Type.Integer(),
    matched: Type.Integer(),
    failed: Type.Integer(),
    matches: Type.Array(DryRunMatch),
    next_cursor: nullable(Type.String()),
  }),

  async run({ tx, ctx, now }, { trigger, condition, days, cursor }) {
    const checked = checkCondition(trigger, condition)
    if (!checked.ok) throw badCondition(checked.problem)
    const rule = { id: '', version: 0, name: '', trigger, condition, actions: [], stop: false }
    const span = { orgId: ctx.orgId, types: TRIGGERS[trigger].events, since: new Date(now.getTime() - days * 86_400_000) }
    const [from] = decodeCursor(cursor, ['number']) ?? [0]
    const events = await readEvents(tx, span, Number(from))
    const matches: Static<typeof DryRunMatch>[] = []
    const counts = { matched: 0, failed: 0 }
    for (let begin = 0; begin < events.length; begin += CHUNK) {
      const occurrences = occurrencesOf(events.slice(begin, begin + CHUNK))
      // oxlint-disable-next-line no-await-in-loop -- one chunk after another, to bound memory
      const facts = await loadFacts(tx, ctx, occurrences)
      const verdicts = occurrences.flatMap((occurrence) => {
        const known = facts.get(occurrence.key)
        return known === undefined
          ? []
          : askRules([rule], trigger, occurrence, known).map(({ error }) => toMatch(occurrence, known.order, error))
      })
      counts.failed += verdicts.filter((match) => match.error !== null).length
      counts.matched += verdicts.filter((match) => match.error === null).length
      matches.push(...verdicts.slice(0, MAX_LISTED - matches.length))
    }
    await markChanged(tx, ctx.orgId, matches)
    const last = events.at(-1)
    return {
      total: cursor === undefined ? await countEvents(tx, span) : null,
      looked_at: events.length,
      ...counts,
      matches,
      next_cursor: events.length === PART && last !== undefined ? encodeCursor([last.seq]) : null,
    }
  },
})

interface Span {
  orgId: number
  types: readonly string[]
  since: Date
}

const inSpan = ({ orgId, types, since }: Span) => sql`e.org_id = ${orgId} and e.type = any(${types}::text[]) and e.recorded_at >= ${since}`

async function readEvents(tx: Tx, span: Span, afterSeq: number) {
  const { rows } = await sql<Parameters<typeof occurrencesOf>[0][number]>`
    select ${eventColumns} from kernel.event e where ${inSpan(span)} and e.seq > ${afterSeq} order by e.seq limit ${PART}`.execute(tx)
  return rows
}

async function countEvents(tx: Tx, span: Span): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::integer as count from kernel.event e where ${inSpan(span)}`.execute(tx)
  return rows[0]?.count ?? 0
}

function toMatch(
  { orderId, at }: { orderId: string; at: Date },
  order: { number: number; customer: { name: string }; total: number; currency: string },
  error: string | null,
): Static<typeof DryRunMatch> {
  return {
    order_id: orderId,
    order_number: order.number,
    at: at.toISOString(),
    customer_name: order.customer.name,
    total: order.total,
    currency: order.currency,
    changed_since: false,
    error,
  }
}

async function markChanged(tx: Tx, orgId: number, matches: Static<typeof DryRunMatch>[]): Promise<void> {
  const { rows } = await sql<{ id: string; changed_at: Date }>`
    select id, changed_at from orders.sales_order where org_id = ${orgId} and id = any(${matches.map((match) => match.order_id)}::uuid[]) and changed_at is not null`.execute(
    tx,
  )
  const changedAt = new Map(rows.map((row) => [row.id, row.changed_at.toISOString()]))
  for (const match of matches) match.changed_since = (changedAt.get(match.order_id) ?? '') > match.at
}
