import { expect, test } from 'vitest'
import type { ShipmentLine } from '../api/shapes.ts'
import { leftInAll, scanInto, type Packed } from './packing-state.ts'
import { matchesCode, scannedQuantity } from './scan.ts'

const line = (id: string, sku: string, picked: number, supply = 'stock'): ShipmentLine => ({
  id,
  order_id: 'o',
  order_line_id: id,
  item_id: sku,
  sku,
  name: sku,
  quantity: picked,
  picked_quantity: picked,
  shipped_quantity: 0,
  returned_quantity: 0,
  supply,
})
const lines = [line('1', 'CUP', 2), line('2', 'CUP', 1), line('3', 'TEA', 1), line('4', 'GIFT-WRAP', 1, 'none')]
const bySku = (code: string) => (one: ShipmentLine) => (one.sku === code ? 1 : null)

test('pieces count down line by line until all is in; services need no scan', () => {
  let packed: Packed = {}
  expect(leftInAll(lines, packed)).toBe(4)
  for (const code of ['CUP', 'CUP', 'CUP']) packed = scanInto(lines, packed, code, bySku(code)).packed
  expect(packed).toEqual({ 1: 2, 2: 1 })
  const last = scanInto(lines, packed, 'TEA', bySku('TEA'))
  expect(last.result).toMatchObject({ ok: true, kind: 'complete', left: 0 })
})

test('a wrong item and one too many change nothing and say which', () => {
  expect(scanInto(lines, {}, 'MUG', bySku('MUG'))).toMatchObject({
    packed: {},
    result: { ok: false, kind: 'not_in_shipment', code: 'MUG' },
  })
  const full = { 3: 1 }
  expect(scanInto(lines, full, 'TEA', bySku('TEA'))).toMatchObject({ packed: full, result: { ok: false, kind: 'enough' } })
})

test('a carton never packs more than the line wants', () => {
  expect(scanInto(lines, {}, '1061', (one) => (one.sku === 'CUP' ? 12 : null)).packed).toEqual({ 1: 2 })
})

test('a code is a SKU in any case or a barcode, with or without leading zeros', () => {
  const item = { sku: 'Mug-1', barcodes: [{ code: '10614141000415', quantity: 12 }, { code: '0012345678905' }] }
  expect([matchesCode(item, 'MUG-1'), matchesCode(item, '12345678905'), matchesCode(item, '999')]).toEqual([true, true, false])
  expect([scannedQuantity(item, '10614141000415'), scannedQuantity(item, 'mug-1')]).toEqual([12, 1])
})
