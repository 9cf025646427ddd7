import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DomainError } from '../../kernel/errors.ts'
import type { ItemSummary, KitComponent } from '../catalog/index.ts'
import type { OrderInput } from './order-input.ts'
import { type PriceBook, type PricedLine, priceOrder } from './price-order.ts'

function item(sku: string, fields: Partial<ItemSummary> = {}): ItemSummary {
  return {
    id: sku,
    sku,
    kind: 'stocked',
    name: sku,
    unit: 'piece',
    unit_scale: 0,
    cost_method: 'fifo',
    tracking: 'none',
    status: 'active',
    tax_class: 'standard',
    tax_rate_ppm: 200_000,
    price: 999,
    price_scale: 2,
    price_currency: 'EUR',
    weight_g: null,
    length_mm: null,
    width_mm: null,
    height_mm: null,
    preorder: 'none',
    preorder_from: null,
    preorder_until: null,
    ...fields,
  }
}

function bookOf(items: readonly ItemSummary[], kits: Readonly<Record<string, KitComponent[]>> = {}): PriceBook {
  return { itemOf: (line) => items.find((one) => one.sku === line.sku || one.id === line.item_id), componentsOf: (id) => kits[id] ?? [] }
}

function order(lines: OrderInput['lines'], fields: Partial<OrderInput> = {}): OrderInput {
  return { channel: 'manual', currency: 'EUR', ship_to: { name: 'A', line1: 'B', city: 'C', country: 'RS' }, lines, ...fields }
}

