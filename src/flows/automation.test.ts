import { sql } from 'kysely'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reportsChecks } from '../../test/support/checks.ts'
import { createTestItems, openBusiness, openWarehouse, receiveStock, useBusiness } from '../../test/support/organization.ts'
import { refusalOf } from '../../test/support/system.ts'
import type { Context } from '../kernel/context.ts'
import { readOnly } from '../kernel/database.ts'
import { readEvents } from '../kernel/outbox-delivery.ts'
import { runBatch, runCommand, runQuery } from '../kernel/runner.ts'
import { createRule, dryRun, HEARD_EVENTS, listRuns, updateRule } from '../modules/automation/index.ts'
import { getOrder, placeOrders, recordPayment } from '../modules/orders/index.ts'
import { listShipments, releaseShipments } from '../modules/warehouse/index.ts'
import { automationConsumer } from './automation.ts'

const system = useBusiness()
const shipTo = { name: 'Ana Petrović', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }

function order(quantity: number, fields: object = {}): Record<string, unknown> {
  return { channel: 'manual', currency: 'EUR', ship_to: shipTo, lines: [{ sku: 'A', quantity }], ...fields }
}

/** A business with 1000 pieces of A (10.00 EUR each) in W1. */
async function business(): Promise<Context> {
  const ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(system, ctx, [{ sku: 'A', weight_g: 250 }])
  await receiveStock(system, ctx, 'W1', { A: 1000 })
  return ctx
}

async function place(ctx: Context, ...orders: unknown[]): Promise<string[]> {
  const outcomes = await runBatch(system, ctx, placeOrders, orders)
  return outcomes.map((outcome) => {
    if (!outcome.ok) throw outcome.error
    return outcome.value.id
  })
}

const rule = (ctx: Context, condition: string, actions: object[], fields: object = {}) =>
  runCommand(system, ctx, createRule, { name: `Rule ${condition}`.slice(0, 100), trigger: 'order_placed', condition, actions, ...fields })

const show = (ctx: Context, id: string) => runQuery(system, ctx, getOrder, { order_id: id })
const runsOf = async (ctx: Context, orderId: string) => (await runQuery(system, ctx, listRuns, { order_id: orderId })).data

async function release(ctx: Context): Promise<boolean[]> {
  const { data } = await runQuery(system, ctx, listShipments, { status: 'planned', limit: 200 })
  if (data.length === 0) return []
  const { outcomes } = await runCommand(system, ctx, releaseShipments, { shipment_ids: data.map((shipment) => shipment.id) })
  return outcomes.map((outcome) => outcome.ok)
}

/** Delivers every event of the organization to the automation, as the outbox does, `times` over. */
async function deliver(ctx: Context, times = 1): Promise<void> {
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{
      seq: number
    }>`select seq from kernel.event where org_id = ${ctx.orgId} and type = any(${HEARD_EVENTS}::text[]) order by seq`.execute(tx),
  )
  for (let time = 0; time < times; time += 1)
    for (const event of await readEvents(
      system.database,
      ctx.orgId,
      rows.map((row) => row.seq),
    ))
      await automationConsumer.handle(system, ctx, event)
}

test('a prepaid order is held in the transaction that takes it in, and let go when it is paid', async () => {
  const ctx = await business()
  await rule(
    ctx,
    'order.payment_terms == "prepaid" && order.payment_status != "paid"',
    [{ kind: 'hold', type: 'payment', release_when: 'paid' }],
    {
      name: 'Prepaid',
    },
  )
  // 2 × 10.00 = 20.00 EUR each: unpaid; paid at intake; on account.
  const [unpaid = '', paid = '', account = ''] = await place(
    ctx,
    order(2, { payment_terms: 'prepaid' }),
    order(2, { payment_terms: 'prepaid', payments: [{ kind: 'captured', amount: 2000, reference: 'p-1' }] }),
    order(2, { payment_terms: 'on_account' }),
  )
  const { data: planned } = await runQuery(system, ctx, listShipments, { order_id: unpaid })
  expect(planned.map((shipment) => shipment.held)).toEqual([true])
  expect((await show(ctx, unpaid)).holds).toMatchObject([{ type: 'payment', note: 'Rule “Prepaid”', released_at: null }])
  expect((await show(ctx, paid)).holds).toEqual([])
  expect((await show(ctx, account)).holds).toEqual([])
  expect((await release(ctx)).filter(Boolean)).toHaveLength(2)
  // 19.99 of 20.00 is not paid.
  await runCommand(system, ctx, recordPayment, { order_id: unpaid, kind: 'captured', amount: 1999, reference: 'c-1' })
  await deliver(ctx, 2)
  expect((await show(ctx, unpaid)).holds[0]?.released_at).toBeNull()
  await runCommand(system, ctx, recordPayment, { order_id: unpaid, kind: 'captured', amount: 1, reference: 'c-2' })
  await deliver(ctx, 2)
  expect((await show(ctx, unpaid)).holds[0]?.released_at).not.toBeNull()
  expect(await release(ctx)).toEqual([true])
  expect(await runsOf(ctx, unpaid)).toMatchObject([{ outcome: 'matched', results: [{ kind: 'hold', state: 'done', detail: 'payment' }] }])
  expect(await reportsChecks(system, ctx)).toEqual([])
})

