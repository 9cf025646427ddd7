import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { inTransaction, openDatabase } from '../../src/kernel/database.ts'
import type { CheckResult } from '../../src/kernel/verify.ts'
import { verifyBilling } from '../../src/modules/billing/index.ts'
import { verifyOrders } from '../../src/modules/orders/index.ts'
import { verifyWarehouse } from '../../src/modules/warehouse/index.ts'
import { useApp } from '../support/app.ts'
import { line, openShop, type Shop } from '../support/shop.ts'

/**
 * Sent by the channel, lost and found, and earned on delivery: what the checks of `verify` see when their rows are broken by hand. One order
 * of each: 2 of A sent elsewhere; 2 of A lost, of which 1 arrived and 1 came back; 1 of A on its way, not earned yet.
 */
const program = useApp()
let shop: Shop

/** Ends the transaction that broke something. */
class TakenBack extends Error {}

beforeAll(async () => {
  shop = await openShop(program)
  await shop.receive('W1', 'A', 9, 400)
  const outside = await shop.place({ lines: [line('A', 2, 1000)] })
  await shop.post(`/v1/orders/${outside}/elsewhere`, { lines: [{ line_id: await shop.line(outside, 'A'), quantity: 2 }] })
  const lost = await shop.place({ lines: [line('A', 2, 1000)] })
  await shop.sendAll(lost)
  const shipment = await shop.shipmentOf(lost)
  const [row] = (await shop.shipment(shipment)).lines
  const { carrier_claim_id } = await shop.post(`/v1/shipments/${shipment}/lost`, { reason: 'gone' })
  const lines = [{ line_id: row.id, quantity: 1 }]
  await shop.post(`/v1/carrier-claims/${carrier_claim_id}/finding`, { outcome: 'delivered', lines })
  await shop.post(`/v1/carrier-claims/${carrier_claim_id}/finding`, { outcome: 'returned', lines })
  await shop.patch('/v1/organization', { revenue_on: 'delivery' })
  await shop.sendAll(await shop.place({ lines: [line('A', 1, 1000)] }))
})

async function faultsWhen(statement: string): Promise<string[]> {
  const owner = openDatabase(program.ownerUrl, { maxConnections: 1 })
  let checks: CheckResult[] = []
  try {
    await inTransaction(owner, shop.organizationId, async (tx) => {
      await sql.raw(statement).execute(tx)
      const orgId = shop.organizationId
      checks = [...(await verifyOrders(tx, orgId)), ...(await verifyWarehouse(tx, orgId)), ...(await verifyBilling(tx, orgId))]
      throw new TakenBack()
    })
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error
  } finally {
    await owner.close()
  }
  return [...new Set(checks.flatMap((check) => (check.counterexample === null ? [] : [check.id])))]
}

test('nothing broken: no fault', async () => {
  await shop.proves()
  expect(await faultsWhen('select 1')).toEqual([])
})

test.each([
  [
    'a unit sent elsewhere that no shipment has',
    "update warehouse.shipment_line set shipped_quantity = 1, quantity = 1 where supply = 'elsewhere'",
    'V5',
  ],
  ['goods sent elsewhere taken for ours', "update warehouse.shipment_line set supply = 'none' where supply = 'elsewhere'", 'V5'],
  [
    'a finding without its line',
    "delete from warehouse.parcel_finding_line where finding_id in (select id from warehouse.parcel_finding where outcome = 'delivered')",
    'V2',
  ],
  ['found at more than was written off', 'update warehouse.parcel_finding_line set cost_minor = cost_minor + 1000', 'V2'],
  ['found money taken away', "delete from orders.revenue_slice where kind = 'found'", 'V8'],
  ['deferred revenue taken away', 'delete from billing.deferral', 'V8'],
  ['a cost deferred that is not booked', 'update billing.deferral set cost_base = cost_base + 1', 'V8'],
  [
    'a delivery that earned nothing',
    "update warehouse.shipment set status = 'delivered', delivered_at = shipped_at where status = 'shipped'",
    'V8',
  ],
])('broken by hand: %s', async (_, statement, check) => {
  expect(await faultsWhen(statement)).toContain(check)
})
