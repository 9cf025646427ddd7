import { expect, test } from 'vitest'
import { openStockRoom, provisionStock } from '../../../test/support/stock.ts'
import { refusalOf, testContext, useSystem } from '../../../test/support/system.ts'
import { newId } from '../../kernel/ids.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import { createLocations, createWarehouse, updateWarehouse } from './index.ts'
import { listLocations } from './queries/list-locations.ts'
import { listWarehouses } from './queries/list-warehouses.ts'
import { sortKeyOf } from './sort-key.ts'

const system = useSystem()

test('a new warehouse has its standard locations, and its code is taken once', async () => {
  const ctx = testContext()
  const { id } = await runCommand(system, ctx, createWarehouse, {
    code: 'NS',
    name: 'Novi Sad',
    country: 'RS',
    postcode: '21000',
    priority: 5,
  })
  const { data } = await runQuery(system, ctx, listLocations, { warehouse_id: id })
  expect(data.map((location) => location.code)).toEqual(['DAMAGED', 'PACKING', 'QUARANTINE', 'RECEIVING', 'RETURNS', 'STAGING'])
  expect(data.filter((location) => location.sellable).map((location) => location.code)).toEqual(['PACKING', 'RECEIVING', 'STAGING'])
  expect(await refusalOf(runCommand(system, ctx, createWarehouse, { code: 'NS', name: 'Other', country: 'RS' }))).toMatchObject({
    kind: 'conflict',
    code: 'inventory.warehouse_code_taken',
  })
})

test('a warehouse is edited against its version', async () => {
  const ctx = testContext()
  const { id } = await runCommand(system, ctx, createWarehouse, { code: 'NS', name: 'Novi Sad', country: 'RS' })
  expect(
    await runCommand(system, ctx, updateWarehouse, {
      warehouse_id: id,
      expected_version: 1,
      name: 'Centar',
      latitude: 45.25,
      longitude: null,
    }),
  ).toEqual({ id, version: 2 })
  expect((await refusalOf(runCommand(system, ctx, updateWarehouse, { warehouse_id: id, expected_version: 1, name: 'X' }))).code).toBe(
    'kernel.version_conflict',
  )
  expect((await refusalOf(runCommand(system, ctx, updateWarehouse, { warehouse_id: newId(), name: 'X' }))).code).toBe('inventory.not_found')
  expect((await runQuery(system, ctx, listWarehouses, {})).data).toMatchObject([
    { code: 'NS', name: 'Centar', latitude: 45.25, version: 2 },
  ])
})

test('bins are walked in natural order: A-2 before A-10', async () => {
  expect(sortKeyOf('A-2') < sortKeyOf('A-10')).toBe(true)
  expect(sortKeyOf('x', { aisle: '9', bin: '1' }) < sortKeyOf('x', { aisle: '10', bin: '1' })).toBe(true)
  const ctx = testContext()
  await provisionStock(system, ctx)
  const { warehouseId } = await openStockRoom(system, ctx)
  await runCommand(system, ctx, createLocations, {
    warehouse_id: warehouseId,
    locations: [
      { code: 'A-10', role: 'pick' },
      { code: 'A-3', role: 'pick' },
    ],
  })
  const { data } = await runQuery(system, ctx, listLocations, { warehouse_id: warehouseId, q: 'A-' })
  expect(data.map((location) => location.code)).toEqual(['A-1', 'A-2', 'A-3', 'A-10'])
  const taken = await refusalOf(
    runCommand(system, ctx, createLocations, {
      warehouse_id: warehouseId,
      locations: [
        { code: 'A-3', role: 'pick' },
        { code: 'B', role: 'pick' },
        { code: 'B', role: 'pick' },
      ],
    }),
  )
  expect(taken.fields.map((field) => field.pointer)).toEqual(['/locations/0/code', '/locations/2/code'])
})