test('all actions of the intake: hold, tag, priority, carrier at once; a notice after the commit, once', async () => {
  const ctx = await business()
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ id: string }>`select id from carriers.carrier where org_id = ${ctx.orgId} limit 1`.execute(tx),
  )
  const carrierId = rows[0]?.id ?? ''
  await rule(ctx, 'order.quantity >= 3 && order.weight_g == 750', [
    { kind: 'notify', audience: 'support', message: 'Look at it' },
    { kind: 'tag', tags: ['heavy', 'vip'] },
    { kind: 'set_carrier', carrier_id: carrierId, service: 'express' },
    { kind: 'prioritize', priority: 5 },
    { kind: 'hold', type: 'fraud' },
  ])
  const [small = '', big = ''] = await place(ctx, order(1), order(3, { tags: ['vip'] }))
  expect(await runsOf(ctx, small)).toEqual([])
  const states = async () => (await runsOf(ctx, big))[0]?.results.map((result) => `${result.kind} ${result.state}`)
  expect(await states()).toEqual(['notify pending', 'tag done', 'set_carrier done', 'prioritize done', 'hold done'])
  const taken = await show(ctx, big)
  expect(taken).toMatchObject({ tags: ['vip', 'heavy'], priority: 5 })
  const { data: shipments } = await runQuery(system, ctx, listShipments, { order_id: big })
  expect(shipments).toMatchObject([{ priority: 5, held: true }])
  await deliver(ctx, 3)
  expect(await states()).toEqual(['notify done', 'tag done', 'set_carrier done', 'prioritize done', 'hold done'])
  const { rows: notices } = await readOnly(system.database, ctx, (tx) =>
    sql<{
      message: string
    }>`select payload->>'message' as message from kernel.event where org_id = ${ctx.orgId} and type = 'automation.notice_raised'`.execute(
      tx,
    ),
  )
  expect(notices).toEqual([{ message: 'Look at it' }])
  expect(await reportsChecks(system, ctx)).toEqual([])
})

test('rules are asked in order; stop ends the asking; a condition that fails stops nothing and is shown', async () => {
  const ctx = await business()
  await rule(ctx, 'order.lines[3].sku == "B"', [{ kind: 'tag', tags: ['never'] }], { name: 'Broken' })
  await rule(
    ctx,
    'true',
    [
      { kind: 'tag', tags: ['first'] },
      { kind: 'prioritize', priority: 1 },
    ],
    { name: 'First' },
  )
  await rule(
    ctx,
    'order.tags == []',
    [
      { kind: 'tag', tags: ['second'] },
      { kind: 'prioritize', priority: 2 },
    ],
    { name: 'Second', stop: true },
  )
  await rule(ctx, 'true', [{ kind: 'tag', tags: ['third'] }], { name: 'Third' })
  const [id = ''] = await place(ctx, order(1))
  // Conditions see the order before any rule acted, so Second still sees no tags.
  expect(await show(ctx, id)).toMatchObject({ tags: ['first', 'second'], priority: 1 })
  const runs = await runsOf(ctx, id)
  expect(runs.map((run) => `${run.rule_name} ${run.outcome}`).toSorted()).toEqual(['Broken failed', 'First matched', 'Second matched'])
  expect(runs.find((run) => run.outcome === 'failed')?.error).toContain('index')
  expect(runs.find((run) => run.rule_name === 'Second')?.results[1]).toMatchObject({ kind: 'prioritize', state: 'skipped' })
})

