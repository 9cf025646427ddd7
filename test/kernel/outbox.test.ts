import { Type } from 'typebox'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { defineCommand } from '../../src/kernel/command.ts'
import { inTransaction } from '../../src/kernel/database.ts'
import { newId } from '../../src/kernel/ids.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { type DeliveryGround, deliverDue, type OutboxConsumer, startDelivery, type StoredEvent } from '../../src/kernel/outbox-delivery.ts'
import { runCommand } from '../../src/kernel/runner.ts'
import { useApp } from '../support/app.ts'

/** Says `count` things of one document. */
const say = defineCommand({
  name: 'trial.say',
  permission: 'orders.place',
  summary: 'Say something',
  input: Type.Object({ type: Type.String(), document_id: Type.String(), count: Type.Integer() }),
  output: Type.Object({}),
  run: ({ emit }, { type, document_id, count }) => {
    for (let n = 1; n <= count; n += 1) emit({ type, documentType: 'trial', documentId: document_id, payload: { n } })
    return Promise.resolve({})
  },
})

/** Writes first, waits, and says something of a document only then: its transaction began before that of others who spoke meanwhile. */
const waitAndSay = defineCommand({
  name: 'trial.wait_and_say',
  permission: 'orders.place',
  summary: 'Wait, then say something',
  input: Type.Object({ type: Type.String(), document_id: Type.String() }),
  output: Type.Object({}),
  async run({ tx, emit }, { type, document_id }) {
    await sql`select pg_current_xact_id()`.execute(tx)
    await meanwhile()
    emit({ type, documentType: 'trial', documentId: document_id, payload: { n: 2 } })
    return {}
  },
})
let meanwhile = (): Promise<void> => Promise.resolve()

const server = useApp()
let org = 0
let another = 0

beforeAll(async () => {
  org = (await server.createOrganization('One')).id
  another = (await server.createOrganization('Two')).id
})

function ground(): DeliveryGround {
  const { system, reader, contextOf } = server.runtime
  return { system, reader, log: silentLog, contextOf: (orgId) => contextOf(orgId) }
}

async function speak(orgId: number, type: string, documentId: string, count = 1): Promise<void> {
  const { system, contextOf } = server.runtime
  await runCommand(system, await contextOf(orgId), say, { type, document_id: documentId, count })
}

/** A consumer of one type that keeps what it was told, and fails while `broken` says so. */
function listenTo(
  type: string,
  broken: (event: StoredEvent) => boolean = () => false,
): OutboxConsumer & { told: { org: number; document: string; n: unknown }[] } {
  const told: { org: number; document: string; n: unknown }[] = []
  return {
    name: `trial ${type}`,
    types: [type],
    told,
    handle(_system, ctx, event) {
      if (broken(event)) return Promise.reject(new Error('away just now'))
      told.push({ org: ctx.orgId, document: event.documentId, n: event.payload['n'] })
      return Promise.resolve()
    },
  }
}

/** Makes every waiting retry due now, instead of waiting for its back-off. */
async function makeDue(orgId: number): Promise<void> {
  await inTransaction(server.runtime.system.database, orgId, (tx) =>
    sql`update kernel.event_failure set retry_at = now() - interval '1 second' where org_id = ${orgId}`.execute(tx),
  )
}

async function failures(orgId: number, consumer: string): Promise<{ attempts: number; last_error: string }[]> {
  const { rows } = await inTransaction(server.runtime.system.database, orgId, (tx) =>
    sql<{
      attempts: number
      last_error: string
    }>`select attempts, last_error from kernel.event_failure where org_id = ${orgId} and consumer = ${consumer} order by event_seq`.execute(
      tx,
    ),
  )
  return rows
}

