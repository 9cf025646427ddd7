import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { refusalOf, testContext, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { runQuery } from '../../kernel/runner.ts'
import { listItems, provisionCatalog } from '../../modules/catalog/index.ts'
import { importFile } from './import-file.ts'
import { TABLE_LIMITS } from './read-table.ts'

const system = useSystem()

async function business(): Promise<Context> {
  const ctx = testContext()
  await inTransaction(system.database, ctx.orgId, (tx) => provisionCatalog(tx, ctx.orgId))
  return ctx
}

function utf16(text: string, bigEndian = false, mark = true): Buffer {
  const bytes = Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le')
  return bigEndian ? bytes.swap16() : bytes
}

async function importItemsFrom(
  content: Buffer | string,
  options: { skipBad?: boolean; preview?: boolean; encoding?: string; ctx?: Context } = {},
) {
  const ctx = options.ctx ?? (await business())
  const run = await importFile(system, ctx, {
    kind: 'items',
    fileName: 'items.csv',
    content: Buffer.from(content),
    preview: options.preview ?? false,
    skipBad: options.skipBad ?? false,
    encoding: options.encoding,
  })
  const items = (await runQuery(system, ctx, listItems, { limit: 200 })).data
  return { run, items, names: items.map((item) => item.name) }
}

const BROKEN: [string, Buffer | string, string, number | null][] = [
  ['an empty file', '', 'file.empty', null],
  ['a file of empty lines', '\n\n  \n', 'file.empty', null],
  ['a header without rows', 'sku,name\n', 'file.empty', null],
  ['an Excel workbook', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'file.not_text', null],
  ['a gzip file', Buffer.from([0x1f, 0x8b, 8, 0]), 'file.not_text', null],
  ['a quotation mark that is never closed', 'sku,name\nA,"Mug\nB,Cup\nC,Jug', 'file.cut_short', 2],
  ['a last row cut in half', 'sku,name,unit\nA,Mug,piece\nB,Cu', 'file.cut_short', 3],
  ['a last character cut in half', Buffer.from('sku,name\nA,Čaša\nB,Š').subarray(0, -1), 'file.cut_short', null],
  ['UTF-16 cut in half', utf16('sku,name\nA,Mug\n').subarray(0, -1), 'file.cut_short', null],
  ['a stray quotation mark', 'sku,name\nA,15" shelf\nB,"a"b\n', 'file.quote', 2],
  ['the same header twice', 'sku,name,Name\nA,Mug,Cup\n', 'header.duplicate', 1],
  ['a missing column', 'code,name\nA,Mug\n', 'header.missing', 1],
  ['NUL characters', 'sku,name\nA,Mug\nB,Cu\0p\n', 'file.nul', 3],
  ['UTF-16 without a mark', utf16('sku,name\nA,Mug\n', false, false), 'file.encoding', null],
  ['a code page that cannot be told', Buffer.from('sku,name\nA,\x8Aolja \xE8\n', 'latin1'), 'file.encoding', null],
  [
    'a false byte order mark',
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('sku,name\nA,\x8A\xFFx\n', 'latin1')]),
    'file.encoding',
    null,
  ],
  ['too many columns', `sku,name${',x'.repeat(TABLE_LIMITS.columns)}\nA,Mug\n`, 'file.too_many_columns', 1],
  ['a cell that is too long', `sku,name\nA,${'x'.repeat(TABLE_LIMITS.cellCharacters + 1)}\n`, 'file.cell_too_long', 2],
  ['a row that is too long', `sku,name\nA,"${'x\n'.repeat(TABLE_LIMITS.rowCharacters / 2 + 1)}"\n`, 'file.row_too_long', 2],
]

test.each(BROKEN)('%s is reported and nothing is written, not even when bad rows are skipped', async (_what, content, code, row) => {
  const { run, items } = await importItemsFrom(content, { skipBad: true })
  expect(run.status).toBe('failed')
  expect(run.problems[0]).toMatchObject({ code, row })
  expect(run.problems[0]?.fix).not.toBe('')
  expect(items).toEqual([])
})

const TEXT = 'sku,name\nA,Čaša\nB,"Šolja, plava"\n'
const GOOD: [string, Buffer | string, string][] = [
  ['UTF-8', TEXT, 'utf-8'],
  ['UTF-8 with a mark', `\ufeff${TEXT}`, 'utf-8'],
  ['UTF-16 little endian', utf16(TEXT), 'utf-16le'],
  ['UTF-16 big endian', utf16(TEXT, true), 'utf-16be'],
  ['Windows line ends and a quoted line break', '\ufeffsku,name\r\nA,Čaša\r\nB,"Šolja, plava"\r\n', 'utf-8'],
  ['semicolons, spaces and capitals in the header', ' SKU ;Name;\nA;Čaša;\nB;Šolja, plava;\n', 'utf-8'],
  ['tabs and no line break at the end', 'sku\tname\nA\tČaša\nB\tŠolja, plava', 'utf-8'],
]

test.each(GOOD)('%s is read as it is', async (_what, content, encoding) => {
  const { run, names } = await importItemsFrom(content)
  expect(run).toMatchObject({ status: 'done', encoding, rows_total: 2, rows_done: 2, rows_bad: 0, problems: [] })
  expect(names).toEqual(['Čaša', 'Šolja, plava'])
})

test('a code page is read when it is stated, when both read the same, or when only one has the byte; a false statement is refused', async () => {
  const serbian = Buffer.from('sku,name\nA,\x8Aolja \xE8\n', 'latin1')
  expect((await importItemsFrom(serbian, { encoding: 'windows-1250' })).names).toEqual(['Šolja č'])
  expect((await importItemsFrom(serbian, { encoding: 'windows-1252' })).names).toEqual(['Šolja è'])
  expect((await importItemsFrom(Buffer.from('sku,name\nA,M\xFCsli\n', 'latin1'))).names).toEqual(['Müsli'])
  expect((await importItemsFrom(Buffer.from('sku,name\nA,\x9Dapka\n', 'latin1'))).run).toMatchObject({
    encoding: 'windows-1250',
    status: 'done',
  })
  expect((await importItemsFrom(serbian, { encoding: 'utf-8' })).run.problems[0]?.code).toBe('file.encoding')
  expect((await importItemsFrom(serbian, { encoding: 'klingon' })).run.problems[0]?.message).toMatch(/no encoding/)
})

test('a file that is too large is refused before it is kept', async () => {
  const ctx = await business()
  const content = new Uint8Array(TABLE_LIMITS.bytes + 1)
  expect(
    (await refusalOf(importFile(system, ctx, { kind: 'items', fileName: 'x.csv', content, preview: true, skipBad: false }))).code,
  ).toBe('imports.file_too_large')
  const { rows } = await readOnly(system.database, ctx, (tx) => sql`select from imports.import_run where org_id = ${ctx.orgId}`.execute(tx))
  expect(rows).toHaveLength(0)
})
