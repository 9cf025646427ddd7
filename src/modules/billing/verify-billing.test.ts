import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { useApp } from '../../../test/support/app.ts'
import { inTransaction, openDatabase } from '../../kernel/database.ts'
import type { CheckResult } from '../../kernel/verify.ts'
import { verifyBilling } from './verify-billing.ts'

const program = useApp()
let orgId: number

/** Ends the transaction that broke something. */
class TakenBack extends Error {}

beforeAll(async () => {
  orgId = (await program.createOrganization('Billing')).id
  const key = await program.createKey(orgId, 'owner')
  const post = async (url: string, body: unknown) => {
    const answer = await program.call('POST', url, { key, body })
    expect([answer.status, answer.text]).toEqual([201, answer.text])
    return answer.body
  }
  await post('/v1/warehouses', { code: 'W1', name: 'W1', country: 'RS', postcode: '21000' })
  await post('/v1/items', {
    sku: 'MUG',
    kind: 'stocked',
    name: 'Mug',
    price: { amount: 1000, scale: 2, currency: 'EUR' },
    tax_class: 'standard',
  })
  const shipTo = { name: 'Ana', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }
  const order = await post('/v1/orders', { channel: 'manual', currency: 'EUR', ship_to: shipTo, lines: [{ sku: 'MUG', quantity: 1 }] })
  const { id } = await post('/v1/vouchers', { amount: 400, reason: 'prize' })
  const { code } = await post(`/v1/vouchers/${id}/code`, {})
  await post(`/v1/orders/${order.id}/voucher-payments`, { code, amount: 300 })
  await post(`/v1/orders/${order.id}/payments`, { kind: 'collected', amount: 700, method: 'cash_on_delivery' })
})

async function faultsWhen(...statements: string[]): Promise<Record<string, unknown>[]> {
  const owner = openDatabase(program.ownerUrl, { maxConnections: 1 })
  let checks: CheckResult[] = []
  try {
    await inTransaction(owner, orgId, async (tx) => {
      for (const statement of statements) await sql.raw(statement).execute(tx)
      checks = await verifyBilling(tx, orgId)
      throw new TakenBack()
    })
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error
  } finally {
    await owner.close()
  }
  return checks.flatMap((check) => (check.counterexample === null ? [] : [check.counterexample]))
}

test('nothing broken: no fault', async () => {
  expect(await faultsWhen()).toEqual([])
})

test.each([
  ['a balance', 'update billing.voucher set balance = balance + 1', { fault: 'voucher', balance: 101, entries: 100, booked: 100 }],
  ['a redemption taken out', "delete from billing.voucher_entry where kind = 'redeemed'", { fault: 'voucher', balance: 100, entries: 400 }],
  [
    'a posting of cash with couriers',
    "delete from ledger.posting where account_id in (select id from ledger.account where role = 'cash_in_courier')",
    { fault: 'cash with couriers', booked: 0, expected: 700 },
  ],
  ['a collected fact', "delete from orders.payment where kind = 'collected'", { fault: 'cash with couriers', booked: 700, expected: 0 }],
])('broken by hand: %s', async (_, statement, fault) => {
  expect(await faultsWhen(statement)).toContainEqual(expect.objectContaining(fault))
})
