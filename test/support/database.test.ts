import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase, useDatabase } from './database.ts'

const database = useDatabase()

async function ask<T extends pg.QueryResultRow>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<T>(statement)).rows
  } finally {
    await client.end()
  }
}

test('the database of a test file is migrated', async () => {
  const rows = await ask<{ name: string }>(database.ownerUrl, 'select name from migration.file order by name limit 1')
  expect(rows[0]?.name).toMatch(/^0001_/)
})

test('the application works as a role that owns nothing and is bound by row-level security', async () => {
  const rows = await ask(
    database.url,
    `select r.rolsuper, r.rolbypassrls, pg_has_role(current_user, 'tefter_app', 'usage') as member,
            (select count(*)::int from pg_class c where c.relowner = r.oid) as owned
       from pg_roles r where r.rolname = current_user`,
  )
  expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, member: true, owned: 0 }])
})

test('what one database holds, another does not see; a dropped one is gone', async () => {
  const other = await createTestDatabase()
  await ask(other.ownerUrl, 'create table only_here (id int)')
  const rows = await ask(database.ownerUrl, "select from pg_class where relname = 'only_here'")
  expect(rows).toEqual([])
  await other.drop()
  await expect(ask(other.url, 'select')).rejects.toThrow(/does not exist/)
})