test('after the commit: once an event, however often it is delivered, only since the rule is on, and never set off by rules', async () => {
  const ctx = await business()
  const [before = ''] = await place(ctx, order(1))
  const { id } = await rule(
    ctx,
    'event.kind == "captured" && event.amount >= 500',
    [
      { kind: 'hold', type: 'manual' },
      { kind: 'tag', tags: ['paid'] },
    ],
    {
      trigger: 'payment_recorded',
    },
  )
  const pay = (orderId: string, reference: string) =>
    runCommand(system, ctx, recordPayment, { order_id: orderId, kind: 'captured', amount: 500, reference })
  await pay(before, 'a')
  await deliver(ctx, 3)
  expect((await show(ctx, before)).holds).toHaveLength(1)
  expect(await runsOf(ctx, before)).toHaveLength(1)
  // A second capture is another event; the rule's hold is still open, so it is not put twice.
  await pay(before, 'b')
  await deliver(ctx, 2)
  expect((await show(ctx, before)).holds).toHaveLength(1)
  expect((await runsOf(ctx, before)).map((run) => run.results.map((result) => result.state).join())).toEqual([
    'skipped,skipped',
    'done,done',
  ])
  await runCommand(system, ctx, updateRule, { rule_id: id, is_enabled: false })
  await pay(before, 'c')
  await runCommand(system, ctx, updateRule, { rule_id: id, is_enabled: true })
  await deliver(ctx)
  expect(await runsOf(ctx, before)).toHaveLength(2)
})

test('a dry run lists exactly the orders that the rule acted on when they came in', async () => {
  const ctx = await business()
  const condition =
    'order.total > minor("25", "EUR") && order.customer.orders_count == 0 && order.payment_status == "unpaid" && !("big" in order.tags)'
  await rule(ctx, condition, [
    { kind: 'hold', type: 'fraud' },
    { kind: 'tag', tags: ['big'] },
  ])
  const customer = (email: string) => ({ customer: { name: 'N', email } })
  // a: first order, 30.00: held. b: 20.00: not. a again: second order: not. c: paid at intake: not. d, e: held.
  const ids = await place(
    ctx,
    order(3, customer('a@x.rs')),
    order(2, customer('b@x.rs')),
    order(3, customer('A@x.rs')),
    order(4, { ...customer('c@x.rs'), payments: [{ kind: 'captured', amount: 4000, reference: 'r' }] }),
  )
  ids.push(...(await place(ctx, order(5, customer('d@x.rs')))), ...(await place(ctx, order(6))))
  // What comes later does not change what was: d pays.
  await runCommand(system, ctx, recordPayment, { order_id: ids[4], kind: 'captured', amount: 5000, reference: 'late' })
  const acted: string[] = []
  for (const id of ids) if ((await show(ctx, id)).holds.length > 0) acted.push(id)
  expect(acted).toEqual([ids[0], ids[4], ids[5]])
  const tried = await runQuery(system, ctx, dryRun, { trigger: 'order_placed', condition, days: 1 })
  expect(tried).toMatchObject({ total: 6, looked_at: 6, matched: 3, failed: 0, next_cursor: null })
  expect(tried.matches.map((match) => match.order_id)).toEqual(acted)
})

test('an order is routed to the warehouse a rule names, if that has the goods; otherwise it stays and the log says why', async () => {
  const ctx = await business()
  const second = await openWarehouse(system, ctx, 'W2', { country: 'HR' })
  await receiveStock(system, ctx, 'W2', { A: 5 })
  await rule(ctx, 'order.country == "RS"', [{ kind: 'route', warehouse_id: second }])
  // W2 has 5: the first order of 3 goes there, 2 are left, so the second order of 3 stays in W1.
  const [first = '', other = ''] = await place(ctx, order(3), order(3))
  const warehousesOf = async (id: string) =>
    (await runQuery(system, ctx, listShipments, { order_id: id })).data
      .filter((shipment) => shipment.status === 'planned')
      .map((shipment) => shipment.warehouse_id === second)
  expect(await warehousesOf(first)).toEqual([false])
  await deliver(ctx, 2)
  expect(await warehousesOf(first)).toEqual([true])
  expect(await warehousesOf(other)).toEqual([false])
  expect((await runsOf(ctx, first))[0]?.results).toMatchObject([{ kind: 'route', state: 'done' }])
  expect((await runsOf(ctx, other))[0]?.results).toMatchObject([{ kind: 'route', state: 'failed' }])
  expect(await reportsChecks(system, ctx)).toEqual([])
})

