import { sql } from 'kysely'
import { Type } from 'typebox'
import { type CommandRun, defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { EmailAddress } from '../sender.ts'

/** Whose messages: all to an address, and all of some orders. */
export interface ErasedPerson {
  recipients?: readonly string[]
  orderIds?: readonly string[]
}

/**
 * Empties addresses and words of a person's messages; that something was sent, when and of which kind stays. What still waits is never sent.
 * For whoever erases a person, in that transaction. Answers how many were emptied. Raises `messaging.message_erased` each.
 */
export async function eraseMessagesOf(run: CommandRun, { recipients = [], orderIds = [] }: ErasedPerson): Promise<number> {
  const { tx, ctx, now, emit } = run
  const { rows } = await sql<{ message_id: string }>`
    update messaging.message_content c set recipient = null, subject = null, html = null, text = null, erased_at = ${now}
      from messaging.message m
     where m.org_id = ${ctx.orgId} and c.org_id = m.org_id and c.message_id = m.id and c.erased_at is null
       and (lower(c.recipient) = any(${recipients.map((one) => one.toLowerCase())}::text[]) or m.order_id = any(${[...orderIds]}::uuid[]))
    returning c.message_id`.execute(tx)
  for (const { message_id } of rows)
    emit({ type: 'messaging.message_erased', documentType: 'message', documentId: message_id, payload: {} })
  return rows.length
}

/** Erases what was written to a person, by address or orders. */
export const eraseMessages = defineCommand({
  name: 'messaging.erase_messages',
  permission: 'parties.write',
  summary: 'Erase the words and addresses of messages to a person',
  input: exactly({
    recipients: Type.Optional(Type.Array(EmailAddress, { maxItems: 20 })),
    order_ids: Type.Optional(Type.Array(Uuid, { maxItems: 10_000 })),
  }),
  output: exactly({ erased: Type.Integer() }),
  run: async (run, { recipients = [], order_ids = [] }) => ({ erased: await eraseMessagesOf(run, { recipients, orderIds: order_ids }) }),
})
