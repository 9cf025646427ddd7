import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createTestItems, openBusiness, openWarehouse, receiveStock, useBusiness } from '../../../../test/support/organization.ts'
import type { Context } from '../../../kernel/context.ts'
import { readOnly } from '../../../kernel/database.ts'
import { runBatch } from '../../../kernel/runner.ts'
import { placeOrders } from '../commands/place-orders.ts'
import { searchOrders } from './search-orders.ts'

const system = useBusiness()

/** Numbers of the orders that a search finds, in order, when at most so many are collected. */
function find(ctx: Context, text: string, collected?: number): Promise<number[]> {
  return readOnly(system.database, ctx, async (tx) => {
    const condition = await searchOrders(tx, ctx.orgId, text, collected)
    const { rows } = await sql<{
      number: number
    }>`select o.number from orders.sales_order o where o.org_id = ${ctx.orgId} and ${condition} order by o.number`.execute(tx)
    return rows.map(({ number }) => number)
  })
}

test('a search finds the same, collected or by walking the list, and nothing of another organization', async () => {
  const ctx = await openBusiness(system)
  await openWarehouse(system, ctx, 'W1')
  await createTestItems(system, ctx, [{ sku: 'A' }, { sku: 'B' }])
  await receiveStock(system, ctx, 'W1', { A: 10, B: 10 })
  const people = [
    { name: 'Ana Anić', email: 'ana@example.com', sku: 'A' },
    { name: 'ANA Babić', email: 'b@example.com', sku: 'B' },
    { name: 'Vesna', email: 'ana_v@example.com', sku: 'A' },
  ]
  await runBatch(
    system,
    ctx,
    placeOrders,
    people.map(({ name, email, sku }, index) => ({
      channel: 'manual',
      external_id: `X-${index + 1}`,
      currency: 'EUR',
      customer: { name, email },
      ship_to: { name, line1: 'Ulica 1', city: 'Novi Sad', country: 'RS' },
      lines: [{ sku, quantity: 1 }],
    })),
  )
  // Beginnings of names and e-mails whatever the case, codes whole; % and _ are letters like others.
  const expected = { ana: [1, 2, 3], 'ANA B': [2], ana_: [3], '%': [], A: [1, 2, 3], B: [2], 'X-3': [3], '#2': [2], nić: [] }
  for (const [text, numbers] of Object.entries(expected)) {
    // oxlint-disable no-await-in-loop -- one search after another
    expect(await find(ctx, text), `collected: ${text}`).toEqual(numbers)
    expect(await find(ctx, text, 0), `walked: ${text}`).toEqual(numbers)
    // oxlint-enable no-await-in-loop
  }
  const other = await openBusiness(system)
  expect(await find(other, 'ana')).toEqual([])
})
