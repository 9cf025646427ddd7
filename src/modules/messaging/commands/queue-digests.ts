import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { exactly } from '../../../kernel/schema.ts'
import { listUsers, readOrganization } from '../../identity/index.ts'
import type { AlertKind } from '../alert.ts'
import { digestOf } from '../digest.ts'
import { officeLanguage } from '../language.ts'
import { readSender } from '../sender.ts'
import { insertMessage } from './queue-message.ts'

/** Shortest time between two digests to one person, in minutes. The first alert after a quiet time is mailed at once. */
export const DIGEST_MINUTES = 15
/** Alerts in one message; the rest are counted. */
const MOST_LISTED = 500

interface Due {
  id: string
  user_id: string
  kind: AlertKind
  facts: Record<string, string | number>
  raised_at: Date
}

/**
 * Puts what each person is to be told by e-mail into one message, at most one every quarter of an hour. Alerts that recovered before they were
 * mailed are left out. Without a working sender they are dropped: an alert of last week helps nobody.
 */
export const queueDigests = defineCommand({
  name: 'messaging.queue_digests',
  permission: 'messaging.send',
  summary: 'Gather alerts into messages to people',
  input: exactly({}),
  output: exactly({ queued: Type.Integer() }),

  async run(run) {
    const { tx, ctx, now } = run
    const earliest = new Date(now.getTime() - DIGEST_MINUTES * 60_000)
    const { rows } = await sql<Due & { recovered_at: Date | null }>`
      select n.id, n.user_id, a.kind, a.facts, a.raised_at, a.recovered_at
        from messaging.notification n join messaging.alert a on a.org_id = n.org_id and a.id = n.alert_id
       where n.org_id = ${ctx.orgId} and n.mail_due
         and not exists (select 1 from messaging.message m where m.org_id = n.org_id and m.kind = 'alert_digest' and m.user_id = n.user_id and m.created_at > ${earliest})
       order by n.user_id, a.raised_at limit 5000 for update of n skip locked`.execute(tx)
    if (rows.length === 0) return { queued: 0 }
    await sql`update messaging.notification set mail_due = false, mailed_at = ${now} where org_id = ${ctx.orgId} and id = any(${rows.map((row) => row.id)}::uuid[])`.execute(
      tx,
    )
    if (!(await readSender(tx, ctx.orgId)).is_on) return { queued: 0 }
    return {
      queued: await queueEach(
        run,
        rows.filter((row) => row.recovered_at === null),
      ),
    }
  },
})

async function queueEach(run: CommandRun, due: readonly Due[]): Promise<number> {
  const { name } = await readOrganization(run.tx)
  const language = officeLanguage(run.ctx.org.language)
  const users = new Map((await listUsers.run(run, {})).data.map((user) => [user.id, user]))
  let queued = 0
  for (const [userId, alerts] of Map.groupBy(due, (row) => row.user_id)) {
    const user = users.get(userId)
    if (user === undefined || user.disabled) continue
    // oxlint-disable-next-line no-await-in-loop -- a handful of people
    await insertMessage(run, {
      kind: 'alert_digest',
      language,
      eventSeq: null,
      orderId: null,
      userId,
      resendOf: null,
      recipient: user.email,
      content: digestOf(alerts.slice(0, MOST_LISTED), { more: Math.max(0, alerts.length - MOST_LISTED), organization: name, language }),
    })
    queued += 1
  }
  return queued
}
