import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts'
import { makeTemporaryFolder } from '../../test/support/temporary-folder.ts'
import { migrate } from './migrate.ts'

let database: TestDatabase
let folder: string

beforeEach(async () => {
  database = await createTestDatabase({ empty: true })
  folder = makeTemporaryFolder()
  await writeFile(join(folder, '0001_shop.sql'), '-- Why: the ground.\ncreate schema shop;\ncreate table shop.sale (id int primary key);\n')
})

afterEach(async () => {
  await database.drop()
})

async function run(appRole?: string): Promise<string[]> {
  return (await migrate({ ownerUrl: database.ownerUrl, appRole, folder })).applied
}

async function ask<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    return (await client.query<T>(statement)).rows
  } finally {
    await client.end()
  }
}

test('applies what is new, in order, and once', async () => {
  expect(await run()).toEqual(['0001_shop'])
  expect(await run()).toEqual([])
  await writeFile(join(folder, '0003_more.sql'), 'insert into shop.sale values (3);')
  await writeFile(join(folder, '0002_sale.sql'), 'insert into shop.sale values (2);')
  expect(await run()).toEqual(['0002_sale', '0003_more'])
  expect(await ask('select id from shop.sale order by id')).toEqual([{ id: 2 }, { id: 3 }])
})

test('two runs at once wait for each other', async () => {
  const applied = await Promise.all([run(), run(), run()])
  expect(applied.flat()).toEqual(['0001_shop'])
})

test('refuses a file that was changed after it was applied; line ends of Windows are no change', async () => {
  await run()
  await writeFile(
    join(folder, '0001_shop.sql'),
    '-- Why: the ground.\r\ncreate schema shop;\r\ncreate table shop.sale (id int primary key);\r\n',
  )
  expect(await run()).toEqual([])
  await writeFile(join(folder, '0001_shop.sql'), 'create schema shop;')
  await expect(run()).rejects.toMatchObject({ kind: 'conflict', code: 'kernel.migration_changed', detail: { name: '0001_shop' } })
})

test('refuses a database that knows more migrations than this version', async () => {
  await writeFile(join(folder, '0002_later.sql'), 'select 1;')
  await run()
  await rm(join(folder, '0002_later.sql'))
  await expect(run()).rejects.toMatchObject({ kind: 'conflict', code: 'kernel.migration_unknown', detail: { name: '0002_later' } })
})

test('a failure names file and line, and leaves nothing half-done', async () => {
  await writeFile(join(folder, '0002_wrong.sql'), "-- Why: a mistake.\n\nselect 1;\nselect 'š' from shop.nowhere;\n")
  await expect(run()).rejects.toThrow(/0002_wrong\.sql, line 4: relation "shop\.nowhere" does not exist/)
  expect(await ask("select from pg_namespace where nspname = 'shop'")).toEqual([])
})

test('runs a file without transaction statement by statement', async () => {
  await writeFile(
    join(folder, '0002_index.sql'),
    '-- Why: faster.\n-- no-transaction\n\ndrop index concurrently if exists shop.sale_by_id;\n-- and again\ncreate index concurrently sale_by_id\n  on shop.sale (id);\n',
  )
  await writeFile(join(folder, '0003_more.sql'), 'insert into shop.sale values (3);')
  expect(await run()).toEqual(['0001_shop', '0002_index', '0003_more'])
  expect(await ask("select indisvalid from pg_index where indexrelid = 'shop.sale_by_id'::regclass")).toEqual([{ indisvalid: true }])
})

test('names a statement that fails in a file without transaction, and can be repeated', async () => {
  await writeFile(
    join(folder, '0002_index.sql'),
    '-- no-transaction\ncreate index concurrently a on shop.sale (id);\ncreate index concurrently b on shop.sale (nothing);\n',
  )
  await expect(run()).rejects.toThrow(/0002_index\.sql, line 3: .*Its earlier statements stay/)
  await writeFile(join(folder, '0002_index.sql'), '-- no-transaction\ncreate index concurrently if not exists a on shop.sale (id);\n')
  expect(await run()).toEqual(['0002_index'])
})

test('the owner may take on the application role when both are one user', async () => {
  await run()
  expect(await ask("select set_config('role', 'tefter_app', true) as role")).toEqual([{ role: 'tefter_app' }])
})

test('refuses a name that is not numbered, and a number that is there twice', async () => {
  await writeFile(join(folder, '0001_other.sql'), 'select 1;')
  await expect(run()).rejects.toThrow(/Two migrations have the number 0001/)
  await rm(join(folder, '0001_other.sql'))
  await writeFile(join(folder, 'later.sql'), 'select 1;')
  await expect(run()).rejects.toThrow(/must be named like 0001_words\.sql/)
})