test('one event told by two workers at once acts once; a crash in between leaves nothing behind', async () => {
  const ctx = await business()
  await rule(
    ctx,
    'true',
    [
      { kind: 'tag', tags: ['paid'] },
      { kind: 'notify', audience: 'support', message: 'Paid' },
    ],
    { trigger: 'payment_recorded' },
  )
  const [id = ''] = await place(ctx, order(1))
  await runCommand(system, ctx, recordPayment, { order_id: id, kind: 'captured', amount: 1000, reference: 'once' })
  // The first try dies before its commit: the handler of the tag's event throws.
  const crash = new Error('the process dies')
  const dying = { ...system, database: system.database, handlers: new Map([['orders.order_tagged', () => Promise.reject(crash)]]) }
  const seqs = await readOnly(system.database, ctx, (tx) =>
    sql<{ seq: number }>`select seq from kernel.event where org_id = ${ctx.orgId} and type = 'orders.payment_recorded'`.execute(tx),
  )
  const [event] = await readEvents(
    system.database,
    ctx.orgId,
    seqs.rows.map((row) => row.seq),
  )
  if (event === undefined) throw new Error('no event')
  await expect(automationConsumer.handle(dying, ctx, event)).rejects.toThrow('the process dies')
  expect(await runsOf(ctx, id)).toEqual([])
  expect((await show(ctx, id)).tags).toEqual([])
  await Promise.all([1, 2, 3, 4].map(() => automationConsumer.handle(system, ctx, event)))
  expect(await runsOf(ctx, id)).toHaveLength(1)
  const notices = await readOnly(system.database, ctx, (tx) =>
    sql`select from kernel.event where org_id = ${ctx.orgId} and type = 'automation.notice_raised'`.execute(tx),
  )
  expect(notices.rows).toHaveLength(1)
})

test('a rule that could not run is refused with the place of the mistake', async () => {
  const ctx = await business()
  const bad = await refusalOf(rule(ctx, 'order.total >\n order.totl', [{ kind: 'hold', type: 'fraud' }]))
  expect(bad.fields).toMatchObject([{ pointer: '/condition', code: 'condition', message: expect.stringContaining('line 2, column 8') }])
  const away = await refusalOf(rule(ctx, 'true', [{ kind: 'route', warehouse_id: ctx.actor.id }]))
  expect(away.fields).toMatchObject([{ pointer: '/actions/0/warehouse_id', code: 'unknown_warehouse' }])
  const viewer = { ...ctx, may: (permission: string) => permission === 'automation.read' }
  expect((await refusalOf(rule(viewer, 'true', [{ kind: 'hold', type: 'fraud' }]))).code).toBe('kernel.forbidden')
})

test('rules on and off, orders and payments in any order: every number still proves itself', async () => {
  const ctx = await business()
  const kinds = [
    { kind: 'hold', type: 'payment', release_when: 'paid' },
    { kind: 'hold', type: 'fraud' },
    { kind: 'tag', tags: ['t'] },
    { kind: 'untag', tags: ['t'] },
    { kind: 'prioritize', priority: 7 },
    { kind: 'release_hold', type: 'fraud' },
  ]
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('place' as const),
        quantities: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('rule' as const),
        action: fc.constantFrom(...kinds),
        trigger: fc.constantFrom('order_placed', 'payment_recorded', 'shipment_planned'),
        above: fc.integer({ min: 0, max: 5000 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('pay' as const), which: fc.nat(20), amount: fc.integer({ min: 1, max: 20_000 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('deliver' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('off' as const), which: fc.nat(20) }) },
  )
  const placed: string[] = []
  const rules: string[] = []
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
      for (const one of steps) {
        const orderId = placed[('which' in one ? one.which : 0) % Math.max(1, placed.length)]
        const ruleId = rules[('which' in one ? one.which : 0) % Math.max(1, rules.length)]
        if (one.do === 'place') placed.push(...(await place(ctx, ...one.quantities.map((quantity) => order(quantity)))))
        if (one.do === 'rule') rules.push((await rule(ctx, `order.total > ${one.above}`, [one.action], { trigger: one.trigger })).id)
        if (one.do === 'pay' && orderId !== undefined)
          await runCommand(system, ctx, recordPayment, { order_id: orderId, kind: 'captured', amount: one.amount })
        if (one.do === 'deliver') await deliver(ctx)
        if (one.do === 'release') await release(ctx)
        if (one.do === 'off' && ruleId !== undefined) await runCommand(system, ctx, updateRule, { rule_id: ruleId, is_enabled: false })
      }
      await deliver(ctx)
      expect(await reportsChecks(system, ctx)).toEqual([])
    }),
    { numRuns: 6 },
  )
}, 120_000)
