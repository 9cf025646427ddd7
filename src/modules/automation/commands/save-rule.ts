import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { notFound, versionConflict } from '../../../kernel/errors.ts'
import { exactly, ExpectedVersion, Uuid } from '../../../kernel/schema.ts'
import { tooManyRules } from '../automation.errors.ts'
import { MAX_RULES, requireSound, type RuleContent, ruleFields } from '../rule-input.ts'

const Saved = exactly({ id: Uuid, version: Type.Integer() })

/**
 * Creates a rule, last among the others. It hears what happens from the moment it is on.
 * @throws `kernel.invalid_input` (condition with line and column, unknown warehouse or carrier), `automation.too_many_rules` (rule)
 */
export const createRule = defineCommand({
  name: 'automation.create_rule',
  permission: 'automation.manage',
  summary: 'Create an automation rule',
  input: exactly({ ...ruleFields, stop: Type.Optional(ruleFields.stop), is_enabled: Type.Optional(ruleFields.is_enabled) }),
  output: Saved,
  errors: ['automation.too_many_rules'],

  async run(run, { stop = false, is_enabled = true, ...input }) {
    const { tx, ctx } = run
    const rule: RuleContent = { ...input, stop, is_enabled }
    await requireSound(tx, ctx.orgId, rule)
    const id = run.newId()
    const { rows } = await sql<{ place: number; count: number }>`
      select coalesce(max(place), 0) + 1 as place, count(*) filter (where deleted_at is null)::integer as count from automation.rule where org_id = ${ctx.orgId}`.execute(
      tx,
    )
    const { place, count } = rows[0] ?? { place: 1, count: 0 }
    if (count >= MAX_RULES) throw tooManyRules(MAX_RULES)
    await sql`
      insert into automation.rule (org_id, id, name, trigger, condition, actions, stop, place, is_enabled, enabled_at, created_at)
      values (${ctx.orgId}, ${id}::uuid, ${rule.name}, ${rule.trigger}, ${rule.condition}, ${JSON.stringify(rule.actions)}::jsonb, ${stop}, ${place}, ${is_enabled}, ${is_enabled ? run.now : null}, ${run.now})`.execute(
      tx,
    )
    await keepVersion(run, id, 1, rule)
    run.emit({ type: 'automation.rule_created', documentType: 'automation_rule', documentId: id, payload: { ...rule, version: 1 } })
    return { id, version: 1 }
  },
})

/**
 * Changes a rule; each change is a new version, the earlier ones stay readable. Turned on (again), it hears what happens from then on.
 * @throws `automation.not_found`, `kernel.version_conflict`, `kernel.invalid_input` as {@link createRule}
 */
export const updateRule = defineCommand({
  name: 'automation.update_rule',
  permission: 'automation.manage',
  summary: 'Change an automation rule',
  input: exactly({
    rule_id: Uuid,
    expected_version: ExpectedVersion,
    name: Type.Optional(ruleFields.name),
    trigger: Type.Optional(ruleFields.trigger),
    condition: Type.Optional(ruleFields.condition),
    actions: Type.Optional(ruleFields.actions),
    stop: Type.Optional(ruleFields.stop),
    is_enabled: Type.Optional(ruleFields.is_enabled),
  }),
  output: Saved,
  errors: ['automation.not_found', 'kernel.version_conflict'],

  async run(run, { rule_id, expected_version, ...changes }) {
    const { tx, ctx } = run
    const { rows } = await sql<RuleContent & { version: number; enabled_at: Date | null }>`
      select name, trigger, condition, actions, stop, is_enabled, version, enabled_at from automation.rule where org_id = ${ctx.orgId} and id = ${rule_id}::uuid and deleted_at is null for update`.execute(
      tx,
    )
    const [before] = rows
    if (before === undefined) throw notFound('automation.rule', rule_id)
    if (expected_version !== undefined && expected_version !== before.version) throw versionConflict(expected_version, before.version)
    const { version, enabled_at, ...content } = before
    const rule: RuleContent = { ...content, ...changes }
    const changed = Object.entries(changes).filter(
      ([name, value]) => JSON.stringify(content[name as keyof RuleContent]) !== JSON.stringify(value),
    )
    if (changed.length === 0) return { id: rule_id, version }
    await requireSound(tx, ctx.orgId, rule)
    const enabledAt = rule.is_enabled && !content.is_enabled ? run.now : enabled_at
    await sql`
      update automation.rule set name = ${rule.name}, trigger = ${rule.trigger}, condition = ${rule.condition}, actions = ${JSON.stringify(rule.actions)}::jsonb, stop = ${rule.stop},
             is_enabled = ${rule.is_enabled}, enabled_at = ${enabledAt}, version = ${version + 1} where org_id = ${ctx.orgId} and id = ${rule_id}::uuid`.execute(
      tx,
    )
    await keepVersion(run, rule_id, version + 1, rule)
    run.emit({
      type: 'automation.rule_changed',
      documentType: 'automation_rule',
      documentId: rule_id,
      payload: { ...Object.fromEntries(changed), version: version + 1 },
    })
    return { id: rule_id, version: version + 1 }
  },
})

