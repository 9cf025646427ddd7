import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useDatabase } from '../../test/support/database.ts'
import { refusalOf } from '../../test/support/system.ts'
import { openDatabase } from './database.ts'
import { findVersionGap, refuseOtherVersion } from './database-version.ts'
import { readMigrationFiles } from './migration-file.ts'

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations')
const migrated = useDatabase()
const empty = useDatabase({ empty: true })

test('a migrated database is of this version', async () => {
  const database = openDatabase(migrated.url, { maxConnections: 1 })
  await refuseOtherVersion(database, MIGRATIONS)
  await database.close()
})

test('a database that was never migrated lacks every file, whichever role looks', async () => {
  const files = await readMigrationFiles(MIGRATIONS)
  for (const [url, role] of [
    [empty.url, null],
    [empty.ownerUrl, 'tefter_app'],
    [empty.ownerUrl, 'a_role_that_does_not_exist'],
  ] as const) {
    const database = openDatabase(url, { maxConnections: 1, role })
    expect((await findVersionGap(database, MIGRATIONS)).missing).toEqual(files.map(({ name }) => name))
    const refusal = await refusalOf(refuseOtherVersion(database, MIGRATIONS))
    expect([refusal.code, refusal.kind]).toEqual(['kernel.migrations_missing', 'unavailable'])
    await database.close()
  }
})

test('a folder that lacks what was applied is an older program', async () => {
  const database = openDatabase(migrated.url, { maxConnections: 1 })
  const refusal = await refusalOf(refuseOtherVersion(database, join(import.meta.dirname, 'postgres')))
  expect([refusal.code, refusal.kind]).toEqual(['kernel.migration_unknown', 'conflict'])
  await database.close()
})
