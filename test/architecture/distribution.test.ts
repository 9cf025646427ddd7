import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'

/**
 * What Citus asks of a table that is distributed by `org_id` (docs.citusdata.com, "Limitations"): the column leads every primary key, unique
 * index, exclusion and foreign key, and no trigger is deferred. `docs/scale.md` says what the move is.
 */
const database = useDatabase()
let owner: pg.Client

beforeAll(async () => {
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
})
afterAll(() => owner.end())

const TENANT = `
  select c.oid, n.nspname || '.' || c.relname as name, a.attnum as org
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
   where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'auth', 'pgboss', 'migration')`

/** Users and sessions, what the outbox has told, migrations. */
const GLOBAL: readonly string[] = [
  'auth.account',
  'auth.failed_sign_in',
  'auth.session',
  'auth.two_factor',
  'auth.used_code',
  'auth.user',
  'auth.verification',
  'kernel.event_cursor',
  'migration.file',
  'migration.kysely_migration',
  'migration.kysely_migration_lock',
]

async function names(statement: string): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(`with tenant as (${TENANT}) ${statement}`)
  return rows.map((row) => row.name)
}

test('every tenant table has a primary key that begins with org_id', async () => {
  expect((await names('select name from tenant')).length).toBeGreaterThan(80)
  expect(
    await names(
      `select t.name from tenant t where not exists (select from pg_constraint p where p.conrelid = t.oid and p.contype = 'p' and p.conkey[1] = t.org)`,
    ),
  ).toEqual([])
})

test('every unique index of a tenant table begins with org_id', async () => {
  expect(
    await names(
      `select t.name || ': ' || i.indexrelid::regclass as name from tenant t join pg_index i on i.indrelid = t.oid where i.indisunique and i.indkey[0] <> t.org`,
    ),
  ).toEqual([])
})

test('every foreign key between tenant tables pairs org_id with org_id, first', async () => {
  expect(
    await names(`
      select t.name || ': ' || f.conname as name from tenant t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
        join tenant target on target.oid = f.confrelid where f.conkey[1] <> t.org or f.confkey[1] <> target.org`),
  ).toEqual([])
})

test('no tenant table refers to a table that stays on one node', async () => {
  expect(
    await names(`
      select t.name || ': ' || f.conname as name from tenant t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
       where f.confrelid not in (select oid from tenant)`),
  ).toEqual([])
})

test('no tenant table excludes rows other than by a rule that begins with org_id', async () => {
  expect(
    await names(
      `select t.name || ': ' || k.conname as name from tenant t join pg_constraint k on k.conrelid = t.oid and k.contype = 'x' where k.conkey[1] <> t.org`,
    ),
  ).toEqual([])
})

test('the tables that stay on one node are a closed list', async () => {
  const global = await names(`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pgboss') and n.nspname !~ '^pg_'
       and c.oid not in (select oid from tenant) order by 1`)
  expect(global).toEqual(GLOBAL)
})

test('nothing is deferred, and no tenant table has a trigger of its own', async () => {
  expect(
    await names(
      `select t.name || ': ' || k.conname as name from tenant t join pg_constraint k on k.conrelid = t.oid where k.condeferrable`,
    ),
  ).toEqual([])
  expect(
    await names(`select t.name || ': ' || g.tgname as name from tenant t join pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal`),
  ).toEqual([])
})
