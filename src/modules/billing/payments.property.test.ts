import fc from 'fast-check'
import { expect, test } from 'vitest'
import { useApp } from '../../../test/support/app.ts'
import { runs } from '../../../test/support/runs.ts'

const program = useApp()

const Step = fc.oneof(
  fc.record({
    act: fc.constantFrom('authorized', 'captured', 'refunded', 'collected', 'voided', 'failed'),
    order: fc.nat(2),
    amount: fc.integer({ min: 1, max: 4000 }),
  }),
  fc.record({
    act: fc.constantFrom('store_credit', 'redeem', 'write_off', 'round', 'split', 'expire'),
    order: fc.nat(2),
    amount: fc.integer({ min: 1, max: 4000 }),
  }),
)

test('whatever is paid, paid back, given up and redeemed in any order: every check holds, and receivables less deposits are the account', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { minLength: 4, maxLength: 16 }), async (steps) => {
      const organization = await program.createOrganization('Mix')
      const key = await program.createKey(organization.id, 'owner')
      const call = (method: 'GET' | 'POST', url: string, body?: unknown) => program.call(method, url, { key, body })
      const made = async (url: string, body: unknown) => (await call('POST', url, body)).body
      await made('/v1/warehouses', { code: 'W1', name: 'W1', country: 'RS', postcode: '21000' })
      await made('/v1/items', {
        sku: 'WORK',
        kind: 'service',
        name: 'Work',
        price: { amount: 1000, scale: 2, currency: 'EUR' },
        tax_class: 'standard',
      })
      const party = await made('/v1/parties', { name: 'Mira', is_customer: true, is_supplier: false })
      const voucher = await made('/v1/vouchers', { amount: 5000, kind: 'store_credit', party_id: party.id, reason: 'test' })
      const shipTo = { name: 'Ana', line1: 'Bulevar 1', city: 'Novi Sad', postcode: '21000', country: 'RS' }
      const orders: { id: string }[] = []
      for (const quantity of [1, 2, 3])
        orders.push(
          await made('/v1/orders', {
            channel: 'manual',
            currency: 'EUR',
            ship_to: shipTo,
            customer: { party_id: party.id },
            lines: [{ sku: 'WORK', quantity }],
          }),
        )
      for (const [index, { act, order, amount }] of steps.entries()) {
        const url = `/v1/orders/${orders[order]?.id}`
        const answer =
          act === 'redeem'
            ? await call('POST', `${url}/voucher-payments`, { voucher_id: voucher.id, amount })
            : act === 'write_off' || act === 'round'
              ? await call('POST', `${url}/write-off`, { kind: act === 'round' ? 'rounding' : 'bad_debt', reason: 'test' })
              : act === 'split'
                ? await call('POST', '/v1/payments/allocate', { party_id: party.id, amount, currency: 'EUR', reference: `split ${index}` })
                : act === 'expire'
                  ? await call('POST', '/v1/vouchers/expiry', {})
                  : act === 'store_credit'
                    ? await call('POST', `${url}/payments`, { kind: 'refunded', amount, method: 'store_credit' })
                    : await call('POST', `${url}/payments`, { kind: act, amount, method: 'card', reference: `${index}` })
        // A fact is recorded; what is asked for may be refused by a rule, never by a bug.
        expect([200, 201, 422]).toContain(answer.status)
      }
      const { body } = await call('POST', '/v1/verification', {})
      expect((body.checks as { counterexample: unknown }[]).filter((check) => check.counterexample !== null)).toEqual([])
      const { body: summary } = await call('GET', '/v1/receivables/summary')
      expect(summary.receivables.amount - summary.deposits.amount).toBe(summary.account_balance.amount)
    }),
    runs(12),
  )
}, 120_000)
