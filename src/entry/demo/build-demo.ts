import { join } from 'node:path'
import { sql } from 'kysely'
import { provisionOrganization } from '../../flows/provision-organization.ts'
import { instantOf, readAllRetailRows } from '../../flows/imports/online-retail/index.ts'
import { dayIn, fixedClock } from '../../kernel/clock.ts'
import { inGlobalTransaction } from '../../kernel/database.ts'
import type { System } from '../../kernel/runner.ts'
import type { BuildDemo } from '../demo-contract.ts'
import { DEMO, DEMO_PASSWORD, DEMO_USERS } from './demo-business.ts'
import { announceDeliveries } from './demo-goods.ts'
import { playDay } from './demo-day.ts'
import { type DemoPlan, planDemo } from './demo-plan.ts'
import { openSession } from './demo-session.ts'
import { setUpDemo } from './demo-setup.ts'
import { emptyState } from './demo-state.ts'

const DATA = join(import.meta.dirname, 'online-retail.csv.gz')

/** What progress counts up to; known before the data is read. */
const STEPS = 1000

/** So many first days are followed by new statistics, later ones once a week. */
const FRESH_DAYS = 8

/**
 * Builds the demo business: plans it from the real data, then does everything through the same commands as everyone's, day by day,
 * with the clock at the day it happened.
 */
export const buildDemo: BuildDemo = async (runtime, { days, onProgress }) => {
  onProgress?.(0, STEPS, 'reading the data')
  const plan = planDemo(await readAllRetailRows(DATA), days, dayIn(DEMO.timeZone, runtime.clock.now()))
  const start = instantOf(`${plan.days[0]?.day ?? plan.slice.firstDay} 07:00:00`)
  const clock = fixedClock(start)
  const { id: orgId } = await provisionOrganization(
    runtime.system,
    { clock, log: runtime.log },
    { name: DEMO.name, time_zone: DEMO.timeZone, base_currency: DEMO.baseCurrency, language: DEMO.language, is_demo: true },
  )
  // Nobody listens yet: the outbox reader finds the demo's events later, at its own pace.
  const quiet: System = { ...runtime.system, onCommit: () => undefined }
  const session = openSession(quiet, await runtime.contextOf(orgId), start)
  const total = workOf(plan)
  onProgress?.(0, STEPS, 'items and bins')
  const ground = await setUpDemo(session, plan)
  const state = emptyState(new Map(plan.history.orders.map((order) => [order.invoice, order.body.total])))
  let done = 0
  for (const [index, day] of plan.days.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- one day after another
    await playDay(session, { ground, state }, day)
    // Young tables grow by leaps here: without fresh statistics foreign-key checks keep plans made for empty tables.
    // oxlint-disable-next-line no-await-in-loop -- between two days
    if (index < FRESH_DAYS || index % 7 === 0) await refreshStatistics(runtime.system)
    done += workOfDay(day)
    onProgress?.(Math.floor((done * STEPS) / total), STEPS, day.day)
  }
  session.at(runtime.clock.now())
  await announceDeliveries(session, ground, plan.expected)
  onProgress?.(STEPS, STEPS, 'done')
  return { email: DEMO_USERS[0].email, password: DEMO_PASSWORD }
}

function refreshStatistics({ database }: System): Promise<unknown> {
  return inGlobalTransaction(database, (tx) => sql`select kernel.refresh_statistics()`.execute(tx))
}

function workOf(plan: DemoPlan): number {
  return plan.days.reduce((sum, day) => sum + workOfDay(day), 0)
}

/** Lines that a day moves: the measure of its work. */
function workOfDay(day: DemoPlan['days'][number]): number {
  const ordered = day.orders.reduce((sum, { order }) => sum + order.body.lines.length, 0)
  return ordered + day.receipts.reduce((sum, receipt) => sum + receipt.lines.length, 0) + 1
}
