import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { addressOf } from '../../src/entry/database-address.ts'
import { migrateAll } from '../../src/entry/runtime.ts'
import { useDatabase } from '../support/database.ts'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'
import { expectExactly, openAuditor } from './account.ts'
import { openShop, startLoad } from './mixed-load.ts'
import { answersReady, freePort, runTefter, startTefter, type TefterProcess } from './tefter-process.ts'

/** What docs/guides/upgrade.md says, between this version and two made-up later ones. */
const database = useDatabase()
const ROOT = join(import.meta.dirname, '..', '..')

/** Adds only: the version before writes as it always did. */
const EXPAND = `-- Why: a trial of an upgrade.
alter table orders.sales_order add column trial_note text not null default '';
create table orders.trial (org_id bigint not null, id uuid not null, primary key (org_id, id));
call kernel.tenant_table('orders.trial');
grant select, insert on orders.trial to tefter_app;
`
const EXPAND_INDEX = `-- no-transaction
-- Why: an index that locks out nobody while it is built.
create index concurrently if not exists sales_order_trial_note on orders.sales_order (org_id, trial_note);
`
/** The way back: forward. */
const TAKE_BACK = `-- Why: the trial is over.
drop index orders.sales_order_trial_note;
drop table orders.trial;
alter table orders.sales_order drop column trial_note;
`

/** A copy of the program with more migrations; answers the path of its `bin/tefter`. */
async function laterVersion(migrations: Readonly<Record<string, string>>): Promise<string> {
  const folder = makeTemporaryFolder('later ')
  for (const part of ['src', 'bin', 'migrations', 'package.json'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true, filter: (path) => !path.endsWith('.test.ts') })
  await mkdir(join(folder, 'web'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const [name, text] of Object.entries(migrations)) await writeFile(join(folder, 'migrations', `${name}.sql`), text)
  return join(folder, 'bin', 'tefter')
}

/** Every column of the database, to compare. */
async function readColumns(): Promise<string[]> {
  const client = new pg.Client(database.ownerUrl)
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    `select table_schema || '.' || table_name || '.' || column_name as name from information_schema.columns
      where table_schema not in ('pg_catalog', 'information_schema') order by 1`,
  )
  await client.end()
  return rows.map(({ name }) => name)
}

test('a new version is brought under load, process by process, and taken back by a later one: nothing acknowledged is lost', async () => {
  const next = await laterVersion({ '9001_trial': EXPAND, '9002_trial_index': EXPAND_INDEX })
  const back = await laterVersion({ '9001_trial': EXPAND, '9002_trial_index': EXPAND_INDEX, '9003_trial_over': TAKE_BACK })
  const owner = { DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl }
  const settings = { DATABASE_URL: database.url, TEFTER_MIGRATE: 'false', TEFTER_POOL_SIZE: '6' }
  await migrateAll(addressOf(database.url, database.ownerUrl))
  const ports = [await freePort(), await freePort()] as const
  const begin = (which: 0 | 1, program?: string): Promise<TefterProcess> =>
    startTefter({ settings, port: ports[which], ...(program === undefined ? {} : { program }) })
  const processes = await Promise.all([begin(0), begin(1)])
  const addresses = processes.map(({ address }) => address)
  const auditor = await openAuditor(database.url)
  const load = startLoad(addresses, await openShop(addresses[0] ?? '', auditor.apiKey), 3)
  const before = await readColumns()

  // The new program does not start on the old database.
  expect(await runTefter(['verify'], settings, next)).toMatchObject({
    code: 7,
    output: expect.stringContaining('2 migrations are missing, the first is 9001_trial. Run "tefter migrate"'),
  })
  // The migration runs while the old processes work, and they work on.
  expect(await runTefter(['migrate'], owner, next)).toMatchObject({ code: 0, output: 'Applied 9001_trial, 9002_trial_index.\n' })
  expect(await Promise.all(addresses.map(answersReady))).toEqual([true, true])
  // The old program does not start on the new database any more.
  expect(await runTefter(['verify'], settings)).toMatchObject({
    code: 5,
    output: expect.stringContaining('the migration 9001_trial, which this version of Tefter does not know'),
  })

  for (const which of [0, 1] as const) {
    expect(await processes[which].stop()).toBe(0)
    processes[which] = await begin(which, next)
  }
  expect(await runTefter(['migrate'], owner, back)).toMatchObject({ code: 0, output: 'Applied 9003_trial_over.\n' })
  expect(await readColumns()).toEqual(before)
  await load.finish()
  expect(load.sender.faults, processes.map((one) => one.output()).join('\n')).toEqual([])
  await expectExactly(auditor, load)
  await auditor.close()
  await Promise.all(processes.map((one) => one.stop()))
})
