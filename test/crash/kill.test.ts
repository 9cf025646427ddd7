import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { findRunningPostgres } from '../../src/kernel/embedded-postgres.ts'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'
import { type Auditor, countEvents, expectExactly, expectNothingLost, openAuditor } from './account.ts'
import { type Load, openShop, startLoad } from './mixed-load.ts'
import { answersReady, freePort, startTefter, type TefterProcess, waitUntil } from './tefter-process.ts'

/** Three kills in the ordinary run; `npm run soak` asks for twenty. */
const KILLS = Number(process.env['TEFTER_TEST_KILLS'] ?? 3)
const LIMIT_MS = 300_000 + KILLS * 60_000

interface Ground {
  settings: Record<string, string>
  port: number
  server: TefterProcess
  auditor: Auditor
  load: Load
}

async function openGround(): Promise<Ground> {
  const settings = { TEFTER_DATA: makeTemporaryFolder('crash '), TEFTER_POOL_SIZE: '10' }
  const port = await freePort()
  const server = await startTefter({ settings, port })
  const postgres = await findRunningPostgres(settings.TEFTER_DATA)
  const auditor = await openAuditor(postgres?.url ?? '')
  const shop = await openShop(server.address, auditor.apiKey)
  return { settings, port, server, auditor, load: startLoad([server.address], shop) }
}

/** Answers that must have come since the last kill: work is under way, however slow the machine. */
const ANSWERS_BETWEEN = 20

/** Until work is under way, and never the same point of it. */
async function aWhile({ load: { sender } }: Ground): Promise<void> {
  const acknowledged = (): number => sender.journal.filter((sent) => sent.outcome === 'acknowledged').length
  const before = acknowledged()
  await waitUntil(() => Promise.resolve(acknowledged() >= before + ANSWERS_BETWEEN), 120_000)
  await sleep(Math.random() * 1500)
}

/** An answer 500 says nothing of its cause: the log of the server does. */
function expectNoFaults({ server, load }: Ground): void {
  expect(load.sender.faults, server.output()).toEqual([])
}

/** What a run did, for the report of `npm run soak`. */
async function note(what: string, { load, auditor }: Ground): Promise<void> {
  const file = process.env['TEFTER_SOAK_NOTES']
  if (file === undefined) return
  const { journal } = load.sender
  const count = (outcome: string) => journal.filter((sent) => sent.outcome === outcome).length
  const events = await countEvents(auditor)
  const row = {
    what,
    kills: KILLS,
    acknowledged: count('acknowledged'),
    refused: count('refused'),
    sentAgain: journal.filter((sent) => sent.tries > 1).length,
    orders: load.orders.size,
    promisesLost: events.get('inventory.promises_lost') ?? 0,
  }
  appendFileSync(file, `${JSON.stringify(row)}\n`)
}

async function closeGround({ server, auditor }: Ground): Promise<void> {
  await auditor.close()
  await server.stop()
}

/** The load did what the test is about: commands of each kind that such a run reaches, and answers that were lost. */
async function expectWorkDone({ load, auditor }: Ground): Promise<void> {
  const { journal } = load.sender
  const done = new Set(journal.filter((sent) => sent.outcome === 'acknowledged').map((sent) => sent.command))
  expect([...done]).toEqual(expect.arrayContaining(KILLS < MANY ? ALWAYS_REACHED : [...ALWAYS_REACHED, ...REACHED_BY_MANY]))
  expect(journal.some((sent) => sent.tries > 1)).toBe(true)
  // Scrap and blocked bins met goods that were promised.
  if (KILLS >= MANY) expect((await countEvents(auditor)).get('inventory.promises_lost') ?? 0).toBeGreaterThan(0)
}

const ALWAYS_REACHED = [
  'orders.place_orders',
  'orders.take_channel_order',
  'warehouse.create_goods_receipt',
  'warehouse.release_shipments',
  'warehouse.pick_shipment',
  'warehouse.ship_shipment',
  'inventory.adjust_stock',
  'inventory.update_location',
]

/** Kills after which the rare ends of an order have all been met. */
const MANY = 10

const REACHED_BY_MANY = [
  'orders.cancel_order',
  'warehouse.refuse_shipment',
  'warehouse.void_shipment',
  'warehouse.receive_return',
  'orders.refund',
]

test(
  'kill -9 of the server under mixed load: what was acknowledged is there once, nothing else is, work goes on',
  async () => {
    const ground = await openGround()
    for (let kill = 0; kill < KILLS; kill += 1) {
      await aWhile(ground)
      await ground.server.kill()
      await ground.load.sender.hold()
      ground.server = await startTefter(ground)
      expectNoFaults(ground)
      await expectNothingLost(ground.auditor, ground.load)
      ground.load.sender.resume()
    }
    await ground.load.finish()
    await expectExactly(ground.auditor, ground.load)
    await expectWorkDone(ground)
    await note('kill -9 of the server', ground)
    await closeGround(ground)
  },
  LIMIT_MS,
)

test(
  'kill -9 of PostgreSQL under mixed load: the server brings it back and goes on without a restart',
  async () => {
    const ground = await openGround()
    const { pid, address } = ground.server
    for (let kill = 0; kill < KILLS; kill += 1) {
      await aWhile(ground)
      const postgres = await findRunningPostgres(ground.settings['TEFTER_DATA'] ?? '')
      process.kill(postgres?.pid ?? 0, 'SIGKILL')
      await ground.load.sender.hold()
      await waitUntil(async () => (await isAnother(ground, postgres?.pid)) && (await answersReady(address)), 120_000)
      expectNoFaults(ground)
      await expectNothingLost(ground.auditor, ground.load)
      ground.load.sender.resume()
    }
    await ground.load.finish()
    await expectExactly(ground.auditor, ground.load)
    await expectWorkDone(ground)
    expect(ground.server.pid).toBe(pid)
    await note('kill -9 of PostgreSQL', ground)
    await closeGround(ground)
  },
  LIMIT_MS,
)

test(
  'PostgreSQL is restarted under mixed load, in an orderly way and at once: the server waits for it and goes on',
  async () => {
    const ground = await openGround()
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      await aWhile(ground)
      const postgres = await findRunningPostgres(ground.settings['TEFTER_DATA'] ?? '')
      process.kill(postgres?.pid ?? 0, signal)
      await waitUntil(async () => (await isAnother(ground, postgres?.pid)) && (await answersReady(ground.server.address)), 120_000)
    }
    await aWhile(ground)
    await ground.load.finish()
    expectNoFaults(ground)
    const codes = new Set(ground.load.sender.journal.flatMap((sent) => [...sent.codes]))
    expect([...codes].filter((code) => !['kernel.database_unavailable', 'kernel.busy'].includes(code))).toEqual([])
    await expectExactly(ground.auditor, ground.load)
    await closeGround(ground)
  },
  LIMIT_MS,
)

async function isAnother(ground: Ground, pid: number | undefined): Promise<boolean> {
  const now = await findRunningPostgres(ground.settings['TEFTER_DATA'] ?? '')
  return now !== undefined && now.pid !== pid
}
