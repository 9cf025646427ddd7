import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { invalidField } from '../../kernel/errors.ts'
import { outsideOf } from '../../kernel/outside.ts'
import { runCommand, type System } from '../../kernel/runner.ts'
import { recordMessageOutcome } from './commands/record-message-outcome.ts'
import { type MailOutcome, type MailSession, openMailSession, type OutgoingMail } from './mail-server.ts'
import { senderOff, testFailed } from './messaging.errors.ts'
import { readSender, serverOf, type StoredSender } from './sender.ts'
import { asPage } from './template.ts'

/** Messages taken at once; what is left is met by the next look. */
const AT_ONCE = 50
/**
 * How long a message stays taken. Longer than sending it can last, so that only a worker that died loses it. It is then sent again with the same
 * Message-ID: SMTP has no way to ask whether the first one arrived, and twice is better than never.
 */
const LEASE_SECONDS = 180

interface Taken {
  id: string
  attempts: number
  recipient: string | null
  subject: string | null
  html: string | null
  text: string | null
}

/** Sends what is due of an organization, one after another over one connection. Answers how many were tried. Safe to run in several processes. */
export async function sendDueMessages(system: System, ctx: Context): Promise<number> {
  const { secrets } = outsideOf(system)
  const sender = await readOnly(system.database, ctx, (tx) => readSender(tx, ctx.orgId))
  // Switched off meanwhile: what is queued waits for the switch, or for its attempts to run out.
  if (!sender.is_on) return 0
  const server = serverOf(sender, ctx.orgId, secrets)
  if (server === null) return 0
  const taken = await takeDue(system, ctx)
  if (taken.length === 0) return 0
  const session = openMailSession(server)
  try {
    for (const message of taken) {
      // oxlint-disable-next-line no-await-in-loop -- one after another over one connection
      await sendOne(system, ctx, { session, sender }, message)
    }
  } finally {
    session.close()
  }
  return taken.length
}

async function takeDue(system: System, ctx: Context): Promise<Taken[]> {
  const now = ctx.clock.now()
  return inTransaction(system.database, ctx.orgId, async (tx) => {
    const { rows } = await sql<Taken>`
      with due as (
        select id from messaging.message where org_id = ${ctx.orgId} and state in ('queued', 'sending') and coalesce(lease_until, next_try_at) <= ${now}
         order by next_try_at, id limit ${AT_ONCE} for update skip locked),
      taken as (
        update messaging.message m set state = 'sending', attempts = m.attempts + 1, lease_until = ${new Date(now.getTime() + LEASE_SECONDS * 1000)}
          from due where m.org_id = ${ctx.orgId} and m.id = due.id returning m.id, m.attempts, m.created_at)
      select t.id, t.attempts, c.recipient, c.subject, c.html, c.text
        from taken t join messaging.message_content c on c.org_id = ${ctx.orgId} and c.message_id = t.id order by t.created_at, t.id`.execute(
      tx,
    )
    return rows
  })
}

async function sendOne(system: System, ctx: Context, way: { session: MailSession; sender: StoredSender }, message: Taken): Promise<void> {
  const { recipient, subject, html, text } = message
  const outcome: MailOutcome =
    recipient === null || subject === null || html === null || text === null
      ? { outcome: 'rejected', reason: 'erased by request before it was sent' }
      : await way.session.send({ ...envelopeOf(way.sender, message.id), to: recipient, subject, html, text })
  if (outcome.outcome !== 'sent')
    ctx.log.warn(
      { org_id: ctx.orgId, message_id: message.id, attempt: message.attempts, reason: outcome.reason },
      'a message could not be sent',
    )
  await runCommand(system, ctx, recordMessageOutcome, {
    message_id: message.id,
    attempt: message.attempts,
    outcome: outcome.outcome,
    ...(outcome.outcome === 'sent' ? {} : { reason: outcome.reason }),
  })
}

function envelopeOf(sender: StoredSender, id: string): Pick<OutgoingMail, 'messageId' | 'fromName' | 'fromAddress' | 'replyTo'> {
  const fromAddress = sender.from_address ?? ''
  return { messageId: `${id}@${fromAddress.split('@').at(-1)}`, fromName: sender.from_name, fromAddress, replyTo: sender.reply_to }
}

/**
 * Sends a trial message at once with the stored sender, switched on or not, and says how it went. It leaves no trace in the log of messages.
 * @throws `messaging.test_failed` (rule) with what the server said, `messaging.sender_off` (rule) without a server
 */
export async function sendTestMessage(
  system: System,
  ctx: Context,
  to: string,
  content?: { subject: string; html: string; text: string },
): Promise<void> {
  if (!/^[^\s@]+@[^\s@]+$/.test(to)) throw invalidField('/to', 'email', 'is not an e-mail address')
  const sender = await readOnly(system.database, ctx, (tx) => readSender(tx, ctx.orgId))
  const server = serverOf(sender, ctx.orgId, outsideOf(system).secrets)
  if (server === null) throw senderOff()
  const session = openMailSession(server)
  try {
    const words = content ?? {
      subject: 'Tefter: test message',
      html: asPage('<p>Messages of this organization are sent by this server.</p>', 'en'),
      text: 'Messages of this organization are sent by this server.\n',
    }
    const outcome = await session.send({ ...envelopeOf(sender, `test-${Date.now()}`), to, ...words })
    if (outcome.outcome !== 'sent') throw testFailed(outcome.reason)
  } finally {
    session.close()
  }
}
