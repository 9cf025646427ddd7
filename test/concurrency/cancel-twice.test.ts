import { type RawBuilder, sql } from 'kysely'
import { beforeAll, expect, test, vi } from 'vitest'
import { inTransaction } from '../../src/kernel/database.ts'
import { useApp } from '../support/app.ts'
import { line, openShop, type Shop } from '../support/shop.ts'

type Answer = Awaited<ReturnType<Shop['call']>>

/**
 * A cancellation decides by lines that it reads under the locks of shipments and positions. What stands on neither (a service whose goods
 * were canceled) is held by the order's lock alone, which comes last: what another took meanwhile must not be taken twice.
 */
const program = useApp()
let shop: Shop

beforeAll(async () => {
  const plain = { kind: 'stocked', tax_class: 'standard', price: { amount: 1000, scale: 2, currency: 'EUR' } }
  shop = await openShop(program, [
    { ...plain, sku: 'M', name: 'M' },
    { ...plain, sku: 'WRAP', name: 'Wrapping', kind: 'service' },
  ])
})

/** Holds rows until it is let go. */
async function hold(rows: RawBuilder<unknown>): Promise<() => Promise<void>> {
  const taken = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const holding = inTransaction(program.runtime.system.database, shop.organizationId, async (tx) => {
    await rows.execute(tx)
    taken.resolve()
    await end.promise
  })
  await taken.promise
  return async () => {
    end.resolve()
    await holding
  }
}

/** Until so many wait for locks. */
async function waiters(count: number): Promise<void> {
  const { database } = program.runtime.system
  await vi.waitFor(
    async () => {
      const { rows } = await inTransaction(database, null, (tx) =>
        sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(tx),
      )
      expect(rows).toHaveLength(count)
    },
    { timeout: 10_000 },
  )
}

/** An order of which only the service is left: its goods waited as a backorder, so nothing was planned, and were canceled. */
async function orderOfService(): Promise<string> {
  const order = await shop.place({ lines: [line('M', 1, 999), line('WRAP', 1, 100)] })
  await shop.post(`/v1/orders/${order}/cancellation`, {
    reason: 'changed mind',
    lines: [{ line_id: await shop.line(order, 'M'), quantity: 1 }],
  })
  expect((await shop.order(order)).shipments).toEqual([])
  return order
}

/** Sends both while the order is held, so that both have decided before either writes. */
async function race(order: string, one: () => Promise<Answer>, other: () => Promise<Answer>): Promise<Answer[]> {
  const free = await hold(sql`select from orders.sales_order where org_id = ${shop.organizationId} and id = ${order}::uuid for update`)
  const both = Promise.all([one(), other()])
  await waiters(2)
  await free()
  return both
}

function expectOneOf(answers: readonly Answer[], statuses: number[]): void {
  expect(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    answers.map(({ text }) => text).join('\n'),
  ).toEqual(statuses)
}

test('two cancel at once what stands on no shelf and no shipment: one does, the other is told that nothing is open', async () => {
  const order = await orderOfService()
  const cancel = () => shop.call('POST', `/v1/orders/${order}/cancellation`, { reason: 'changed mind' })
  expectOneOf(await race(order, cancel, cancel), [200, 422])
  const { lines } = await shop.order(order)
  expect((lines as { canceled: number }[]).map((one) => one.canceled)).toEqual([1, 1])
  await shop.proves()
}, 120_000)

test('two book at once that the channel rendered it: it is booked once', async () => {
  const order = await orderOfService()
  const lines = [{ line_id: await shop.line(order, 'WRAP'), quantity: 1 }]
  const book = () => shop.call('POST', `/v1/orders/${order}/elsewhere`, { lines })
  expectOneOf(await race(order, book, book), [200, 422])
  await shop.proves()
}, 120_000)
