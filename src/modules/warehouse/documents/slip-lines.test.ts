import { expect, test } from 'vitest'
import { type OrderedLine, slipLines } from './slip-lines.ts'

const mug: OrderedLine = { orderLineId: 'mug', wanted: 5, gone: 2, sku: 'MUG', name: 'Mug', scale: 0, unit: '', kit: null }
const kit = { id: 'set', sku: 'SET', name: 'Tea set', wanted: 3 }
const cup: OrderedLine = { ...mug, orderLineId: 'cup', sku: 'CUP', name: 'Cup', wanted: 12, gone: 4, kit: { ...kit, perKit: 4 } }
const pot: OrderedLine = { ...mug, orderLineId: 'pot', sku: 'POT', name: 'Pot', wanted: 3, gone: 1, kit: { ...kit, perKit: 1 } }
const boxed = (orderLineId: string, quantity: number) => ({ orderLineId, quantity, sku: 'X', name: 'x', scale: 0, unit: '' })

test('a line says what was ordered, what lies here and what is still to come: 5 − 2 sent − 2 here = 1', () => {
  expect(slipLines([boxed('mug', 2)], [mug], false)).toMatchObject([{ sku: 'MUG', ordered: 5, shipped: 2, remaining: 1 }])
})

test('what lies in a box that has left is among what was sent: 5 − 2 = 3', () => {
  expect(slipLines([boxed('mug', 2)], [mug], true)).toMatchObject([{ shipped: 2, remaining: 3 }])
})

test('a kit stands above its components: 7 cups and 2 pots are one whole set of 4 + 1', () => {
  // Cups 12 − 4 − 7 = 1 and pots 3 − 1 − 2 = 0 are to come: one set is not whole yet.
  expect(slipLines([boxed('cup', 7), boxed('pot', 2)], [cup, pot], false)).toEqual([
    {
      sku: 'SET',
      name: 'Tea set',
      ordered: 3,
      shipped: 1,
      remaining: 1,
      scale: 0,
      unit: '',
      components: [
        { sku: 'CUP', name: 'Cup', scale: 0, unit: '', ordered: 12, shipped: 7, remaining: 1 },
        { sku: 'POT', name: 'Pot', scale: 0, unit: '', ordered: 3, shipped: 2, remaining: 0 },
      ],
    },
  ])
})

test('a component that comes in another box is named; lines of the order that are not in this box are not', () => {
  expect(slipLines([boxed('cup', 8)], [mug, cup, pot], false)).toMatchObject([
    {
      sku: 'SET',
      shipped: 0,
      remaining: 2,
      components: [
        { shipped: 8, remaining: 0 },
        { sku: 'POT', shipped: 0, remaining: 2 },
      ],
    },
  ])
})

test('a line that no order knows is shown as it lies', () => {
  expect(slipLines([boxed('else', 2)], [mug], false)).toEqual([
    { sku: 'X', name: 'x', scale: 0, unit: '', ordered: 2, shipped: 2, remaining: 0 },
  ])
})
