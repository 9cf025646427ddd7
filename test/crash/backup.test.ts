import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { findRunningPostgres, startEmbeddedPostgres } from '../../src/kernel/embedded-postgres.ts'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'
import { auditorOf, expectExactly, expectNothingLost, openAuditor } from './account.ts'
import { openShop, startLoad } from './mixed-load.ts'
import { freePort, runTefter, startTefter } from './tefter-process.ts'

test('a backup taken under load is restored on a fresh folder: what was acknowledged before it is there, and every number proves itself', async () => {
  const settings = { TEFTER_DATA: makeTemporaryFolder('backed up '), TEFTER_POOL_SIZE: '10' }
  const server = await startTefter({ settings, port: await freePort() })
  const postgres = await findRunningPostgres(settings.TEFTER_DATA)
  const auditor = await openAuditor(postgres?.url ?? '')
  const shop = await openShop(server.address, auditor.apiKey)
  const load = startLoad([server.address], shop)
  await sleep(3000)
  const file = join(makeTemporaryFolder('file '), 'tefter.backup')
  const before = new Set(load.orders)
  expect(await runTefter(['backup', file], settings)).toMatchObject({ code: 0 })
  const after = new Set(load.asked)
  await load.finish()
  await expectExactly(auditor, load)
  await auditor.close()
  await server.stop()
  expect(statSync(file).mode & 0o777).toBe(0o600)

  const restored = { TEFTER_DATA: makeTemporaryFolder('restored ') }
  expect(await runTefter(['restore', file], restored)).toMatchObject({ code: 0, output: expect.stringContaining('1 organizations') })
  const fresh = await startEmbeddedPostgres({ dataDir: restored.TEFTER_DATA })
  const audit = await auditorOf(fresh.url, auditor.ctx.orgId)
  // Everything acknowledged before the backup began, nothing that was asked for after it ended, and no half of anything.
  const sender = { ...load.sender, journal: [] }
  await expectNothingLost(audit, { ...load, sender, orders: before, asked: after }, { counted: false })
  await audit.close()
  await fresh.stop()

  expect(await runTefter(['backup', file], restored)).toMatchObject({ code: 5, output: expect.stringContaining('never overwritten') })
  expect(await runTefter(['restore', file], restored)).toMatchObject({
    code: 5,
    output: expect.stringContaining('Restore into an empty one'),
  })
}, 300_000)

test('a backup that was cut off or changed is refused, and leaves no database behind', async () => {
  const settings = { TEFTER_DATA: makeTemporaryFolder('small ') }
  expect(await runTefter(['migrate'], settings)).toMatchObject({ code: 0 })
  const folder = makeTemporaryFolder('files ')
  const file = join(folder, 'whole')
  expect(await runTefter(['backup', file], settings)).toMatchObject({ code: 0 })
  const bytes = readFileSync(file)
  writeFileSync(join(folder, 'cut'), bytes.subarray(0, bytes.length - 1000))
  copyFileSync(file, join(folder, 'changed'))
  const changed = Buffer.from(bytes)
  changed[Math.floor(changed.length / 2)] = (changed[Math.floor(changed.length / 2)] ?? 0) ^ 0xff
  writeFileSync(join(folder, 'changed'), changed)
  for (const name of ['cut', 'changed']) {
    const target = { TEFTER_DATA: makeTemporaryFolder('target ') }
    expect(await runTefter(['restore', join(folder, name)], target)).toMatchObject({
      code: 2,
      output: expect.stringContaining('cannot be restored'),
    })
    expect(await findRunningPostgres(target.TEFTER_DATA)).toBeUndefined()
    expect(await runTefter(['restore', file], target)).toMatchObject({ code: 0 })
  }
}, 300_000)
