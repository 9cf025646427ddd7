import { strToU8, zipSync } from 'fflate'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { refusalOf, testContext, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { runCommand } from '../../kernel/runner.ts'
import { createWarehouse, provisionInventory } from '../../modules/inventory/index.ts'
import { provisionCatalog } from '../../modules/catalog/index.ts'
import { provisionLedger } from '../../modules/ledger/index.ts'
import { readBadRows, reportCsv } from './bad-rows.ts'
import { changeImport, importFile, runImport } from './import-file.ts'
import { resumeInterrupted } from './import-run.ts'
import { previewUndo, undoImport } from './undo-import.ts'

const system = useSystem()

async function business(): Promise<Context> {
  const ctx = testContext()
  await inTransaction(system.database, ctx.orgId, async (tx) => {
    await provisionLedger(tx, ctx.orgId)
    await provisionCatalog(tx, ctx.orgId)
    await provisionInventory(tx, ctx.orgId, new Date())
  })
  await runCommand(system, ctx, createWarehouse, { code: 'BG', name: 'Beograd', country: 'RS', postcode: '11000' })
  return ctx
}

const preview = (ctx: Context, content: string | Uint8Array, kind?: string) =>
  importFile(system, ctx, { fileName: 'file.csv', content: Buffer.from(content), preview: true, skipBad: false, kind })

/** A workbook of one sheet; cells are XML as a spreadsheet program writes them. */
function workbook(rows: string): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  return zipSync({
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="${main}" xmlns:r="${rel}"><sheets><sheet name="Items" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`),
  })
}
const text = (place: string, value: string) => `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`

test('columns are mapped, constants fill in, a comma stands before decimals, bad rows are corrected in place and kept with the run', async () => {
  const ctx = await business()
  const first = await preview(ctx, 'Šifra;Naziv;Cena\nA1;Šolja;9,99\nA2;Lonac;x\nA3;;5\n')
  expect(first.problems[0]?.code).toBe('header.missing')
  const settings = { columns: { sku: 'Šifra', name: 'Naziv', price: 'Cena' }, constants: { unit: 'piece' }, decimal_comma: true }
  const mapped = await changeImport(system, ctx, { importId: first.id, kind: 'items', settings })
  expect(mapped.problems.map(({ row, column }) => [row, column])).toEqual([
    [3, 'Cena'],
    [4, 'Naziv'],
  ])
  expect((await readBadRows(system, ctx, first.id)).rows.map(({ row, cells }) => [row, cells])).toEqual([
    [3, ['A2', 'Lonac', 'x']],
    [4, ['A3', '', '5']],
  ])
  expect(await reportCsv(system, ctx, first.id)).toContain('problem,3,Cena,x,number')
  const edited = await changeImport(system, ctx, { importId: first.id, edits: { 3: { Cena: '12,50' }, 4: null } })
  expect(edited).toMatchObject({ rows_total: 2, rows_bad: 0, problems: [] })
  expect(await runImport(system, ctx, { importId: first.id, skipBad: false })).toMatchObject({ status: 'done', rows_done: 2 })
})

test('a workbook is read as it shows; one that unpacks beyond the limit is refused', async () => {
  const ctx = await business()
  const rows = `<row r="1">${text('A1', 'sku')}${text('B1', 'name')}${text('C1', 'price')}</row><row r="2">${text('A2', '007')}${text('B2', 'Cup')}<c r="C2"><f>1+2</f><v>19.989999999999998</v></c></row>`
  const run = await preview(ctx, workbook(rows), 'items')
  expect(run).toMatchObject({ encoding: 'xlsx', rows_total: 1, rows_bad: 0 })
  // 250 MB of one letter pack into a quarter of a megabyte.
  const bomb = await preview(ctx, workbook('x'.repeat(250 * 1024 * 1024)), 'items')
  expect(bomb.problems[0]?.code).toBe('file.too_large')
})

test('an import is undone while nothing of it was used; afterwards it says what stands in the way', async () => {
  const ctx = await business()
  const items = await preview(ctx, 'sku,name\nCUP,Cup\nMUG,Mug\n', 'items')
  await runImport(system, ctx, { importId: items.id, skipBad: false })
  const stock = await preview(ctx, 'sku,warehouse,quantity,unit_cost\nCUP,BG,10,4.00\n', 'stock')
  await runImport(system, ctx, { importId: stock.id, skipBad: false })
  expect(await previewUndo(system, ctx, items.id)).toMatchObject({ items_to_archive: 1, obstacle_count: 1, obstacles: [{ name: 'CUP' }] })
  expect((await refusalOf(undoImport(system, ctx, items.id))).code).toBe('imports.cannot_undo')
  expect(await previewUndo(system, ctx, stock.id)).toMatchObject({ receipts_to_reverse: 1, obstacle_count: 0 })
  expect((await undoImport(system, ctx, stock.id)).status).toBe('undone')
  expect((await undoImport(system, ctx, items.id)).status).toBe('undone')
  const { rows } = await readOnly(system.database, ctx, (tx) =>
    sql<{ on_hand: number; active: number }>`
      select (select coalesce(sum(on_hand), 0)::int from inventory.stock_level where org_id = ${ctx.orgId}) as on_hand,
             (select count(*)::int from catalog.item where org_id = ${ctx.orgId} and status = 'active') as active`.execute(tx),
  )
  expect(rows[0]).toEqual({ on_hand: 0, active: 0 })
})

test('an import whose process is gone is gone on with, three times; one that works is left alone', async () => {
  const ctx = await business()
  const gone = await preview(ctx, 'sku,name\nA,Cup\n', 'items')
  const working = await preview(ctx, 'sku,name\nB,Cup\n', 'items')
  const set = (id: string, heartbeat: string) =>
    inTransaction(system.database, ctx.orgId, (tx) =>
      sql`update imports.import_run set status = 'running', heartbeat_at = now() - ${heartbeat}::interval where org_id = ${ctx.orgId} and id = ${id}`.execute(
        tx,
      ),
    )
  const statuses = async () => {
    const { rows } = await readOnly(system.database, ctx, (tx) =>
      sql<{ status: string }>`select status from imports.import_run where org_id = ${ctx.orgId} order by id = ${gone.id} desc`.execute(tx),
    )
    return rows.map((row) => row.status)
  }
  await set(working.id, '0 minutes')
  for (let time = 1; time <= 3; time += 1) {
    await set(gone.id, '10 minutes')
    expect((await runCommand(system, ctx, resumeInterrupted, {})).resumed.map((row) => row.id)).toEqual([gone.id])
    expect(await statuses()).toEqual(['queued', 'running'])
  }
  // The worker takes it and dies a fourth time: the file is not tried again.
  await set(gone.id, '10 minutes')
  expect(await runCommand(system, ctx, resumeInterrupted, {})).toEqual({ resumed: [] })
  expect(await statuses()).toEqual(['failed', 'running'])
})
