/** The room of automation: rules "when this happens, if that holds, then do it", their versions and what they did. */

export { askOnPlacement, foreseePlacement } from './ask-on-placement.ts'
export { automationRoutes } from './automation.routes.ts'
export { chooseAskable } from './choose-askable.ts'
export { askRulesAfterEvent } from './commands/ask-rules-after-event.ts'
export { createRule, updateRule } from './commands/save-rule.ts'
export { dryRun } from './queries/dry-run.ts'
export { listRuns } from './queries/list-runs.ts'
export { HEARD_EVENTS } from './trigger.ts'