function refusal(work: () => unknown): DomainError {
  try {
    work()
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
  throw new Error('It was not refused.')
}

const book = bookOf([
  item('A'),
  item('B', { price: 500, tax_rate_ppm: 100_000 }),
  item('SCREW', { price: 15, price_scale: 4 }),
  item('OLD', { status: 'archived' }),
  item('FREE', { price: null, price_currency: null }),
])

describe('what an order costs', () => {
  test('the worked day: 12 at 9.99 with tax in it, 10.00 off, postage 3.60', () => {
    const priced = priceOrder(
      order([{ sku: 'A', quantity: 12 }], { discounts: [{ amount: 1000 }], charges: [{ kind: 'shipping', amount: 360 }] }),
      book,
    )
    expect(priced).toMatchObject({ linesAmount: 11_988, chargesAmount: 360, discountsAmount: 1000, taxAmount: 1891, total: 11_348 })
    expect(priced.lines[0]?.tax).toBe(1831)
    expect(priced.charges[0]?.tax).toBe(60)
    expect(priced.taxes).toEqual([{ ratePpm: 200_000, base: 11_348 - 1891, amount: 1891, collectedBy: 'merchant' }])
  })

  test('tax on top of prices is added to the total', () => {
    const priced = priceOrder(
      order(
        [
          { sku: 'A', quantity: 1, unit_price: { amount: 1000 } },
          { sku: 'B', quantity: 1, unit_price: { amount: 1000 } },
        ],
        { prices_include_tax: false },
      ),
      book,
    )
    expect(priced.taxes.map((tax) => [tax.ratePpm, tax.base, tax.amount])).toEqual([
      [200_000, 1000, 200],
      [100_000, 1000, 100],
    ])
    expect(priced.total).toBe(2300)
  })

  test('an order discount goes to lines by largest remainder', () => {
    const priced = priceOrder(
      order(
        [
          { sku: 'A', quantity: 1, amount: 100 },
          { sku: 'A', quantity: 1, amount: 100 },
          { sku: 'A', quantity: 1, amount: 100, discount: 10 },
        ],
        { discounts: [{ amount: 100 }] },
      ),
      book,
    )
    // 100 over 100, 100, 90: 34.48, 34.48, 31.03 — the two floors of 34 get the cents left over first.
    expect(priced.lines.map((line) => line.discount)).toEqual([35, 34, 41])
    expect(priced.discountsAmount).toBe(110)
  })

  test('prices below a cent are extended before they are rounded', () => {
    expect(priceOrder(order([{ sku: 'SCREW', quantity: 1000 }]), book).linesAmount).toBe(150)
    expect(priceOrder(order([{ sku: 'SCREW', quantity: 3 }]), book).linesAmount).toBe(0)
    expect(priceOrder(order([{ sku: 'SCREW', quantity: 4 }]), book).linesAmount).toBe(1)
  })

  test('stated tax is taken as stated; tax a marketplace collects is never ours', () => {
    const stated = priceOrder(order([{ sku: 'A', quantity: 1, amount: 1200, tax_amount: 199 }]), book)
    expect(stated).toMatchObject({ taxAmount: 199, total: 1200 })
    const marketplace = priceOrder(
      order([{ sku: 'A', quantity: 1, amount: 1000, tax_amount: 80, tax_collected_by: 'marketplace' }], { prices_include_tax: false }),
      book,
    )
    expect(marketplace).toMatchObject({ taxAmount: 0, marketplaceTaxAmount: 80, total: 1080 })
    expect(marketplace.lines[0]).toMatchObject({ tax: 0, marketplaceTax: 80 })
  })

  test('a kit is taken apart: quantities times composition, money by the price of components', () => {
    const cup = item('CUP', { price: 300 })
    const tray = item('TRAY', { price: 400 })
    const kits = bookOf([item('SET', { kind: 'kit' }), cup, tray], {
      SET: [
        { item: cup, quantity: 2 },
        { item: tray, quantity: 1 },
      ],
    })
    const [set] = priceOrder(order([{ sku: 'SET', quantity: 3, amount: 2999 }]), kits).lines
    expect(set?.children.map((child) => [child.item.sku, child.quantity, child.kitQuantity, child.amount])).toEqual([
      ['CUP', 6, 2, 1799],
      ['TRAY', 3, 1, 1200],
    ])
    expect(refusal(() => priceOrder(order([{ sku: 'SET', quantity: 1 }]), bookOf([item('SET', { kind: 'kit' })]))).fields[0]).toMatchObject(
      { pointer: '/lines/0/sku', code: 'empty_kit' },
    )
  })

  test('every bad field is named at once', () => {
    const input = order(
      [
        { sku: 'NOPE', quantity: 1 },
        { sku: 'OLD', quantity: 1 },
        { quantity: 1 },
        { sku: 'FREE', quantity: 1 },
        { sku: 'A', quantity: 1, amount: 10, discount: 11 },
      ],
      { currency: 'QQQ' },
    )
    expect(refusal(() => priceOrder(input, book)).fields.map((field) => [field.pointer, field.code])).toEqual(
      expect.arrayContaining([
        ['/currency', 'unknown_currency'],
        ['/lines/0/sku', 'unknown_sku'],
        ['/lines/1/sku', 'archived'],
        ['/lines/2/sku', 'one_of'],
        ['/lines/3/unit_price', 'required'],
        ['/lines/4/discount', 'too_large'],
      ]),
    )
    expect(
      refusal(() => priceOrder(order([{ sku: 'A', quantity: 1, amount: 10 }], { discounts: [{ amount: 11 }] }), book)).fields[0],
    ).toMatchObject({ pointer: '/discounts', code: 'too_large' })
  })
})

const anyLine = fc.record({
  sku: fc.constantFrom('A', 'B', 'SET'),
  quantity: fc.integer({ min: 1, max: 1000 }),
  amount: fc.integer({ min: 0, max: 10_000_000 }),
  share: fc.integer({ min: 0, max: 100 }),
  tax_rate_ppm: fc.integer({ min: 0, max: 300_000 }),
  tax_collected_by: fc.constantFrom('merchant' as const, 'marketplace' as const),
})

test('property: lines, shares, kits, taxes and the total always add up', () => {
  const [a, b] = [item('A'), item('B', { price: 501 })]
  const kits = bookOf([a, b, item('SET', { kind: 'kit' })], {
    SET: [
      { item: a, quantity: 2 },
      { item: b, quantity: 3 },
    ],
  })
  const sum = (lines: readonly PricedLine[], of: (line: PricedLine) => number) => lines.reduce((total, line) => total + of(line), 0)
  fc.assert(
    fc.property(
      fc.array(anyLine, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 100 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 5000 }),
      (lines, off, inclusive, postage) => {
        const stated = lines.map(({ share, ...line }) => ({ ...line, discount: Math.floor((line.amount * share) / 100) }))
        const room = stated.reduce((total, line) => total + line.amount - line.discount, 0)
        const discount = Math.floor((room * off) / 100)
        const priced = priceOrder(
          order(stated, {
            prices_include_tax: inclusive,
            charges: [{ kind: 'shipping', amount: postage }],
            ...(discount === 0 ? {} : { discounts: [{ amount: discount }] }),
          }),
          kits,
        )
        expect(sum(priced.lines, (line) => line.discount)).toBe(priced.discountsAmount)
        const charge = priced.charges[0]
        expect(sum(priced.lines, (line) => line.tax) + (charge?.tax ?? 0)).toBe(priced.taxAmount)
        expect(priced.taxes.reduce((total, tax) => total + tax.amount, 0)).toBe(priced.taxAmount + priced.marketplaceTaxAmount)
        expect(priced.total).toBe(
          priced.linesAmount +
            priced.chargesAmount -
            priced.discountsAmount +
            (inclusive ? 0 : priced.taxAmount + priced.marketplaceTaxAmount),
        )
        for (const line of priced.lines.filter(({ children }) => children.length > 0)) {
          for (const of of [
            (part: PricedLine) => part.amount,
            (part: PricedLine) => part.discount,
            (part: PricedLine) => part.tax,
            (part: PricedLine) => part.marketplaceTax,
          ])
            expect(sum(line.children, of)).toBe(of(line))
          // A component's share of discount or tax never exceeds its amount: slices of it would be negative.
          for (const child of line.children)
            expect(child.amount - child.discount - (inclusive ? child.tax + child.marketplaceTax : 0)).toBeGreaterThanOrEqual(0)
        }
        for (const line of priced.lines) expect(line.discount).toBeLessThanOrEqual(line.amount)
      },
    ),
  )
})
