import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { refusalOf, testContext, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import type { DomainError } from '../../kernel/errors.ts'
import { runBatch, runCommand, runQuery } from '../../kernel/runner.ts'
import {
  createItem,
  createItems,
  createProduct,
  createTaxClass,
  findCaseCollisions,
  findItemByBarcode,
  findItemsById,
  findItemsBySku,
  getItem,
  getProduct,
  listItems,
  listProducts,
  listTaxClasses,
  loadKitComponents,
  provisionCatalog,
  takeItems,
  updateItem,
  updateProduct,
} from './index.ts'

const system = useSystem()

async function business(): Promise<Context> {
  const ctx = testContext()
  await inTransaction(system.database, ctx.orgId, (tx) => provisionCatalog(tx, ctx.orgId))
  return ctx
}

const read = <T>(ctx: Context, work: Parameters<typeof readOnly<T>>[2]) => readOnly<T>(system.database, ctx, work)

const mug = {
  sku: 'MUG-RED',
  name: 'Red mug',
  barcodes: [{ code: '4006381333931' }],
  weight_g: 320,
  length_mm: 120,
  width_mm: 90,
  height_mm: 100,
  price: { amount: 999, currency: 'EUR' },
  tax_class: 'standard',
  image_url: 'https://example.com/mug.jpg',
  cost_method: 'average',
}

test('an item is stored with its defaults, read back whole, and told in an event', async () => {
  const ctx = await business()
  const { id, version } = await runCommand(system, ctx, createItem, mug)
  expect(version).toBe(1)
  expect(await runQuery(system, ctx, getItem, { item_id: id })).toEqual({
    ...mug,
    id,
    kind: 'stocked',
    product_id: null,
    unit: 'piece',
    unit_scale: 0,
    barcodes: [{ code: '4006381333931', scheme: 'gtin_13', quantity: 1 }],
    price: { amount: 999, scale: 2, currency: 'EUR' },
    tracking: 'none',
    status: 'active',
    preorder: 'none',
    preorder_from: null,
    preorder_until: null,
    components: [],
    version: 1,
  })
  const events = await read(ctx, (tx) =>
    sql`select type, payload from kernel.event where org_id = ${ctx.orgId} and document_id = ${id}`.execute(tx),
  )
  expect(events.rows).toMatchObject([{ type: 'catalog.item_created', payload: { sku: 'MUG-RED', cost_method: 'average' } }])
})

test('every bad field of an item is named at once', async () => {
  const bad = {
    sku: ' A',
    name: ' ',
    barcodes: [{ code: '4006381333932' }],
    price: { amount: 1, currency: 'XXQ' },
    image_url: 'javascript:alert(1)',
    tax_class: 'none',
    components: [{ sku: 'X', quantity: 1 }],
  }
  const refusal = await refusalOf(runCommand(system, await business(), createItem, bad))
  expect(refusal.kind).toBe('invalid')
  expect(refusal.fields.map((field) => field.pointer).toSorted()).toEqual([
    '/barcodes/0/code',
    '/components',
    '/components/0/sku',
    '/image_url',
    '/name',
    '/price/currency',
    '/sku',
    '/tax_class',
  ])
})

test('writing and reading need their permissions', async () => {
  const reader = testContext({ permissions: ['catalog.read'] })
  expect((await refusalOf(runCommand(system, reader, createItem, mug))).code).toBe('kernel.forbidden')
  expect((await refusalOf(runBatch(system, reader, createItems, [mug]))).code).toBe('kernel.forbidden')
  expect((await refusalOf(runQuery(system, testContext({ permissions: [] }), listItems, {}))).code).toBe('kernel.forbidden')
})

test('SKUs are unique as stored: upper and lower case are two items, and the collision can be seen', async () => {
  const ctx = await business()
  await runCommand(system, ctx, createItem, { sku: '15056BL', name: 'Parasol black' })
  await runCommand(system, ctx, createItem, { sku: '15056bl', name: 'Parasol black' })
  expect(await refusalOf(runCommand(system, ctx, createItem, { sku: '15056BL', name: 'Again' }))).toMatchObject({
    kind: 'conflict',
    code: 'catalog.sku_taken',
  })
  expect(await read(ctx, (tx) => findCaseCollisions(tx, ctx.orgId, ['15056Bl']))).toEqual([
    { asked: '15056Bl', stored: '15056BL' },
    { asked: '15056Bl', stored: '15056bl' },
  ])
})

test('a batch answers one outcome an element and a bad one leaves the others alone', async () => {
  const ctx = await business()
  const outcomes = await runBatch(system, ctx, createItems, [
    {
      sku: 'KIT',
      name: 'Gift set',
      kind: 'kit',
      components: [
        { sku: 'A', quantity: 2 },
        { sku: 'B', quantity: 1 },
      ],
    },
    { sku: 'A', name: 'A', barcodes: [{ code: '012345678905' }] },
    { sku: 'B', name: 'B', barcodes: [{ code: '0012345678905' }] },
    { sku: 'A', name: 'A again' },
    { sku: 'C', name: 'C', quantity: 3 },
    { sku: 'D', name: 'D' },
  ])
  const codes = outcomes.map((outcome) => (outcome.ok ? outcome.value.outcome : outcome.error.code))
  // B is refused for its barcode (the same code with a zero), so the kit lacks a component.
  expect(codes).toEqual([
    'kernel.invalid_input',
    'created',
    'catalog.barcode_taken',
    'catalog.sku_taken',
    'kernel.invalid_input',
    'created',
  ])
  expect((await runQuery(system, ctx, listItems, {})).data.map((item) => item.sku)).toEqual(['A', 'D'])
})

test('a kit is made of stocked, active items, and never of kits', async () => {
  const ctx = await business()
  await runBatch(system, ctx, createItems, [
    { sku: 'CUP', name: 'Cup', price: { amount: 500, currency: 'EUR' }, tax_class: 'reduced' },
    { sku: 'WRAP', name: 'Gift wrap', kind: 'service' },
    { sku: 'OLD', name: 'Old', status: 'archived' },
    { sku: 'SET', name: 'Set', kind: 'kit', components: [{ sku: 'CUP', quantity: 6 }] },
  ])
  const tryKit = async (sku: string) =>
    (await refusalOf(runCommand(system, ctx, createItem, { sku: 'X', name: 'X', kind: 'kit', components: [{ sku, quantity: 1 }] }))).code
  expect(await tryKit('WRAP')).toBe('catalog.component_not_stocked')
  expect(await tryKit('SET')).toBe('catalog.component_not_stocked')
  expect(await tryKit('OLD')).toBe('catalog.component_archived')
  expect(await tryKit('NONE')).toBe('kernel.invalid_input')
  expect((await refusalOf(runCommand(system, ctx, createItem, { sku: 'X', name: 'X', kind: 'kit' }))).code).toBe('kernel.invalid_input')

  const items = await read(ctx, (tx) => findItemsBySku(tx, ctx.orgId, ['CUP', 'SET', 'NONE']))
  const setId = items.get('SET')?.id ?? ''
  expect((await read(ctx, (tx) => loadKitComponents(tx, ctx.orgId, [setId]))).get(setId)).toMatchObject([
    { quantity: 6, item: { sku: 'CUP', tax_rate_ppm: 100_000, price: 500, price_currency: 'EUR' } },
  ])

  const cupId = items.get('CUP')?.id ?? ''
  expect(await refusalOf(runCommand(system, ctx, updateItem, { item_id: cupId, status: 'archived' }))).toMatchObject({
    kind: 'rule',
    code: 'catalog.component_of_kit',
  })
  await runCommand(system, ctx, updateItem, { item_id: setId, status: 'archived' })
  await runCommand(system, ctx, updateItem, { item_id: cupId, status: 'archived' })
  expect((await runQuery(system, ctx, listItems, { status: 'active' })).data.map((item) => item.sku)).toEqual(['WRAP'])
})

test('an edit changes what is given, needs the version seen, and cannot touch what past quantities rest on', async () => {
  const ctx = await business()
  const { id } = await runCommand(system, ctx, createItem, mug)
  const other = await runCommand(system, ctx, createItem, { sku: 'OTHER', name: 'Other', barcodes: [{ code: 'PLAIN' }] })
  const edit = (changes: object): Promise<DomainError> => refusalOf(runCommand(system, ctx, updateItem, { item_id: id, ...changes }))

  expect(
    await runCommand(system, ctx, updateItem, {
      item_id: id,
      expected_version: 1,
      sku: 'MUG',
      price: null,
      barcodes: [{ code: 'CASE', quantity: 12 }],
    }),
  ).toMatchObject({ version: 2, outcome: 'changed' })
  expect(await runQuery(system, ctx, getItem, { item_id: id })).toMatchObject({
    sku: 'MUG',
    name: 'Red mug',
    price: null,
    weight_g: 320,
    barcodes: [{ code: 'CASE', scheme: 'other', quantity: 12 }],
  })
  expect(await runCommand(system, ctx, updateItem, { item_id: id, name: 'Red mug' })).toMatchObject({ version: 2, outcome: 'unchanged' })
  expect((await edit({ expected_version: 1, name: 'X' })).code).toBe('kernel.version_conflict')
  expect((await edit({ unit_scale: 2 })).code).toBe('catalog.field_fixed')
  expect((await edit({ kind: 'service' })).code).toBe('catalog.field_fixed')
  expect((await edit({ sku: 'OTHER' })).code).toBe('catalog.sku_taken')
  expect((await edit({ barcodes: [{ code: 'PLAIN' }] })).code).toBe('catalog.barcode_taken')
  expect((await refusalOf(runCommand(system, testContext(), updateItem, { item_id: other.id, name: 'X' }))).code).toBe('catalog.not_found')
  expect((await refusalOf(runQuery(system, testContext(), getItem, { item_id: other.id }))).code).toBe('catalog.not_found')
})

test('the same idempotency key makes one item', async () => {
  const ctx = await business()
  const first = await runCommand(system, ctx, createItem, mug, { idempotencyKey: 'once' })
  expect(await runCommand(system, ctx, createItem, mug, { idempotencyKey: 'once' })).toEqual(first)
  expect((await refusalOf(runCommand(system, ctx, createItem, { ...mug, sku: 'B' }, { idempotencyKey: 'once' }))).code).toBe(
    'kernel.idempotency_key_reused',
  )
})

test('two people who make the same SKU at once make one item', async () => {
  const ctx = await business()
  const both = await Promise.allSettled([1, 2].map(() => runCommand(system, ctx, createItem, { sku: 'RACE', name: 'Race' })))
  expect(both.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(both.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({ code: 'catalog.sku_taken' })
})

test('items are found by id, SKU and scan, by text and page by page', async () => {
  const ctx = await business()
  const made = await runBatch(
    system,
    ctx,
    createItems,
    ['Čaša', 'Šolja', 'Tanjir 50%', 'Tanjir 500'].map((name, index) => ({
      sku: `S${index}`,
      name,
      barcodes: [{ code: index === 0 ? '036000291452' : `X${index}` }],
    })),
  )
  const id = made[0]?.ok === true ? made[0].value.id : ''
  expect((await read(ctx, (tx) => findItemsById(tx, ctx.orgId, [id]))).get(id)?.name).toBe('Čaša')
  expect(await read(ctx, (tx) => findItemByBarcode(tx, ctx.orgId, '0036000291452'))).toMatchObject({ quantity: 1, item: { sku: 'S0' } })
  expect(await read(ctx, (tx) => findItemByBarcode(tx, ctx.orgId, '999'))).toBeNull()
  const names = async (input: object) => (await runQuery(system, ctx, listItems, input)).data.map((item) => item.name)
  expect(await names({ q: '50%' })).toEqual(['Tanjir 50%'])
  expect(await names({ q: '0036000291452' })).toEqual(['Čaša'])
  expect(await names({ sku: 'S1' })).toEqual(['Šolja'])
  const first = await runQuery(system, ctx, listItems, { limit: 3 })
  const second = await runQuery(system, ctx, listItems, { limit: 3, cursor: first.next_cursor })
  expect([...first.data, ...second.data].map((item) => item.name)).toEqual(['Čaša', 'Šolja', 'Tanjir 50%', 'Tanjir 500'])
  expect(second.next_cursor).toBeNull()
})

test('items of a file are written all or none, changed by SKU, and a dry run writes nothing', async () => {
  const ctx = await business()
  const count = async () => (await runQuery(system, ctx, listItems, {})).data.length
  const good = [
    { sku: 'A', name: 'A' },
    { sku: 'B', name: 'B', price: { amount: 100, currency: 'EUR' } },
  ]
  const dry = await refusalOf(runCommand(system, ctx, takeItems, { items: good, skip_refused: false, dry_run: true }))
  expect(dry).toMatchObject({ code: 'catalog.dry_run', detail: { refused: [], written: [{ sku: 'A', outcome: 'created' }, { sku: 'B' }] } })
  expect(await count()).toBe(0)

  const mixed = [...good, { sku: 'C' }]
  const refused = await refusalOf(runCommand(system, ctx, takeItems, { items: mixed, skip_refused: false, dry_run: false }))
  expect(refused).toMatchObject({ code: 'catalog.items_refused', detail: { refused: [{ index: 2, fields: [{ pointer: '/name' }] }] } })
  expect(await count()).toBe(0)

  await runCommand(system, ctx, takeItems, { items: mixed, skip_refused: true, dry_run: false })
  const again = await runCommand(system, ctx, takeItems, {
    items: [
      { sku: 'A', name: 'A' },
      { sku: 'B', name: 'Bee' },
    ],
    skip_refused: false,
    dry_run: false,
  })
  expect(again.written.map((item) => item.outcome)).toEqual(['unchanged', 'changed'])
  expect((await runQuery(system, ctx, listItems, { sku: 'B' })).data).toMatchObject([{ name: 'Bee', price: { amount: 100 } }])
})

test('products group items and are archived, tax classes are made once', async () => {
  const ctx = await business()
  const product = await runCommand(system, ctx, createProduct, { name: 'T-shirt' })
  const { id } = await runCommand(system, ctx, createItem, { sku: 'T-M', name: 'T-shirt M', product_id: product.id })
  expect((await runQuery(system, ctx, getItem, { item_id: id })).product_id).toBe(product.id)
  expect((await refusalOf(runCommand(system, ctx, createItem, { sku: 'T-L', name: 'L', product_id: id }))).fields[0]?.pointer).toBe(
    '/product_id',
  )
  expect(await runCommand(system, ctx, updateProduct, { product_id: product.id, expected_version: 1, status: 'archived' })).toMatchObject({
    status: 'archived',
    version: 2,
  })
  expect((await refusalOf(runCommand(system, ctx, updateProduct, { product_id: product.id, expected_version: 1, name: 'X' }))).code).toBe(
    'kernel.version_conflict',
  )
  expect((await refusalOf(runCommand(system, ctx, updateProduct, { product_id: id, name: 'X' }))).code).toBe('catalog.not_found')
  expect((await refusalOf(runQuery(system, testContext(), getProduct, { product_id: product.id }))).code).toBe('catalog.not_found')
  expect((await runQuery(system, ctx, listProducts, { q: 'shirt' })).data).toHaveLength(1)

  await runCommand(system, ctx, createTaxClass, { code: 'books', name: 'Books', rate_ppm: 50_000 })
  expect((await refusalOf(runCommand(system, ctx, createTaxClass, { code: 'books', name: 'Books', rate_ppm: 0 }))).code).toBe(
    'catalog.tax_class_taken',
  )
  expect((await runQuery(system, ctx, listTaxClasses, {})).data.map((taxClass) => taxClass.code)).toEqual([
    'books',
    'reduced',
    'standard',
    'zero',
  ])
})

test('5,000 items go in with one call, kits among them', async () => {
  const ctx = await business()
  const many = Array.from({ length: 4999 }, (_, index) => ({ sku: `N${index}`, name: `Item ${index}`, barcodes: [{ code: `B${index}` }] }))
  const outcomes = await runBatch(system, ctx, createItems, [
    { sku: 'KIT', name: 'Kit', kind: 'kit', components: [{ sku: 'N4998', quantity: 1 }] },
    ...many,
  ])
  expect(outcomes.every((outcome) => outcome.ok)).toBe(true)
})
