import fc from 'fast-check'
import { expect, test } from 'vitest'
import { useApp } from '../support/app.ts'
import { type ActName, ACTS, type Deed, openWorld } from '../support/crowd.ts'
import { loudLog, type World } from '../support/crowd-world.ts'
import { runs } from '../support/runs.ts'
import { openShop } from '../support/shop.ts'

/**
 * Several people do everything there is to do to a few orders, items and warehouses, in any order and at the same moment, each on a
 * connection of their own. Whatever they do, no request fails (a deadlock is retried and never surfaces), every check holds, every order
 * adds up, and what stock is worth layer by layer is what the books say. `TEFTER_SHRINK=yes` looks for the shortest failing day.
 */
const program = useApp({ log: loudLog })

const deed: fc.Arbitrary<Deed> = fc.record({
  act: fc.constantFrom(...(Object.keys(ACTS) as ActName[]), 'sendOff' as const, 'sendOff' as const, 'sendOff' as const),
  which: fc.nat({ max: 7 }),
  other: fc.nat({ max: 7 }),
  quantity: fc.integer({ min: 1, max: 3 }),
})
/** What happens at the same moment. */
const moment = fc.array(deed, { minLength: 1, maxLength: 4 })

async function live(world: World, moments: readonly Deed[][]): Promise<void> {
  for (const together of moments) {
    // oxlint-disable-next-line no-await-in-loop -- one moment after another; what stands in one happens at once
    await Promise.all(together.map((one) => ACTS[one.act](world, one)))
  }
}

/** Numbers that must hold, whatever was done. */
async function prove({ shop }: World): Promise<void> {
  await shop.proves()
  const worth = Object.values(await shop.stockValue()).reduce((sum, value) => sum + value, 0)
  expect(worth).toBe((await shop.balances())['inventory'] ?? 0)
}

test('whatever everybody does in whatever order and at once, the numbers prove themselves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(moment, { minLength: 10, maxLength: 24 }), async (moments) => {
      const world = await openWorld(await openShop(program))
      await live(world, moments)
      await prove(world)
    }),
    { ...runs(6), endOnFailure: process.env['TEFTER_SHRINK'] !== 'yes' },
  )
}, 900_000)
