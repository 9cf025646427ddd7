import { sql } from 'kysely'
import { beforeAll, expect, test, vi } from 'vitest'
import { takeNumbers } from '../../src/kernel/counter.ts'
import { inTransaction } from '../../src/kernel/database.ts'
import { useApp } from '../support/app.ts'
import { line, openShop, type Shop } from '../support/shop.ts'

/**
 * Positions are locked before the counter of shipments, by everyone (docs/architecture.md, Locks): who waits for a position must not hold
 * the counter that the one with the position is about to want.
 */
const program = useApp()
let shop: Shop

beforeAll(async () => {
  shop = await openShop(program)
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
    await vi.waitFor(async () => {
      const { rows } = await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(tx)
      expect(rows).toHaveLength(1)
    })
    await sql`set local lock_timeout = '500ms'`.execute(tx)
    await takeNumbers(tx, shop.organizationId, 'shipment', 1)
    throw new Error('rolled back, so that no number is missing')
  })
  await expect(holder).rejects.toThrow('rolled back')
  await working
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
