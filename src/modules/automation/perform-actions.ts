import type { HandlerRun } from '../../kernel/events.ts'
import { holdOrders, prioritizeOrders, releaseRuleHolds, tagOrders } from '../orders/index.ts'
import { choosePlannedCarrier } from '../warehouse/index.ts'
import { type Action, ACTION_ORDER, type ActionKind, type ActionResult, isAtOnce } from './action.ts'
import { routeOrder } from './route-order.ts'
import type { RuleRun } from './run.repo.ts'

/** Where the result of an action goes. */
interface Place {
  run: RuleRun
  place: number
}

/** One action to carry out. */
interface Step<K extends ActionKind = ActionKind> extends Place {
  action: Extract<Action, { kind: K }>
}

type State = [ActionResult['state'], string]

/** Carries out one kind of action over all steps of that kind; answers what each did. */
type Performer<K extends ActionKind> = (run: HandlerRun, steps: readonly Step<K>[]) => Promise<State[]>

/**
 * Carries out the actions of runs that have no result yet, kind by kind in the order of locks, set-based within a kind, and writes
 * the results into the runs. At once (in the transaction of the intake) only what may be done there; the rest becomes `pending`.
 */
export async function performActions(run: HandlerRun, runs: readonly RuleRun[], when: 'at_once' | 'after_commit'): Promise<void> {
  const steps = runs.flatMap((one) =>
    one.verdict.actions.map((action, place): Step => ({ run: one, place, action })).filter(({ place }) => isOpen(one.results[place])),
  )
  for (const step of steps) if (when === 'at_once' && !isAtOnce(step.action)) note(step, ['pending', 'after the order is taken in'])
  const due = steps.filter((step) => when === 'after_commit' || isAtOnce(step.action))
  for (const kind of ACTION_ORDER) {
    const ofKind = due.filter((step) => step.action.kind === kind)
    if (ofKind.length === 0) continue
    // oxlint-disable-next-line no-await-in-loop -- one kind after another, in the order of locks
    const states = await perform(run, kind, ofKind)
    ofKind.forEach((step, index) => note(step, states[index] ?? ['skipped', '']))
  }
}

function isOpen(result: ActionResult | undefined): boolean {
  return result === undefined || result.state === 'pending'
}

function note(step: Step, [state, detail]: State): void {
  step.run.results[step.place] = { kind: step.action.kind, state, detail }
}

function perform(run: HandlerRun, kind: ActionKind, steps: readonly Step[]): Promise<State[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the steps were chosen by this kind
  const of = PERFORMERS[kind] as unknown as Performer<ActionKind>
  return of(run, steps)
}

const orderOf = (step: Place): string => step.run.verdict.occurrence.orderId

/** The first step of each order decides; later rules have nothing left to decide. */
function firstOfOrder<S extends Place>(steps: readonly S[]): S[] {
  return [...new Map(steps.toReversed().map((step) => [orderOf(step), step])).values()]
}

function decided(steps: readonly Place[], changed: ReadonlySet<string>, words: { done: string; same: string }): State[] {
  const first = new Set(firstOfOrder(steps))
  return steps.map((step): State => {
    if (!first.has(step)) return ['skipped', 'a rule before this one decided']
    return changed.has(orderOf(step)) ? ['done', words.done] : ['skipped', words.same]
  })
}

const hold: Performer<'hold'> = async (run, steps) => {
  const held = await holdOrders(
    run,
    steps.map((step) => ({
      orderId: orderOf(step),
      type: step.action.type,
      note: [`Rule “${step.run.verdict.rule.name}”`, step.action.note ?? ''].filter((part) => part !== '').join(': '),
      ruleId: step.run.verdict.rule.id,
      releaseWhen: step.action.release_when ?? null,
    })),
  )
  return steps.map((step): State => (held.has(orderOf(step)) ? ['done', step.action.type] : ['skipped', 'already held by this rule']))
}

const releaseHold: Performer<'release_hold'> = async (run, steps) => {
  const states: State[] = []
  for (const step of steps) {
    // oxlint-disable-next-line no-await-in-loop -- after the commit there is one order at a time
    const released = await releaseRuleHolds(run, orderOf(step), step.action.type)
    states.push(released > 0 ? ['done', `${released}`] : ['skipped', 'no rule holds it for that'])
  }
  return states
}

const tag: Performer<'tag'> = async (run, steps) => {
  const changes = [...Map.groupBy(steps, orderOf)].map(([orderId, own]) => ({
    orderId,
    add: own.flatMap((step) => step.action.tags),
    remove: [],
  }))
  const changed = await tagOrders(run, changes)
  return steps.map((step): State => (changed.has(orderOf(step)) ? ['done', step.action.tags.join(', ')] : ['skipped', 'already tagged']))
}

const untag: Performer<'untag'> = async (run, steps) => {
  const changes = [...Map.groupBy(steps, orderOf)].map(([orderId, own]) => ({
    orderId,
    add: [],
    remove: own.flatMap((step) => step.action.tags),
  }))
  const changed = await tagOrders(run, changes)
  return steps.map((step): State => (changed.has(orderOf(step)) ? ['done', step.action.tags.join(', ')] : ['skipped', 'not tagged']))
}

const prioritize: Performer<'prioritize'> = async (run, steps) => {
  const changed = await prioritizeOrders(
    run,
    firstOfOrder(steps).map((step) => ({ orderId: orderOf(step), priority: step.action.priority })),
  )
  return decided(steps, new Set(changed.keys()), { done: 'changed', same: 'has that priority' })
}

const setCarrier: Performer<'set_carrier'> = async (run, steps) => {
  const changed = await choosePlannedCarrier(
    run.tx,
    run.ctx.orgId,
    firstOfOrder(steps).map((step) => ({
      orderId: orderOf(step),
      shipmentId: step.run.verdict.occurrence.shipmentId,
      carrierId: step.action.carrier_id,
      service: step.action.service ?? '',
    })),
  )
  for (const orderId of changed) run.emit({ type: 'automation.carrier_chosen', documentType: 'order', documentId: orderId, payload: {} })
  return decided(steps, changed, { done: 'chosen', same: 'no planned shipment' })
}

const route: Performer<'route'> = async (run, steps) => {
  const states = new Map<Place, State>()
  for (const step of firstOfOrder(steps))
    // oxlint-disable-next-line no-await-in-loop -- after the commit there is one order at a time
    states.set(step, await routeOrder(run, orderOf(step), step.action.warehouse_id))
  return steps.map((step) => states.get(step) ?? ['skipped', 'a rule before this one decided'])
}

const notify: Performer<'notify'> = (run, steps) => {
  for (const step of steps)
    run.emit({
      type: 'automation.notice_raised',
      documentType: 'order',
      documentId: orderOf(step),
      payload: {
        rule_id: step.run.verdict.rule.id,
        rule: step.run.verdict.rule.name,
        audience: step.action.audience,
        message: step.action.message,
        run_id: step.run.id,
      },
    })
  return Promise.resolve(steps.map((step): State => ['done', step.action.audience]))
}

const PERFORMERS: { [K in ActionKind]: Performer<K> } = {
  hold,
  release_hold: releaseHold,
  tag,
  untag,
  prioritize,
  set_carrier: setCarrier,
  route,
  notify,
}