/**
 * Deletes a rule: it is asked no more and leaves the list. Its versions and what it did stay; holds it put stay until they are released.
 * @throws `automation.not_found`, `kernel.version_conflict`
 */
export const deleteRule = defineCommand({
  name: 'automation.delete_rule',
  permission: 'automation.manage',
  summary: 'Delete an automation rule',
  input: exactly({ rule_id: Uuid, expected_version: ExpectedVersion }),
  output: Saved,
  errors: ['automation.not_found', 'kernel.version_conflict'],

  async run(run, { rule_id, expected_version }) {
    const { tx, ctx } = run
    const { rows } = await sql<RuleContent & { version: number }>`
      select name, trigger, condition, actions, stop, is_enabled, version from automation.rule where org_id = ${ctx.orgId} and id = ${rule_id}::uuid and deleted_at is null for update`.execute(
      tx,
    )
    const [before] = rows
    if (before === undefined) throw notFound('automation.rule', rule_id)
    const { version, ...content } = before
    if (expected_version !== undefined && expected_version !== version) throw versionConflict(expected_version, version)
    await sql`
      update automation.rule set is_enabled = false, deleted_at = ${run.now}, version = ${version + 1} where org_id = ${ctx.orgId} and id = ${rule_id}::uuid`.execute(
      tx,
    )
    await keepVersion(run, rule_id, version + 1, { ...content, is_enabled: false })
    run.emit({
      type: 'automation.rule_deleted',
      documentType: 'automation_rule',
      documentId: rule_id,
      payload: { name: before.name, version: version + 1 },
    })
    return { id: rule_id, version: version + 1 }
  },
})

// oxlint-disable-next-line eslint/max-params -- who runs, which rule, which version, what it says
async function keepVersion(run: CommandRun, ruleId: string, version: number, rule: RuleContent): Promise<void> {
  await sql`
    insert into automation.rule_version (org_id, rule_id, version, name, trigger, condition, actions, stop, is_enabled, saved_at, saved_by)
    values (${run.ctx.orgId}, ${ruleId}::uuid, ${version}, ${rule.name}, ${rule.trigger}, ${rule.condition}, ${JSON.stringify(rule.actions)}::jsonb, ${rule.stop}, ${rule.is_enabled}, ${run.now}, ${run.ctx.actor.id}::uuid)`.execute(
    run.tx,
  )
}

/**
 * Says in which order rules are asked: those named first, in this order, the others after them as they were.
 * @throws `automation.not_found` for an unknown rule
 */
export const orderRules = defineCommand({
  name: 'automation.order_rules',
  permission: 'automation.manage',
  summary: 'Set the order in which automation rules are asked',
  input: exactly({ rule_ids: Type.Array(Uuid, { minItems: 1, maxItems: MAX_RULES, uniqueItems: true }) }),
  output: exactly({ rule_ids: Type.Array(Uuid) }),
  errors: ['automation.not_found'],

  async run(run, { rule_ids }) {
    const { tx, ctx } = run
    const { rows } = await sql<{
      id: string
    }>`select id from automation.rule where org_id = ${ctx.orgId} and deleted_at is null order by place, id for update`.execute(tx)
    const known = rows.map((row) => row.id)
    const unknown = rule_ids.find((id) => !known.includes(id))
    if (unknown !== undefined) throw notFound('automation.rule', unknown)
    const order = [...rule_ids, ...known.filter((id) => !rule_ids.includes(id))]
    await sql`
      update automation.rule r set place = n.place from unnest(${order}::uuid[]) with ordinality as n(id, place) where r.org_id = ${ctx.orgId} and r.id = n.id`.execute(
      tx,
    )
    for (const [index, id] of order.entries())
      if (known[index] !== id)
        run.emit({ type: 'automation.rule_moved', documentType: 'automation_rule', documentId: id, payload: { place: index + 1 } })
    return { rule_ids: order }
  },
})
