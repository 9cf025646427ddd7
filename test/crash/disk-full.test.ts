import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { openCrowd } from '../../src/entry/prove/http-crowd.ts'
import { inGlobalTransaction } from '../../src/kernel/database.ts'
import { findRunningPostgres } from '../../src/kernel/embedded-postgres.ts'
import { DomainError } from '../../src/kernel/errors.ts'
import { type Auditor, expectExactly, openAuditor } from './account.ts'
import { openShop, startLoad } from './mixed-load.ts'
import { mountSmallDisk } from './small-disk.ts'
import { answersReady, freePort, startTefter, waitUntil } from './tefter-process.ts'

/** Room for the cluster, its log and a little of the load. */
const DISK_MEGABYTES = 700
const disk = mountSmallDisk(DISK_MEGABYTES)
afterAll(() => disk.unmount())

test('the disk of PostgreSQL fills under load: 503 that says so, nothing acknowledged is lost, and with room again the same server serves', async () => {
  const server = await startTefter({ settings: { TEFTER_DATA: disk.folder, TEFTER_POOL_SIZE: '10' }, port: await freePort() })
  const postgres = await findRunningPostgres(disk.folder)
  const auditor = await openAuditor(postgres?.url ?? '')
  const load = startLoad([server.address], await openShop(server.address, auditor.apiKey))
  const { journal } = load.sender
  const told = (code: string) => journal.filter((sent) => sent.codes.has(code)).length
  const crowd = openCrowd([server.address], auditor.apiKey, 1)
  for (const times of [1, 2]) {
    const before = journal.length
    await waitUntil(() => Promise.resolve(journal.length > before + 60), 120_000)
    disk.fill()
    const sofar = told('kernel.disk_full')
    await waitUntil(() => Promise.resolve(told('kernel.disk_full') > sofar), 120_000)
    // The second time its log cannot grow either: PostgreSQL gives up, and cannot be brought back before there is room.
    if (times === 2) {
      await fillLog(auditor)
      await waitUntil(async () => (await findRunningPostgres(disk.folder)) === undefined, 60_000)
      expect(await crowd.send('GET', '/v1/orders')).toMatchObject({ status: 503, body: { code: 'kernel.disk_full' } })
    }
    disk.free()
  }
  await waitUntil(() => answersReady(server.address), 60_000)
  await load.finish()
  crowd.close()
  expect(load.sender.faults, server.output()).toEqual([])
  const codes = new Set(journal.flatMap((sent) => [...sent.codes]))
  expect([...codes].filter((code) => !['kernel.disk_full', 'kernel.database_unavailable', 'kernel.busy'].includes(code))).toEqual([])
  await expectExactly(auditor, load)
  await auditor.close()
  expect(await server.stop()).toBe(0)
})

/** Writes into PostgreSQL's log alone, until not one more record fits and it ends itself. */
async function fillLog({ database }: Auditor): Promise<void> {
  const emit = sql`select pg_logical_emit_message(true, 'ballast', repeat(gen_random_uuid()::text, 30000))`
  const until = Date.now() + 60_000
  while (Date.now() < until) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one record after another
      await inGlobalTransaction(database, (tx) => emit.execute(tx))
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'unavailable') return
      throw error
    }
  }
  throw new Error('The log of PostgreSQL never filled')
}
