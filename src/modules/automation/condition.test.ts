import { expect, test } from 'vitest'
import { checkCondition, minorOf } from './condition.ts'
import type { TriggerId } from './trigger.ts'

const at = new Date('2026-03-02T10:00:00Z')

/** An order of 600.00 EUR of a new customer in Germany: two lines, 3 mugs and a lamp. */
const facts = {
  order: {
    number: 7,
    external_id: '',
    channel: 'shop',
    channel_kind: 'shop',
    currency: 'EUR',
    total: 60_000,
    total_base: 60_000,
    base_currency: 'EUR',
    lines_amount: 60_000,
    charges_amount: 0,
    discounts_amount: 0,
    country: 'DE',
    postcode: '10115',
    city: 'Berlin',
    billing_country: 'DE',
    payment_terms: 'prepaid',
    payment_status: 'unpaid',
    authorized: 0,
    captured: 0,
    refunded: 0,
    priority: 100,
    tags: ['vip'],
    note: '',
    holds: [],
    shipping_methods: ['DHL Express'],
    quantity: 4,
    weight_g: 2400,
    placed_at: at,
    customer: { name: 'Ana', email: 'Ana@Example.com', phone: '', orders_count: 0 },
    lines: [
      { sku: 'MUG', name: 'Mug', product: 'Mugs', kind: 'stocked', quantity: 3, amount: 3000, discount: 0, weight_g: 900 },
      { sku: 'LAMP', name: 'Lamp', product: '', kind: 'stocked', quantity: 1, amount: 57_000, discount: 0, weight_g: 1500 },
    ],
  },
  event: { type: 'orders.order_placed', kind: '', method: '', amount: 0, quantity: 0, missing: 0, at },
}

function ask(condition: string, trigger: TriggerId = 'order_placed'): boolean {
  const checked = checkCondition(trigger, condition)
  if (!checked.ok) throw new Error(checked.problem.message)
  return checked.condition(facts)
}

function problemOf(condition: string, trigger: TriggerId = 'order_placed') {
  const checked = checkCondition(trigger, condition)
  if (checked.ok) throw new Error(`${condition} was taken`)
  return checked.problem
}

// What of the CEL specification (github.com/google/cel-spec, tests/simple) our rules rest on.
test.each([
  ['order.total > minor("500", order.currency) && order.customer.orders_count == 0', true],
  ['order.total > minor("600", "EUR")', false],
  ['order.total >= minor("600.00", "EUR")', true],
  ['"vip" in order.tags && !("fraud" in order.tags)', true],
  ['order.country in ["DE", "AT"]', true],
  ['order.lines.exists(line, line.sku == "LAMP" && line.quantity == 1)', true],
  ['order.lines.all(line, line.weight_g < 1000)', false],
  ['order.lines.exists_one(line, line.product == "Mugs")', true],
  ['order.lines.filter(line, line.quantity > 1).size() == 1', true],
  ['order.lines.map(line, line.sku) == ["MUG", "LAMP"]', true],
  ['size(order.holds) == 0', true],
  ['lower(order.customer.email).endsWith("@example.com")', true],
  ['order.shipping_methods.exists(m, m.contains("Express"))', true],
  ['order.placed_at.getHours("Europe/Belgrade") == 11', true],
  ['event.at - order.placed_at < duration("1h")', true],
  // Logical operators absorb an error on the other side (spec: "Logical Operators").
  ['1 / 0 == 1 || true', true],
  ['1 / 0 == 1 && false', false],
  ['order.weight_g > 2000 ? order.country == "DE" : false', true],
  // Integers are 64-bit: 2^53 + 1 is not rounded.
  ['9007199254740993 - 9007199254740992 == 1', true],
  ['7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1', true],
])('%s is %s', (condition, expected) => {
  expect(ask(condition)).toBe(expected)
})

test('what cannot be worked out is an error, not false', () => {
  expect(() => ask('order.lines[5].sku == "A"')).toThrow('index')
  expect(() => ask('9223372036854775807 + order.total > 0')).toThrow('overflow')
  expect(() => ask('order.total > minor("12,50", "EUR")')).toThrow('write an amount')
})

test('a condition that is none is refused with its place', () => {
  // `totl` begins at character 6 of the second line: column 7.
  expect(problemOf('order.total > 5 &&\norder.totl > 5')).toMatchObject({ code: 'no_such_key', line: 2, column: 7, start: 25, end: 29 })
  expect(problemOf('order.total > "x"')).toMatchObject({ code: 'no_such_overload', line: 1, column: 1 })
  expect(problemOf('order.total +')).toMatchObject({ code: 'unexpected_token', start: 13 })
  expect(problemOf('order.total')).toMatchObject({ code: 'not_bool' })
  expect(problemOf('  ')).toMatchObject({ code: 'empty' })
  expect(problemOf('custmer.name == "x"').message).toContain('custmer')
  expect(problemOf('shipment.warehouse == "NS"').message).toContain('shipment')
  expect(checkCondition('shipment_planned', 'shipment.warehouse == "NS"').ok).toBe(true)
})

test('what could take without end is refused', () => {
  expect(problemOf('order.note.matches("(a+)+b")')).toMatchObject({ code: 'matches' })
  expect(problemOf('order.lines.exists(a, order.lines.exists(b, a.sku == b.sku))')).toMatchObject({ code: 'nested', start: 22 })
  expect(problemOf(`order.note == "${'x'.repeat(2000)}"`)).toMatchObject({ code: 'too_long' })
  expect(problemOf(Array.from({ length: 300 }, () => 'true').join('||')).code).not.toBe('')
  expect(problemOf(`${'('.repeat(100)}true${')'.repeat(100)}`).code).not.toBe('')
})

test('an amount is written in decimals of its currency', () => {
  expect(minorOf('500', 'EUR')).toBe(50_000n)
  expect(minorOf('499.9', 'EUR')).toBe(49_990n)
  expect(minorOf('-0.01', 'EUR')).toBe(-1n)
  expect(minorOf('500', 'JPY')).toBe(500n)
  expect(minorOf('1.234', 'KWD')).toBe(1234n)
  expect(() => minorOf('1.234', 'EUR')).toThrow('2 decimals')
})

test('a long order is asked within milliseconds', () => {
  const lines = Array.from({ length: 5000 }, (_, index) => ({ ...facts.order.lines[0], sku: `S-${index}` }))
  const checked = checkCondition('order_placed', 'order.lines.exists(line, line.sku == "none")')
  if (!checked.ok) throw new Error(checked.problem.message)
  const began = performance.now()
  expect(checked.condition({ ...facts, order: { ...facts.order, lines } })).toBe(false)
  expect(performance.now() - began).toBeLessThan(1000)
})
