import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'

/**
 * Tables that belong to no organization, a closed list: sign-in (users serve in several organizations), who they are there (looked up
 * before an organization is known), the outbox cursor, and what migrations and jobs keep for themselves. Everything else is behind row-level security.
 */
const GLOBAL = /^(auth|pgboss|migration)\.|^kernel\.event_cursor$/

const MINE = 990_001
const THEIRS = 990_002
const ID = '01890000-0000-7000-8000-0000000000ff'

interface Table {
  name: string
  hasOrg: boolean
  secured: boolean
  columns: { name: string; type: string }[]
}

const database = useDatabase()
let owner: pg.Client
let app: pg.Client
let tables: Table[] = []

beforeAll(async () => {
  owner = new pg.Client({ connectionString: database.ownerUrl })
  app = new pg.Client({ connectionString: database.url })
  await owner.connect()
  await app.connect()
  tables = await listTables()
  for (const table of tenantTables()) if (table.hasOrg) await putRows(table)
}, 60_000)
afterAll(async () => {
  await owner.end()
  await app.end()
})

function tenantTables(): Table[] {
  return tables.filter((table) => !GLOBAL.test(table.name))
}

async function listTables(): Promise<Table[]> {
  const { rows } = await owner.query<Table>(`
    select n.nspname || '.' || c.relname as name, c.relrowsecurity as secured,
           exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped) as "hasOrg",
           (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum), '[]')
              from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attidentity = '' and a.attgenerated = '' and a.attname <> 'org_id'
               and a.attnotnull and d.oid is null) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
     order by 1`)
  return rows
}

const VALUES: Readonly<Record<string, string>> = {
  uuid: `'${ID}'`,
  text: `'x'`,
  'character varying': `'x'`,
  character: `'x'`,
  bytea: `'\\x00'`,
  jsonb: `'{}'`,
  json: `'{}'`,
  boolean: 'false',
  'timestamp with time zone': 'now()',
  date: 'current_date',
  xid8: `'0'`,
  'text[]': `'{}'`,
  'uuid[]': `'{}'`,
}

/** One row of each organization in a table, whatever its constraints say: the walls under test are the policies alone. */
async function putRows(table: Table): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `select conname as name from pg_constraint where conrelid = '${table.name}'::regclass and contype in ('c', 'f')`,
  )
  for (const { name } of rows) await owner.query(`alter table ${table.name} drop constraint ${pg.escapeIdentifier(name)}`)
  for (const org of [MINE, THEIRS]) await owner.query(insertInto(table, org))
}

function insertInto(table: Table, org: number): string {
  const names = table.columns.map((column) => pg.escapeIdentifier(column.name))
  const values = table.columns.map((column) => VALUES[column.type] ?? '1')
  return `insert into ${table.name} (${['org_id', ...names].join(', ')}) values (${[org, ...values].join(', ')})`
}

/** Runs one statement as the program does, in my organization; nothing of it is kept. A refusal is answered by its SQLSTATE. */
async function asMe(statement: string): Promise<{ orgs: number[] } | { refused: string }> {
  await app.query(`begin; select set_config('tefter.org_id', '${MINE}', true)`)
  try {
    const { rows } = await app.query<{ org: number }>(statement)
    return { orgs: [...new Set(rows.map((row) => row.org))] }
  } catch (error) {
    return { refused: (error as { code: string }).code }
  } finally {
    await app.query('rollback')
  }
}

const NO_RIGHT = { refused: '42501' }

describe('every table', () => {
  test('belongs to organizations or stands on the closed list', () => {
    expect(
      tenantTables()
        .filter((table) => !table.hasOrg || !table.secured)
        .map((table) => table.name),
    ).toEqual([])
    expect(tenantTables().length).toBeGreaterThan(80)
  })

  test('is not owned by the program, which may not pass by the policies either', async () => {
    const { rows } = await app.query(
      `select r.rolsuper, r.rolbypassrls, (select count(*)::int from pg_class c where c.relowner = r.oid) as owns from pg_roles r where r.rolname = current_user`,
    )
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, owns: 0 }])
  })
})

describe('in my organization, unfiltered SQL', () => {
  test('reads only my rows, of every table', async () => {
    const seen: Record<string, unknown> = {}
    for (const { name } of tenantTables()) seen[name] = await asMe(`select org_id as org from ${name}`)
    for (const [name, outcome] of Object.entries(seen)) expect({ [name]: outcome }).toEqual({ [name]: { orgs: [MINE] } })
  })

  test('changes only my rows, or none', async () => {
    for (const { name } of tenantTables()) {
      expect([{ orgs: [MINE] }, NO_RIGHT], name).toContainEqual(await asMe(`update ${name} set org_id = org_id returning org_id as org`))
      expect([{ orgs: [] }, NO_RIGHT], name).toContainEqual(
        await asMe(`update ${name} set org_id = org_id where org_id = ${THEIRS} returning org_id as org`),
      )
    }
  })

  test('deletes only my rows, or none', async () => {
    for (const { name } of tenantTables()) {
      expect([{ orgs: [] }, NO_RIGHT], name).toContainEqual(
        await asMe(`delete from ${name} where org_id = ${THEIRS} returning org_id as org`),
      )
    }
  })

  test('neither writes a row of another organization nor gives mine away', async () => {
    for (const table of tenantTables()) {
      await owner.query(`delete from ${table.name} where org_id = ${THEIRS}`)
      expect({ [table.name]: await asMe(insertInto(table, THEIRS)) }).toEqual({ [table.name]: NO_RIGHT })
      expect({ [table.name]: await asMe(`update ${table.name} set org_id = ${THEIRS} returning org_id as org`) }).toEqual({
        [table.name]: NO_RIGHT,
      })
    }
  })
})

test('without an organization a query raises instead of answering nothing', async () => {
  for (const { name } of tenantTables()) {
    await expect(app.query(`select org_id from ${name}`), name).rejects.toThrow()
  }
})
