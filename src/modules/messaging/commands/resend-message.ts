import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import type { MessageKind } from '../message-kind.ts'
import { messageErased, messageUnderWay, senderOff } from '../messaging.errors.ts'
import { EmailAddress, readSender } from '../sender.ts'
import { insertMessage } from './queue-message.ts'

interface Stored {
  kind: MessageKind
  language: string
  state: string
  order_id: string | null
  user_id: string | null
  recipient: string | null
  subject: string | null
  html: string | null
  text: string | null
}

/**
 * Sends a message once more, in the same words, to the same or a corrected address. The new message points at the old one.
 * @throws `messaging.not_found`, `messaging.message_under_way` (rule), `messaging.message_erased` (rule), `messaging.sender_off` (rule)
 */
export const resendMessage = defineCommand({
  name: 'messaging.resend_message',
  permission: 'messaging.send',
  summary: 'Send a message again',
  input: exactly({ message_id: Uuid, recipient: Type.Optional(EmailAddress) }),
  output: exactly({ id: Uuid }),
  errors: ['messaging.not_found', 'messaging.message_under_way', 'messaging.message_erased', 'messaging.sender_off'],

  async run(run, { message_id, recipient }) {
    const { tx, ctx } = run
    const { rows } = await sql<Stored>`
      select m.kind, m.language, m.state, m.order_id, m.user_id, c.recipient, c.subject, c.html, c.text
        from messaging.message m join messaging.message_content c on c.org_id = m.org_id and c.message_id = m.id
       where m.org_id = ${ctx.orgId} and m.id = ${message_id} for update of m`.execute(tx)
    const [old] = rows
    if (old === undefined) throw notFound('messaging.message', message_id)
    if (old.state === 'queued' || old.state === 'sending') throw messageUnderWay(message_id)
    if (old.recipient === null || old.subject === null || old.html === null || old.text === null) throw messageErased(message_id)
    if (!(await readSender(tx, ctx.orgId)).is_on) throw senderOff()
    const id = await insertMessage(run, {
      kind: old.kind,
      language: old.language,
      eventSeq: null,
      orderId: old.order_id,
      userId: old.user_id,
      resendOf: message_id,
      recipient: recipient ?? old.recipient,
      content: { subject: old.subject, html: old.html, text: old.text },
    })
    return { id: id ?? message_id }
  },
})
