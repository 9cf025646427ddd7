import { sql } from 'kysely'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { testContext } from '../../../test/support/system.ts'
import { useBusiness } from '../../../test/support/organization.ts'
import { fixedClock } from '../../kernel/clock.ts'
import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import { silentLog } from '../../kernel/log.ts'
import { runQuery } from '../../kernel/runner.ts'
import { listOrganizations, trustedContext } from '../../modules/identity/index.ts'
import { getTrialBalance } from '../../modules/ledger/index.ts'
import { verify } from '../../modules/reports/index.ts'
import { countShipmentSteps } from '../../modules/warehouse/index.ts'
import { buildDemo } from './build-demo.ts'

const system = useBusiness()
const clock = fixedClock(new Date('2026-11-22T12:00:00Z'))
let ctx: Context

beforeAll(async () => {
  const contextOf = (orgId: number) => trustedContext(system.database, { clock, log: silentLog }, orgId, 'system')
  await buildDemo({ system, clock, log: silentLog, contextOf }, { days: 4 })
  const demo = (await listOrganizations(system.database)).find(({ name }) => name === 'Demo Gift Shop')
  ctx = { ...testContext(), ...(await contextOf(demo?.org_id ?? 0)) }
}, 280_000)

describe('four days of the demo', () => {
  test('prove themselves, and no check is empty', async () => {
    // Rows are sealed once no older transaction of the whole server is open, and other test files have some.
    await vi.waitFor(
      async () => {
        const { ok, checks } = await verify(system, ctx)
        expect(checks.filter((check) => !check.ok || check.empty)).toEqual([])
        expect(ok).toBe(true)
      },
      { timeout: 100_000, interval: 100 },
    )
  }, 120_000)

  test('earn a gross margin between 30 and 60 %', async () => {
    const { accounts } = await runQuery(system, ctx, getTrialBalance, { on: '2026-11-22' })
    const net = (role: string): number =>
      accounts.filter((account) => account.role === role).reduce((sum, account) => sum + account.balance, 0)
    const revenue = -net('revenue')
    const cost = net('cost_of_goods_sold')
    expect(revenue).toBeGreaterThan(1_000_000)
    expect(cost / revenue).toBeGreaterThan(0.4)
    expect(cost / revenue).toBeLessThan(0.7)
  })

  test('cost by FIFO what an average would not', async () => {
    const { rows } = await readOnly(system.database, ctx, (tx) =>
      sql<{ differ: number; items: number }>`
        with average as (select item_id, warehouse_id, sum(value_minor) / sum(quantity) as cost from inventory.cost_layer where org_id = ${ctx.orgId} and source_type = 'goods_receipt' group by 1, 2),
        sold as (select l.item_id, l.warehouse_id, sum(u.quantity) as quantity, sum(u.value_minor) as value from inventory.cost_use u join inventory.cost_layer l on l.org_id = u.org_id and l.id = u.layer_id
                  where u.org_id = ${ctx.orgId} and u.kind = 'consumed' group by 1, 2)
        select count(*)::int as items, (count(*) filter (where abs(s.value - a.cost * s.quantity) >= 1))::int as differ from sold s join average a using (item_id, warehouse_id)`.execute(
        tx,
      ),
    )
    expect(rows[0]?.items).toBeGreaterThan(500)
    expect(rows[0]?.differ).toBeGreaterThan(200)
  })

  test('leave work at every step, and backorders', async () => {
    const steps = await readOnly(system.database, ctx, (tx) => countShipmentSteps(tx, ctx.orgId))
    for (const step of ['to_release', 'to_pick', 'to_pack', 'to_ship'] as const) expect(steps[step], step).toBeGreaterThan(10)
    const { rows } = await readOnly(system.database, ctx, (tx) =>
      sql<{ waiting: number }>`select count(*)::int as waiting from inventory.backorder where org_id = ${ctx.orgId}`.execute(tx),
    )
    expect(rows[0]?.waiting).toBeGreaterThan(0)
  })
})