describe('delivery', () => {
  test("tells each organization's events once, in order, and nothing of other types", async () => {
    const document = newId()
    const consumer = listenTo('trial.heard')
    await speak(org, 'trial.heard', document, 3)
    await speak(another, 'trial.heard', document)
    await speak(org, 'trial.unheard', document)
    await settled()
    await deliverDue(ground(), consumer, newId())
    expect(consumer.told.filter((event) => event.org === org).map((event) => event.n)).toEqual([1, 2, 3])
    expect(consumer.told).toHaveLength(4)
    const after = consumer.told.length
    await makeTheLeaseFree(consumer.name)
    await deliverDue(ground(), consumer, newId())
    expect(consumer.told).toHaveLength(after)
  })

  test('a failure is retried; later events of that document wait behind it, other documents do not', async () => {
    const [stuck, free] = [newId(), newId()]
    let away = true
    const consumer = listenTo('trial.failing', (event) => away && event.documentId === stuck && event.payload['n'] === 1)
    const me = newId()
    await speak(org, 'trial.failing', stuck, 2)
    await speak(org, 'trial.failing', free)
    await settled()
    await deliverDue(ground(), consumer, me)
    expect(consumer.told.map((event) => event.document)).toEqual([free])
    expect(await failures(org, consumer.name)).toEqual([
      { attempts: 1, last_error: 'Error: away just now' },
      { attempts: 1, last_error: 'waits behind an earlier event of the same document' },
    ])
    await makeDue(org)
    await deliverDue(ground(), consumer, me)
    expect((await failures(org, consumer.name)).map(({ attempts }) => attempts)).toEqual([2, 1])
    away = false
    await makeDue(org)
    await deliverDue(ground(), consumer, me)
    await makeDue(org)
    await deliverDue(ground(), consumer, me)
    expect(consumer.told.filter((event) => event.document === stuck).map((event) => event.n)).toEqual([1, 2])
    expect(await failures(org, consumer.name)).toEqual([])
  })

  test('waits for a transaction that is still open, instead of skipping its events', async () => {
    const [slow, fast] = [newId(), newId()]
    const consumer = listenTo('trial.slow')
    const me = newId()
    const opened = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const { system, contextOf } = server.runtime
    const waiting = {
      ...say,
      run: async (...args: Parameters<typeof say.run>) => {
        await sql`select pg_current_xact_id()`.execute(args[0].tx)
        opened.resolve()
        await finish.promise
        return say.run(...args)
      },
    }
    const open = runCommand(system, await contextOf(org), waiting, { type: 'trial.slow', document_id: slow, count: 1 })
    await opened.promise
    await speak(org, 'trial.slow', fast)
    await deliverDue(ground(), consumer, me)
    expect(consumer.told).toEqual([])
    finish.resolve()
    await open
    await settled()
    await deliverDue(ground(), consumer, me)
    // In the order in which they spoke: the slow one began first and spoke last.
    expect(consumer.told.map((event) => event.document)).toEqual([fast, slow])
  })

  test('two processes do not tell the same event', async () => {
    const consumer = listenTo('trial.shared')
    await speak(org, 'trial.shared', newId(), 20)
    await settled()
    await Promise.all([
      deliverDue(ground(), consumer, newId()),
      deliverDue(ground(), consumer, newId()),
      deliverDue(ground(), consumer, newId()),
    ])
    expect(consumer.told.map((event) => event.n)).toEqual(Array.from({ length: 20 }, (_each, index) => index + 1))
  })

  test('wakes at a commit of this process', async () => {
    const consumer = listenTo('trial.awake')
    const delivery = startDelivery(ground(), [consumer])
    try {
      await speak(org, 'trial.awake', newId())
      await expect.poll(() => consumer.told.length, { timeout: 20_000, interval: 20 }).toBe(1)
    } finally {
      await delivery.stop()
    }
  })
})

/**
 * Waits until every event so far is final: readers hold events back while any older transaction of the whole server is open, and
 * other test files have some.
 */
async function settled(): Promise<void> {
  const isFinal = (orgId: number): Promise<boolean> =>
    inTransaction(server.runtime.system.database, orgId, async (tx) => {
      const { rows } = await sql<{ final: boolean }>`
        select coalesce((select xid from kernel.event order by xid desc limit 1) < pg_snapshot_xmin(pg_current_snapshot()), true) as final`.execute(
        tx,
      )
      return rows[0]?.final === true
    })
  await expect.poll(async () => (await isFinal(org)) && (await isFinal(another)), { timeout: 20_000, interval: 20 }).toBe(true)
}

async function makeTheLeaseFree(consumer: string): Promise<void> {
  await inTransaction(server.runtime.system.database, null, (tx) =>
    sql`update kernel.event_cursor set leased_until = null where consumer = ${consumer}`.execute(tx),
  )
}

test('of one document, who waited speaks after whom it waited for, although its transaction began earlier', async () => {
  const document = newId()
  const consumer = listenTo('trial.waited')
  const me = newId()
  meanwhile = () => speak(org, 'trial.waited', document)
  const { system, contextOf } = server.runtime
  await runCommand(system, await contextOf(org), waitAndSay, { type: 'trial.waited', document_id: document })
  await vi.waitFor(
    async () => {
      await deliverDue(ground(), consumer, me)
      expect(consumer.told.map(({ n }) => n)).toEqual([1, 2])
    },
    { timeout: 10_000, interval: 200 },
  )
})
