import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { refusalOf, testContext, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import { createItem, listItems, listProducts, provisionCatalog } from '../../modules/catalog/index.ts'
import { importFile, runImport } from './import-file.ts'
import { getImport, listImports } from './import-run.ts'

const system = useSystem()

async function business(): Promise<Context> {
  const ctx = testContext()
  await inTransaction(system.database, ctx.orgId, (tx) => provisionCatalog(tx, ctx.orgId))
  return ctx
}

const send = (ctx: Context, text: string, options: { preview?: boolean; skipBad?: boolean } = {}) =>
  importFile(system, ctx, {
    kind: 'items',
    fileName: 'C:\\files\\items.csv',
    content: Buffer.from(text),
    preview: options.preview ?? false,
    skipBad: options.skipBad ?? false,
  })

const skus = async (ctx: Context) => (await runQuery(system, ctx, listItems, { limit: 200 })).data.map((item) => item.sku).toSorted()

const GOOD = `sku,name,kind,barcodes,weight_g,price,currency,tax_class,product,components
SET,Gift set,kit,,,49.90,EUR,standard,Tea,CUP*6|TEA*1
CUP,Cup,stocked,4006381333931|10614141000415*12|other:123,320,9.9,,standard,Tea,
TEA,Tea,,,,0.125,RSD,reduced,,
`

test('items are made with barcodes, prices, products and kits in any order of rows', async () => {
  const ctx = await business()
  const run = await send(ctx, GOOD)
  expect(run).toMatchObject({
    status: 'done',
    file_name: 'items.csv',
    rows_total: 3,
    rows_done: 3,
    rows_bad: 0,
    problems: [],
    totals: { created: 3 },
  })
  const items = (await runQuery(system, ctx, listItems, {})).data
  expect(items.find((item) => item.sku === 'SET')).toMatchObject({
    kind: 'kit',
    price: { amount: 4990, scale: 2, currency: 'EUR' },
    components: [
      { sku: 'CUP', quantity: 6 },
      { sku: 'TEA', quantity: 1 },
    ],
  })
  expect(items.find((item) => item.sku === 'CUP')).toMatchObject({
    price: { amount: 990, scale: 2, currency: 'EUR' },
    weight_g: 320,
    barcodes: [
      { code: '10614141000415', scheme: 'gtin_14', quantity: 12 },
      { code: '123', scheme: 'other', quantity: 1 },
      { code: '4006381333931', scheme: 'gtin_13', quantity: 1 },
    ],
  })
  expect(items.find((item) => item.sku === 'TEA')).toMatchObject({
    price: { amount: 125, scale: 3, currency: 'RSD' },
    tax_class: 'reduced',
    kind: 'stocked',
  })
  expect((await runQuery(system, ctx, listProducts, {})).data.map((product) => product.name)).toEqual(['Tea'])
})

test('the same file again changes nothing; a file of two columns changes those and leaves the rest', async () => {
  const ctx = await business()
  await send(ctx, GOOD)
  expect((await send(ctx, GOOD)).totals).toEqual({ created: 0, changed: 0, unchanged: 3 })
  expect((await send(ctx, 'sku;price\nCUP;10,50\n')).totals).toEqual({ created: 0, changed: 1, unchanged: 0 })
  expect((await runQuery(system, ctx, listItems, { sku: 'CUP' })).data).toMatchObject([
    { name: 'Cup', version: 2, price: { amount: 1050 } },
  ])
})

test('all bad rows are reported at once with row, column, value and fix, and nothing is written', async () => {
  const ctx = await business()
  const run = await send(
    ctx,
    [
      'sku,name,kind,barcodes,weight_g,price,currency,tax_class,image_url,components,colour',
      'A,Good,,,,,,,,,red',
      ',No SKU,,,,,,,,,',
      'B,,,,,,,,,,',
      'C,"Two\nlines",gadget,,,,,,,,',
      '',
      'D,D,,4006381333932,-5,,,,,,',
      'E,E,,,,"1,234.50",,,,,',
      'F,F,,,,1.50,XQX,,,,',
      'G,G,,,,,EUR,luxury,ftp://x,,',
      'A,Again,,,,,,,,,',
      'H,H,kit,,,,,,,NOPE*2,',
      'I,I,,,,,',
      'J,J,,,,,,,,,,,extra',
    ].join('\n'),
  )
  expect(run).toMatchObject({ status: 'failed', rows_total: 12, rows_done: 0, rows_bad: 11, unknown_columns: ['colour'] })
  expect(run.problems.map((problem) => [problem.row, problem.column, problem.code])).toEqual([
    [3, 'sku', 'required'],
    [4, 'name', 'required'],
    [5, 'kind', 'choice'],
    [7, 'weight_g', 'too_small'],
    [8, 'price', 'number'],
    [9, 'currency', 'currency'],
    [10, 'currency', 'no_price'],
    [11, 'sku', 'duplicate'],
    [12, 'components', 'unknown'],
    [13, null, 'row.cells'],
    [14, null, 'row.cells'],
  ])
  expect(run.problems.every((problem) => (problem.fix ?? '') !== '')).toBe(true)
  expect(run.problems[4]).toMatchObject({
    value: '1,234.50',
    fix: 'write digits with one point before the decimals, without thousands separators or signs of currency',
  })
  expect(await skus(ctx)).toEqual([])
})

test('skip-bad writes the good rows and lists the bad ones', async () => {
  const ctx = await business()
  const run = await send(ctx, 'sku,name,barcodes\nA,Good,\nB,Bad,4006381333932\nC,,\n', { skipBad: true })
  expect(run).toMatchObject({ status: 'done', rows_total: 3, rows_done: 1, rows_bad: 2 })
  expect(run.problems.map((problem) => [problem.row, problem.column])).toEqual([
    [3, 'barcodes'],
    [4, 'name'],
  ])
  expect(run.problems[0]?.message).toMatch(/4006381333932: .*check digit 1/)
  expect(await skus(ctx)).toEqual(['A'])
})

test('a preview writes nothing but itself, then runs once', async () => {
  const ctx = await business()
  const preview = await send(ctx, GOOD, { preview: true })
  expect(preview).toMatchObject({ status: 'previewed', rows_total: 3, rows_done: 0, finished_at: null, totals: { created: 3 } })
  expect(await skus(ctx)).toEqual([])
  expect(await runImport(system, ctx, { importId: preview.id, skipBad: false })).toMatchObject({ status: 'done', rows_done: 3 })
  expect(await skus(ctx)).toEqual(['CUP', 'SET', 'TEA'])
  expect(await refusalOf(runImport(system, ctx, { importId: preview.id, skipBad: false }))).toMatchObject({
    kind: 'conflict',
    code: 'imports.not_previewed',
  })
  const left = await readOnly(system.database, ctx, (tx) => sql`select from imports.import_file where org_id = ${ctx.orgId}`.execute(tx))
  expect(left.rows).toHaveLength(0)
  expect((await refusalOf(runImport(system, testContext(), { importId: preview.id, skipBad: false }))).code).toBe('imports.not_found')
})

test('what two people who run one preview at once write is written once', async () => {
  const ctx = await business()
  const { id } = await send(ctx, GOOD, { preview: true })
  const both = await Promise.allSettled([1, 2].map(() => runImport(system, ctx, { importId: id, skipBad: false })))
  expect(both.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('SKUs that differ only by case are two items, with a warning, in the file and against the catalog', async () => {
  const ctx = await business()
  await runCommand(system, ctx, createItem, { sku: 'mug', name: 'Mug' })
  const run = await send(ctx, 'sku,name\n15056BL,Parasol\n15056bl,Parasol\nMUG,Mug\n')
  expect(run).toMatchObject({ status: 'done', rows_done: 3, warning_count: 2 })
  expect(run.warnings.map((warning) => [warning.row, warning.code])).toEqual([
    [3, 'sku.case'],
    [4, 'sku.case'],
  ])
  expect(await skus(ctx)).toEqual(['15056BL', '15056bl', 'MUG', 'mug'])
})

test('imports are listed, seen by those who may, and events tell of them', async () => {
  const ctx = await business()
  const run = await send(ctx, GOOD)
  expect((await runQuery(system, ctx, listImports, { kind: 'items' })).data).toMatchObject([{ id: run.id, status: 'done' }])
  expect((await runQuery(system, ctx, getImport, { import_id: run.id })).rows_done).toBe(3)
  expect((await refusalOf(runQuery(system, testContext(), getImport, { import_id: run.id }))).code).toBe('imports.not_found')
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ type: string }>`select type from kernel.event where org_id = ${ctx.orgId} and document_id = ${run.id} order by seq`.execute(tx),
  )
  expect(rows.map((row) => row.type)).toEqual(['imports.file_taken', 'imports.import_done'])
})

test('importing needs its permission and that of what it writes; kind and format must be known', async () => {
  const orgId = (await business()).orgId
  expect((await refusalOf(send(testContext({ orgId, permissions: ['catalog.write'] }), GOOD))).code).toBe('kernel.forbidden')
  const noCatalog = await refusalOf(send(testContext({ orgId, permissions: ['imports.run'] }), GOOD))
  expect(noCatalog).toMatchObject({ code: 'kernel.forbidden', detail: { permission: 'catalog.write' } })
  const unknown = await refusalOf(
    importFile(system, testContext(), {
      kind: 'items',
      format: 'shop',
      fileName: 'x',
      content: Buffer.from('x'),
      preview: true,
      skipBad: false,
    }),
  )
  expect(unknown).toMatchObject({ kind: 'invalid', code: 'imports.unknown_format' })
})
