import { type RawBuilder, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, pageOf, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { MESSAGE_KINDS } from '../message-kind.ts'

const STATES = ['queued', 'sending', 'sent', 'failed'] as const

const fields = {
  id: Uuid,
  kind: Type.Enum([...MESSAGE_KINDS]),
  language: Type.String(),
  state: Type.Enum([...STATES]),
  order_id: nullable(Uuid),
  recipient: nullable(Type.String()),
  subject: nullable(Type.String()),
  attempts: Type.Integer(),
  next_try_at: nullable(Instant),
  last_error: nullable(Type.String()),
  created_at: Instant,
  sent_at: nullable(Instant),
  resend_of: nullable(Uuid),
  erased: Type.Boolean(),
}
const MessageRow = exactly(fields)
const MessageView = exactly({ ...fields, html: nullable(Type.String()), text: nullable(Type.String()) })

interface Stored extends Omit<Static<typeof MessageRow>, 'next_try_at' | 'created_at' | 'sent_at'> {
  next_try_at: Date
  created_at: Date
  sent_at: Date | null
}

const COLUMNS = sql`m.id, m.kind, m.language, m.state, m.order_id, c.recipient, c.subject, m.attempts, m.next_try_at, m.last_error, m.created_at, m.sent_at, m.resend_of,
  c.erased_at is not null as erased`
const FROM = sql`from messaging.message m join messaging.message_content c on c.org_id = m.org_id and c.message_id = m.id`

function show<R extends Stored>(row: R) {
  return {
    ...row,
    next_try_at: row.state === 'queued' ? row.next_try_at.toISOString() : null,
    created_at: row.created_at.toISOString(),
    sent_at: row.sent_at?.toISOString() ?? null,
  }
}

/** Messages, the newest first. */
export const listMessages = defineQuery({
  name: 'messaging.list_messages',
  permission: 'messaging.read',
  summary: 'List messages that were sent or wait',
  input: exactly({
    order_id: Type.Optional(Uuid),
    state: Type.Optional(Type.Enum([...STATES])),
    kind: Type.Optional(Type.Enum([...MESSAGE_KINDS])),
    ...pageInput,
  }),
  output: pageOf(MessageRow),

  async run({ tx, ctx }, { order_id, state, kind, limit = DEFAULT_LIMIT, cursor }) {
    const after = decodeCursor(cursor, ['string', 'string'])
    const where: RawBuilder<unknown>[] = [sql`m.org_id = ${ctx.orgId}`]
    if (order_id !== undefined) where.push(sql`m.order_id = ${order_id}`)
    if (state !== undefined) where.push(sql`m.state = ${state}`)
    if (kind !== undefined) where.push(sql`m.kind = ${kind}`)
    if (after !== null) where.push(sql`(m.created_at, m.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
    const { rows } = await sql<Stored>`
      select ${COLUMNS} ${FROM} where ${sql.join(where, sql` and `)} order by m.created_at desc, m.id desc limit ${limit + 1}`.execute(tx)
    return toPage(rows.map(show), limit, (row) => [row.created_at, row.id])
  },
})

/** One message as it was sent. @throws `messaging.not_found` */
export const getMessage = defineQuery({
  name: 'messaging.get_message',
  permission: 'messaging.read',
  summary: 'Show a message',
  input: exactly({ message_id: Uuid }),
  output: MessageView,
  errors: ['messaging.not_found'],

  async run({ tx, ctx }, { message_id }) {
    const { rows } = await sql<Stored & { html: string | null; text: string | null }>`
      select ${COLUMNS}, c.html, c.text ${FROM} where m.org_id = ${ctx.orgId} and m.id = ${message_id}`.execute(tx)
    const [row] = rows
    if (row === undefined) throw notFound('messaging.message', message_id)
    return show(row)
  },
})
