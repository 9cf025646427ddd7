import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testContext } from '../../../test/support/system.ts'
import type { PostingRun } from '../ledger/index.ts'
import type { RevenueSlice } from '../orders/index.ts'
import { incomeRole, revenueEntries, toBase } from './revenue-entry.ts'

const run = { ctx: testContext(), now: new Date('2026-03-01T10:00:00Z'), commandId: '' } as unknown as PostingRun
const shipped = { sourceType: 'shipment', kind: 'sale.shipped', sign: 1 } as const

function slice(fields: Partial<RevenueSlice>): RevenueSlice {
  return {
    id: 's',
    orderId: 'o',
    orderNumber: 1,
    partyId: null,
    channelId: 'c',
    currency: 'EUR',
    baseRatePpm: 1_000_000,
    lineId: 'l',
    chargeId: null,
    kind: 'line',
    itemId: 'i',
    warehouseId: 'w',
    documentId: 'd',
    documentLineId: 'dl',
    ofSliceId: null,
    quantity: 1,
    gross: 1200,
    tax: 200,
    discount: 0,
    happenedAt: new Date('2026-03-01T10:00:00Z'),
    ...fields,
  }
}

function balancesOf(slices: RevenueSlice[], options: Parameters<typeof revenueEntries>[2] = shipped): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const entry of revenueEntries(run, slices, options)) {
    for (const posting of entry.postings) {
      const role = 'role' in posting ? String(posting.role) : ''
      sums[role] = (sums[role] ?? 0) + posting.amount
    }
  }
  return sums
}

describe('entries of revenue', () => {
  test('the first part of the worked day: goods 73.25 with postage 3.60 against revenue, shipping income and tax', () => {
    const goods = slice({ gross: 7325, tax: 1220 })
    const postage = slice({ kind: 'shipping', lineId: null, chargeId: 'p', gross: 360, tax: 60 })
    expect(balancesOf([goods, postage])).toEqual({ customer_account: 7685, revenue: -6105, shipping_income: -300, tax_payable: -1280 })
  })

  test('a return takes back what the sale brought', () => {
    expect(balancesOf([slice({ gross: 2747, tax: 458 })], { sourceType: 'return_receipt', kind: 'sale.returned', sign: -1 })).toEqual({
      customer_account: -2747,
      revenue: 2289,
      tax_payable: 458,
    })
  })

  test('a sold voucher is a liability, a charge that is not shipping other income', () => {
    expect([incomeRole('voucher'), incomeRole('shipping'), incomeRole('gift_wrap'), incomeRole('line')]).toEqual([
      'voucher_liability',
      'shipping_income',
      'other_income',
      'revenue',
    ])
  })

  test('one entry for each order and day of a shipment, and none for goods given away', () => {
    const slices = [
      slice({}),
      slice({ orderId: 'p' }),
      slice({ happenedAt: new Date('2026-03-02T10:00:00Z') }),
      slice({ orderId: 'free', gross: 0, tax: 0 }),
    ]
    expect(revenueEntries(run, slices, shipped)).toHaveLength(3)
  })

  test('every entry balances in the base currency, whatever the rate rounds', () => {
    const amounts = fc.record({ gross: fc.integer({ min: 0, max: 1_000_000 }), taxShare: fc.integer({ min: 0, max: 100 }) })
    fc.assert(
      fc.property(fc.array(amounts, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 200_000_000 }), (parts, rate) => {
        const slices = parts.map(({ gross, taxShare }) =>
          slice({ gross, tax: Math.floor((gross * taxShare) / 100), baseRatePpm: rate, currency: 'RSD' }),
        )
        for (const entry of revenueEntries(run, slices, shipped)) {
          expect(entry.postings.reduce((sum, posting) => sum + posting.baseAmount, 0)).toBe(0)
          expect(entry.postings.reduce((sum, posting) => sum + posting.amount, 0)).toBe(0)
        }
        expect(toBase(100, 1_000_000)).toBe(100)
      }),
    )
  })
})
