import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Database, inGlobalTransaction, inTransaction } from '../../kernel/database.ts'
import type { Job, JobGround } from '../../kernel/jobs.ts'
import { runCommand } from '../../kernel/runner.ts'
import { queueDigests } from './commands/queue-digests.ts'
import { sendDueMessages } from './deliver-messages.ts'
import { deliverToEndpoint, listDueEndpoints } from './deliver-webhooks.ts'

/** A look waits this long for what it started; what takes longer goes on beside the next look. */
const LOOK_MS = 1000
/** Log of requests and finished deliveries are kept this long. */
const KEEP_DAYS = 30
const DAY_MS = 86_400_000

/** Work under way in this process, by what it serves: one slow server holds up nobody else, and is not asked twice at once. */
const underWay = new Map<string, Promise<void>>()

function begin(ground: JobGround, key: string, work: () => Promise<unknown>): void {
  if (underWay.has(key)) return
  const running = work()
    .catch((error: unknown) =>
      ground.log.warn({ work: key, reason: String(error) }, 'telling stopped; what was taken is tried again when its lease ends'),
    )
    .then(() => void underWay.delete(key))
  underWay.set(key, running)
}

async function look(): Promise<void> {
  await Promise.race([Promise.all(underWay.values()), sleep(LOOK_MS, undefined, { ref: false })])
}

/** Organizations that have something of a kind to tell now. */
async function listDue(database: Database, what: 'messages' | 'webhooks' | 'digests', now: Date): Promise<number[]> {
  const { rows } = await inGlobalTransaction(database, (tx) =>
    sql<{ org_id: number }>`select org_id from messaging.due_organizations(${what}, ${now})`.execute(tx),
  )
  return rows.map((row) => row.org_id)
}

/** Sends e-mail that is due. The table of messages is the queue: each worker takes what no other has. */
export const sendMessagesJob: Job = {
  name: 'messaging.send_messages',
  everySeconds: 1,
  async handle(ground) {
    for (const orgId of await listDue(ground.system.database, 'messages', ground.clock.now()))
      begin(ground, `mail of ${orgId}`, async () => sendDueMessages(ground.system, await ground.contextOf(orgId)))
    await look()
  },
}

/** Sends webhooks that are due, endpoints beside each other. */
export const deliverWebhooksJob: Job = {
  name: 'messaging.deliver_webhooks',
  everySeconds: 1,
  async handle(ground) {
    for (const orgId of await listDue(ground.system.database, 'webhooks', ground.clock.now())) {
      // oxlint-disable-next-line no-await-in-loop -- one organization after another; the sending itself goes on beside
      const ctx = await ground.contextOf(orgId)
      // oxlint-disable-next-line no-await-in-loop -- as above
      for (const endpointId of await listDueEndpoints(ground.system, ctx))
        begin(ground, `webhooks to ${orgId}/${endpointId}`, () => deliverToEndpoint(ground.system, ctx, endpointId))
    }
    await look()
  },
}

/** Gathers alerts into messages to people. */
export const queueDigestsJob: Job = {
  name: 'messaging.queue_digests',
  everySeconds: 30,
  async handle(ground) {
    for (const orgId of await listDue(ground.system.database, 'digests', ground.clock.now())) {
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      await runCommand(ground.system, await ground.contextOf(orgId), queueDigests, {})
    }
  },
}

/** Forgets requests to webhooks, and deliveries that were finished, after 30 days. */
export const purgeWebhookLogJob: Job = {
  name: 'messaging.purge_webhook_log',
  cron: '50 2 * * *',
  async handle(ground) {
    const before = new Date(ground.clock.now().getTime() - KEEP_DAYS * DAY_MS)
    for (const orgId of await ground.listOrganizations()) {
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      await inTransaction(ground.system.database, orgId, async (tx) => {
        await sql`delete from messaging.webhook_attempt where org_id = ${orgId} and started_at < ${before}`.execute(tx)
        await sql`
          delete from messaging.webhook_delivery d where d.org_id = ${orgId} and d.created_at < ${before} and d.state in ('delivered', 'failed')
             and not exists (select 1 from messaging.webhook_attempt a where a.org_id = d.org_id and a.delivery_id = d.id)`.execute(tx)
      })
    }
  },
}
