import { commandRoute, customRoute, queryRoute, type Route } from '../../kernel/http/index.ts'
import { runQuery } from '../../kernel/runner.ts'
import type { Query } from '../../kernel/command.ts'
import { createRule, deleteRule, orderRules, updateRule } from './commands/save-rule.ts'
import { checkRuleCondition, describeLanguage } from './queries/describe-language.ts'
import { dryRun } from './queries/dry-run.ts'
import { getRule, listRules } from './queries/list-rules.ts'
import { listRuns } from './queries/list-runs.ts'

const tag = 'Automation'
const showRule = { query: getRule, by: (written: { id: string }) => ({ rule_id: written.id }) }
const rule = {
  name: 'Hold large first orders',
  trigger: 'order_placed',
  condition: 'order.total > minor("500", order.currency) && order.customer.orders_count == 0',
  actions: [{ kind: 'hold', type: 'fraud', note: 'over 500 and the first order' }],
}

/** A question whose text is too long for an address: asked with POST, it changes nothing. */
function askRoute(query: Query, path: string, example: unknown): Route {
  return customRoute({
    method: 'POST',
    path,
    tag,
    status: 200,
    example,
    name: query.name,
    summary: query.summary,
    permission: query.permission,
    input: query.input,
    output: query.output,
    errors: query.errors,
    run: (call) => runQuery(call.system, call.ctx, query, call.input),
  })
}

/** Automation rules, their log and their trials over HTTP. */
export const automationRoutes: Route[] = [
  queryRoute(listRules, { path: '/v1/automation-rules', tag }),
  queryRoute(getRule, { path: '/v1/automation-rules/:rule_id', tag }),
  commandRoute(createRule, { method: 'POST', path: '/v1/automation-rules', tag, show: showRule, example: rule }),
  commandRoute(updateRule, { method: 'PATCH', path: '/v1/automation-rules/:rule_id', tag, show: showRule, example: { is_enabled: false } }),
  commandRoute(deleteRule, { method: 'DELETE', path: '/v1/automation-rules/:rule_id', tag }),
  commandRoute(orderRules, {
    method: 'PUT',
    path: '/v1/automation-rules/order',
    tag,
    example: { rule_ids: ['0193a6c0-0000-7000-8000-000000000001'] },
  }),
  askRoute(checkRuleCondition, '/v1/automation-rules/check', { trigger: rule.trigger, condition: rule.condition }),
  askRoute(dryRun, '/v1/automation-rules/dry-run', { trigger: rule.trigger, condition: rule.condition, days: 30 }),
  queryRoute(listRuns, { path: '/v1/automation-runs', tag }),
  queryRoute(describeLanguage, { path: '/v1/automation-language', tag }),
]
