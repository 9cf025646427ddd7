import fc from 'fast-check'
import { sql } from 'kysely'
import { runs } from '../support/runs.ts'
import { expect, test } from 'vitest'
import type { Context } from '../../src/kernel/context.ts'
import { readOnly } from '../../src/kernel/database.ts'
import { DomainError } from '../../src/kernel/errors.ts'
import { runBatch, runCommand } from '../../src/kernel/runner.ts'
import { createItems } from '../../src/modules/catalog/index.ts'
import { adjustStock, createWarehouse, reverseAdjustment } from '../../src/modules/inventory/index.ts'
import { useSystem } from '../support/system.ts'
import { recompute } from './recompute.ts'
import { asNumbers, balancesByRole, exportFiles, newBusiness } from '../support/books.ts'

const system = useSystem()

interface Ground {
  ctx: Context
  warehouses: string[]
}

const SKUS = ['FIFO-1', 'FIFO-2', 'AVERAGE-1']

async function ground(): Promise<Ground> {
  const ctx = await newBusiness(system)
  const items = SKUS.map((sku) => ({
    sku,
    name: sku,
    kind: 'stocked',
    cost_method: sku.startsWith('FIFO') ? 'fifo' : 'average',
    unit_scale: sku === 'FIFO-2' ? 3 : 0,
  }))
  const outcomes = await runBatch(system, ctx, createItems, items)
  expect(outcomes.every((outcome) => outcome.ok)).toBe(true)
  const made = [
    await runCommand(system, ctx, createWarehouse, { code: 'W1', name: 'One', country: 'RS' }),
    await runCommand(system, ctx, createWarehouse, { code: 'W2', name: 'Two', country: 'RS' }),
  ]
  return { ctx, warehouses: made.map((warehouse) => warehouse.id) }
}

const step = fc.record({
  kind: fc.constantFrom('found', 'found', 'found', 'loss', 'scrap', 'damage', 'reverse' as const),
  warehouse: fc.integer({ min: 0, max: 1 }),
  sku: fc.constantFrom(...SKUS),
  quantity: fc.integer({ min: 1, max: 40 }),
  cost: fc.option(fc.record({ amount: fc.integer({ min: 0, max: 9999 }), scale: fc.constantFrom(2, 3, 4) }), { freq: 3 }),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function take({ ctx, warehouses }: Ground, done: string[], { kind, warehouse, sku, quantity, cost }: Step): Promise<void> {
  try {
    if (kind === 'reverse') {
      const adjustment_id = done.splice(quantity % Math.max(1, done.length), 1)[0]
      if (adjustment_id !== undefined) await runCommand(system, ctx, reverseAdjustment, { adjustment_id })
      return
    }
    const line = { sku, location_code: 'RECEIVING', quantity, ...(kind === 'found' && cost !== null ? { unit_cost: cost } : {}) }
    const { id } = await runCommand(system, ctx, adjustStock, { warehouse_id: warehouses[warehouse], kind, lines: [line] })
    done.push(id)
  } catch (error) {
    // More than there is: refused, nothing happened, the next step goes on.
    if (!(error instanceof DomainError && error.code === 'inventory.insufficient_stock')) throw error
  }
}

async function stockValue(ctx: Context): Promise<Record<string, number>> {
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{
      code: string
      value: number
    }>`select w.code, sum(l.remaining_value_minor)::bigint as value from inventory.cost_layer l join inventory.warehouse w on w.org_id = l.org_id and w.id = l.warehouse_id
      where l.org_id = ${ctx.orgId} group by w.code having sum(l.remaining_value_minor) <> 0`.execute(tx),
  )
  return Object.fromEntries(rows.map((row) => [row.code, row.value]))
}

test('whatever is found, lost, scrapped and taken back: the files alone give the same balances and stock value', async () => {
  let movements = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const place = await ground()
      const done: string[] = []
      for (const each of steps) await take(place, done, each)
      const files = await exportFiles(system.database, place.ctx)
      movements += files.movements.split('\r\n').length - 2
      const result = recompute(files, 'EUR')
      expect(asNumbers(result.accounts)).toEqual(await balancesByRole(system, place.ctx))
      expect(asNumbers(result.stockValue)).toEqual(await stockValue(place.ctx))
      expect(result.differences).toEqual([])
    }),
    runs(12),
  )
  expect(movements).toBeGreaterThan(50)
}, 120_000)
