import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { MESSAGE_LANGUAGES } from '../language.ts'
import { CUSTOMER_KINDS, type MessageFacts, type MessageKind } from '../message-kind.ts'
import { readTemplate } from '../queries/get-message-settings.ts'
import { EmailAddress } from '../sender.ts'
import { type RenderedMessage, renderTemplate } from '../template.ts'

const text = Type.String({ maxLength: 2000 })

/** {@link MessageFacts} on the wire. */
export const Facts = exactly({
  shop_name: text,
  first_name: text,
  order_number: text,
  order_date: text,
  total: text,
  city: text,
  lines: Type.Array(exactly({ name: text, sku: text, quantity: text, amount: text }), { maxItems: 1000 }),
  parcels: Type.Array(exactly({ carrier: text, tracking_number: text, tracking_url: text }), { maxItems: 1000 }),
  tracking_page_url: text,
  promised_on: text,
  promised_before: text,
  refund_amount: text,
  pickup_name: text,
  pickup_address: text,
} satisfies Record<keyof MessageFacts, unknown>)

const input = exactly({
  kind: Type.Enum([...CUSTOMER_KINDS]),
  language: Type.Enum([...MESSAGE_LANGUAGES]),
  event_seq: Type.Integer({ minimum: 1 }),
  order_id: Uuid,
  recipient: EmailAddress,
  facts: Facts,
})

/**
 * Words a message to a customer and queues it. The same event, kind and order again queue nothing: the answer's id is null. It is worded now,
 * by the template of now; what is sent is what was queued.
 */
export const queueMessage = defineCommand({
  name: 'messaging.queue_message',
  permission: 'messaging.send',
  summary: 'Queue a message to a customer',
  input,
  output: exactly({ id: nullable(Uuid) }),

  async run(run, { kind, language, facts, ...rest }: Static<typeof input>) {
    const words = await readTemplate(run.tx, run.ctx.orgId, kind, language)
    const id = await insertMessage(run, {
      kind,
      language,
      eventSeq: rest.event_seq,
      orderId: rest.order_id,
      userId: null,
      resendOf: null,
      recipient: rest.recipient,
      content: renderTemplate(words, facts, language),
    })
    return { id }
  },
})

export interface NewMessage {
  kind: MessageKind
  language: string
  eventSeq: number | null
  orderId: string | null
  userId: string | null
  resendOf: string | null
  recipient: string
  content: RenderedMessage
}

/** Queues a worded message; null when this event has told this already. Raises `messaging.message_queued`. */
export async function insertMessage(run: CommandRun, message: NewMessage): Promise<string | null> {
  const { tx, ctx, now, emit } = run
  const id = run.newId()
  const { kind, language, eventSeq, orderId, userId, resendOf, recipient, content } = message
  const { rows } = await sql`
    insert into messaging.message (org_id, id, kind, language, state, event_seq, order_id, user_id, resend_of, next_try_at, created_at)
    values (${ctx.orgId}, ${id}, ${kind}, ${language}, 'queued', ${eventSeq}, ${orderId}, ${userId}, ${resendOf}, ${now}, ${now})
    on conflict on constraint message_once do nothing returning id`.execute(tx)
  if (rows.length === 0) return null
  await sql`
    insert into messaging.message_content (org_id, message_id, recipient, subject, html, text)
    values (${ctx.orgId}, ${id}, ${recipient}, ${content.subject}, ${content.html}, ${content.text})`.execute(tx)
  emit({
    type: 'messaging.message_queued',
    documentType: 'message',
    documentId: id,
    payload: { kind, language, order_id: orderId, resend_of: resendOf },
  })
  return id
}
