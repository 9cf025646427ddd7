import { type RawBuilder, sql } from 'kysely'
import { beforeAll, expect, test, vi } from 'vitest'
import { takeNumbers } from '../../src/kernel/counter.ts'
import { inTransaction, type Tx } from '../../src/kernel/database.ts'
import { useApp } from '../support/app.ts'
import { line, openShop, type Shop } from '../support/shop.ts'

/**
 * Positions are locked before the counter of shipments, by everyone (docs/architecture.md, Locks): who waits for a position must not hold
 * the counter that the one with the position is about to want.
 */
const program = useApp()
let shop: Shop

beforeAll(async () => {
  shop = await openShop(program, [
    { sku: 'C', name: 'C', kind: 'stocked', tax_class: 'standard', price: { amount: 1000, scale: 2, currency: 'EUR' } },
  ])
  await shop.receive('W1', 'A', 40, 500)
})

/** A shipment of four pieces, picked, with one of its lines. */
async function picked(): Promise<{ shipment: string; shipmentLine: string }> {
  const order = await shop.place({ lines: [line('A', 4, 999)] })
  const shipment = await shop.shipmentOf(order)
  await shop.ready(shipment)
  const { lines } = await shop.shipment(shipment)
  return { shipment, shipmentLine: lines[0].id }
}

/** While somebody holds every position, `work` begins and waits; then that somebody takes the next number of a shipment, and gets it at once. */
async function expectNumberFree(work: () => Promise<unknown>): Promise<void> {
  const { database } = program.runtime.system
  let working: Promise<unknown> = Promise.resolve()
  const holder = inTransaction(database, shop.organizationId, async (tx) => {
    await sql`select 1 from inventory.stock_position where org_id = ${shop.organizationId} for update`.execute(tx)
    working = work()
    await waitedFor(tx)
    await sql`set local lock_timeout = '500ms'`.execute(tx)
    await takeNumbers(tx, shop.organizationId, 'shipment', 1)
    throw new Error('rolled back, so that no number is missing')
  })
  await expect(holder).rejects.toThrow('rolled back')
  await working
}

/** Until somebody waits for a lock. */
async function waitedFor(tx: Tx): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(tx)
      expect(rows).toHaveLength(1)
    },
    { timeout: 10_000 },
  )
}

test('a part that is shipped, a split and a void wait for goods before they take a number', async () => {
  const [shipped, split, voided] = [await picked(), await picked(), await picked()]
  await expectNumberFree(() => shop.ship(shipped.shipment, { lines: [{ shipment_line_id: shipped.shipmentLine, quantity: 1 }] }))
  await expectNumberFree(() =>
    shop.post(`/v1/shipments/${split.shipment}/split`, { lines: [{ line_id: split.shipmentLine, quantity: 1 }] }),
  )
  await shop.ship(voided.shipment)
  await expectNumberFree(() => shop.post(`/v1/shipments/${voided.shipment}/void`, { reason: 'wrong box' }))
  await shop.proves()
})

/**
 * While somebody holds a row, `work` begins and meets it; then that somebody wants what `work` took before, and gets it at once: whoever
 * found a row out of order gave back all it had.
 */
async function expectGivesWay(held: RawBuilder<unknown>, work: () => Promise<unknown>, wanted: RawBuilder<unknown>): Promise<void> {
  let working: Promise<unknown> = Promise.resolve()
  await inTransaction(program.runtime.system.database, shop.organizationId, async (tx) => {
    await held.execute(tx)
    working = work()
    await waitedFor(tx)
    await sql`set local lock_timeout = '500ms'`.execute(tx)
    expect((await wanted.execute(tx)).rows).toHaveLength(1)
  })
  await working
}

const shipmentRow = (id: string) =>
  sql`select from warehouse.shipment where org_id = ${shop.organizationId} and id = ${id}::uuid for update`
const positionRow = (sku: string, warehouse: string) =>
  sql`select from inventory.stock_position where org_id = ${shop.organizationId} and item_id = ${shop.items[sku]}::uuid and warehouse_id = ${warehouse}::uuid for update`
const scrap = (warehouse: string, sku: string, quantity: number) =>
  shop.post('/v1/adjustments', { warehouse_id: warehouse, kind: 'scrap', lines: [{ sku, location_code: 'A-1', quantity }] })

test('a fact that takes promised goods does not keep the goods while a picker has the shipment', async () => {
  await shop.receive('W1', 'B', 5, 500)
  const order = await shop.place({ lines: [line('B', 4, 999)] })
  const shipment = await shop.shipmentOf(order)
  await shop.ready(shipment)
  const { W1 } = shop.warehouses
  // 5 on hand, 4 of them promised and picked: the bin has one, so three of the promises are lost with what is scrapped from staging.
  const { data } = await shop.get(`/v1/locations?warehouse_id=${W1}`)
  const staging = (data as { code: string; role: string }[]).find(({ role }) => role === 'staging')?.code ?? ''
  await expectGivesWay(
    shipmentRow(shipment),
    () =>
      shop.post('/v1/adjustments', {
        warehouse_id: W1,
        kind: 'scrap',
        lines: [
          { sku: 'B', location_code: 'A-1', quantity: 1 },
          { sku: 'B', location_code: staging, quantity: 3 },
        ],
      }),
    positionRow('B', W1),
  )
  // 4 ordered; 5 - 4 = 1 is left to be promised, 3 wait.
  expect((await shop.order(order)).lines[0]).toMatchObject({ reserved: 1, backordered: 3 })
  await shop.proves()
})

test('a promise that was lost looks for goods elsewhere without keeping its own warehouse from others', async () => {
  const { W1, W2 } = shop.warehouses
  // The fact happens in the warehouse that comes later in lock order, and wants the earlier one.
  const [early, late] = W1 < W2 ? (['W1', 'W2'] as const) : (['W2', 'W1'] as const)
  await shop.receive(late, 'C', 3, 500)
  const order = await shop.place({ lines: [line('C', 3, 999)] })
  await shop.receive(early, 'C', 3, 500)
  await expectGivesWay(
    positionRow('C', shop.warehouses[early]),
    () => scrap(shop.warehouses[late], 'C', 2),
    positionRow('C', shop.warehouses[late]),
  )
  // Two were lost and found in the other warehouse.
  expect((await shop.order(order)).lines[0]).toMatchObject({ reserved: 3, backordered: 0 })
  await shop.proves()
})
