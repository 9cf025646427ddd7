import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AdjustableLayer, shareLateCost } from './adjust-cost.ts'
import { availableToPromise, promiseOf } from './available-to-promise.ts'
import { pegSupply } from './peg-supply.ts'

const at = (day: number) => new Date(Date.UTC(2031, 0, day))

test('cumulative available-to-promise looks ahead: what a later demand needs is not given away before', () => {
  // 5 now; day 2 brings 10; day 3 takes 12; day 4 brings 4. Balances 5, 15, 3, 7: before day 3 only 3 can be given away.
  const points = availableToPromise(at(1), 5, [
    { at: at(2), quantity: 10 },
    { at: at(3), quantity: -12 },
    { at: at(4), quantity: 4 },
  ])
  expect(points.map((point) => point.balance)).toEqual([5, 15, 3, 7])
  expect(points.map((point) => point.available)).toEqual([3, 3, 3, 7])
  expect(promiseOf(points, 3)).toEqual(at(1))
  expect(promiseOf(points, 4)).toEqual(at(4))
  expect(promiseOf(points, 8)).toBeNull()
})

test('a receipt that is late counts as of now', () => {
  expect(availableToPromise(at(9), 1, [{ at: at(2), quantity: 4 }])).toEqual([{ at: at(9), change: 4, balance: 5, available: 5 }])
})

test('giving away what is available at any instant never leaves a later one short', () => {
  const change = fc.record({ day: fc.integer({ min: 1, max: 9 }), quantity: fc.integer({ min: -9, max: 9 }) })
  fc.assert(
    fc.property(fc.nat({ max: 30 }), fc.array(change, { maxLength: 12 }), (available, changes) => {
      const points = availableToPromise(
        at(1),
        available,
        changes.map(({ day, quantity }) => ({ at: at(day), quantity })),
      )
      points.forEach((point, index) => {
        if (point.available === 0) return
        for (const later of points.slice(index)) expect(later.balance).toBeGreaterThanOrEqual(point.available)
      })
    }),
  )
})

test('no supply is promised beyond its quantity, and nobody waits for later goods while earlier ones are left', () => {
  const supply = fc.record({
    day: fc.integer({ min: 1, max: 5 }),
    quantity: fc.integer({ min: 1, max: 9 }),
    place: fc.constantFrom('W1', 'W2'),
  })
  const line = fc.record({ quantity: fc.integer({ min: 1, max: 9 }), places: fc.subarray(['W1', 'W2'], { minLength: 1 }) })
  fc.assert(
    fc.property(fc.array(supply, { maxLength: 8 }), fc.array(line, { maxLength: 8 }), (supplies, lines) => {
      const expected = supplies.map(({ day, quantity, place }, index) => ({
        supplyLineId: `S${index}`,
        itemId: 'A',
        warehouseId: place,
        quantity,
        expectedAt: at(day),
      }))
      const waiting = lines.map(({ quantity, places }, index) => ({
        sourceLineId: `L${index}`,
        itemId: 'A',
        quantity,
        warehouseIds: places,
      }))
      const pegs = pegSupply(waiting, expected)
      const sum = (of: (peg: (typeof pegs)[number]) => boolean) => pegs.reduce((total, peg) => (of(peg) ? total + peg.quantity : total), 0)
      for (const one of expected) {
        expect(sum((peg) => peg.supplyLineId === one.supplyLineId)).toBeLessThanOrEqual(one.quantity)
      }
      for (const one of waiting) {
        const covered = sum((peg) => peg.sourceLineId === one.sourceLineId)
        expect(covered).toBeLessThanOrEqual(one.quantity)
        const left = expected
          .filter((part) => one.warehouseIds.includes(part.warehouseId))
          .reduce((total, part) => total + part.quantity - sum((peg) => peg.supplyLineId === part.supplyLineId), 0)
        if (covered < one.quantity) expect(left).toBe(0)
      }
    }),
  )
})

test('late cost: every share adds up, and spreading the new value again changes nothing', () => {
  const layer = fc.record({
    quantity: fc.integer({ min: 1, max: 50 }),
    gone: fc.nat({ max: 50 }),
    value: fc.nat({ max: 9999 }),
    late: fc.integer({ min: 0, max: 5000 }),
  })
  fc.assert(
    fc.property(layer, ({ quantity, gone, value, late }) => {
      const used = Math.min(gone, quantity)
      const open: AdjustableLayer = {
        id: 'L',
        seq: 1,
        sourceLineId: 'R',
        itemId: 'A',
        warehouseId: 'W',
        ownerId: 'O',
        ownQuantity: quantity,
        quantity,
        valueMinor: value,
        remainingQuantity: quantity - used,
        remainingValueMinor: value - Math.floor((value * used) / quantity),
        intoLayerId: null,
        mergedQuantity: 0,
      }
      const [share] = shareLateCost([open], new Map([['L', late]]))
      expect(share === undefined).toBe(late === 0)
      expect((share?.left ?? 0) + (share?.used ?? 0)).toBe(late)
      // What is left of the new value is what would be left had the goods cost that much from the beginning.
      expect(open.remainingValueMinor + (share?.left ?? 0)).toBe(value + late - Math.floor(((value + late) * used) / quantity))
    }),
  )
})
