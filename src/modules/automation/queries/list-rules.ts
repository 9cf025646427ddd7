import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import type { Tx } from '../../../kernel/database.ts'
import { notFound } from '../../../kernel/errors.ts'
import { pageOf } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { findActorNames } from '../../identity/index.ts'
import { MAX_RULES, ruleFields, RuleRow } from '../rule-input.ts'

async function readRules(tx: Tx, orgId: number, now: Date, ruleId: string | null): Promise<RuleRow[]> {
  const since = new Date(now.getTime() - 30 * 86_400_000)
  const { rows } = await sql<
    Omit<RuleRow, 'enabled_at' | 'created_at' | 'last_ran_at'> & { enabled_at: Date | null; created_at: Date; last_ran_at: Date | null }
  >`
    select r.id, r.name, r.trigger, r.condition, r.actions, r.stop, r.is_enabled, r.place, r.version, r.enabled_at, r.created_at, s.matched, s.failed, s.last_ran_at,
           (select coalesce(x.error, 'An action failed') from automation.rule_run x where x.org_id = r.org_id and x.rule_id = r.id and x.rule_version = r.version and x.ran_at >= ${since} and x.outcome = 'failed' order by x.ran_at desc, x.id limit 1) as last_error
      from automation.rule r cross join lateral (
        select count(*) filter (where x.outcome = 'matched')::integer as matched, count(*) filter (where x.outcome = 'failed')::integer as failed, max(x.ran_at) as last_ran_at
          from automation.rule_run x where x.org_id = r.org_id and x.rule_id = r.id and x.ran_at >= ${since}) s
     where r.org_id = ${orgId} and r.deleted_at is null and (${ruleId}::uuid is null or r.id = ${ruleId}::uuid) order by r.place, r.id limit ${MAX_RULES}`.execute(
    tx,
  )
  return rows.map((row) => ({
    ...row,
    enabled_at: row.enabled_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    last_ran_at: row.last_ran_at?.toISOString() ?? null,
  }))
}

/** Every rule in the order it is asked, with how often it matched and failed in the last 30 days; there are at most 100. */
export const listRules = defineQuery({
  name: 'automation.list_rules',
  permission: 'automation.read',
  summary: 'List automation rules',
  input: exactly({}),
  output: pageOf(RuleRow),
  run: async ({ tx, ctx, now }) => ({ data: await readRules(tx, ctx.orgId, now, null), next_cursor: null }),
})

const RuleVersion = exactly({ version: Type.Integer(), ...ruleFields, saved_at: Instant, saved_by: nullable(Type.String()) })

/**
 * A rule with its versions, newest first (the last 100).
 * @throws `automation.not_found`
 */
export const getRule = defineQuery({
  name: 'automation.get_rule',
  permission: 'automation.read',
  summary: 'Get an automation rule',
  input: exactly({ rule_id: Uuid }),
  output: exactly({ ...RuleRow.properties, versions: Type.Array(RuleVersion) }),
  errors: ['automation.not_found'],

  async run({ tx, ctx, now }, { rule_id }) {
    const [rule] = await readRules(tx, ctx.orgId, now, rule_id)
    if (rule === undefined) throw notFound('automation.rule', rule_id)
    const { rows } = await sql<RuleRow & { saved_at: Date; saved_by: string | null }>`
      select version, name, trigger, condition, actions, stop, is_enabled, saved_at, saved_by from automation.rule_version
       where org_id = ${ctx.orgId} and rule_id = ${rule_id}::uuid order by version desc limit 100`.execute(tx)
    const names = await findActorNames(
      tx,
      ctx.orgId,
      rows.flatMap((row) => row.saved_by ?? []),
    )
    return {
      ...rule,
      versions: rows.map((row) => ({
        ...row,
        saved_at: row.saved_at.toISOString(),
        saved_by: row.saved_by === null ? null : (names.get(row.saved_by) ?? null),
      })),
    }
  },
})
