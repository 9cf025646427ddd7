import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'

/** Pauses before the next attempt, in seconds: about 28 hours in all. */
export const MESSAGE_PAUSES_S: readonly number[] = [60, 300, 900, 3600, 3 * 3600, 8 * 3600, 16 * 3600]

/**
 * Records what became of an attempt to send: sent; rejected, which is the end; or to be tried again after a growing pause, until the pauses
 * are used up. A message that another worker took over meanwhile (its lease had run out) is left to it.
 */
export const recordMessageOutcome = defineCommand({
  name: 'messaging.record_message_outcome',
  permission: 'messaging.send',
  summary: 'Record whether a message was sent',
  input: exactly({
    message_id: Uuid,
    attempt: Type.Integer({ minimum: 1 }),
    outcome: Type.Enum(['sent', 'rejected', 'unreachable']),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  }),
  output: exactly({ state: Type.String() }),

  async run({ tx, ctx, now, emit }, { message_id, attempt, outcome, reason }) {
    const pause = outcome === 'unreachable' ? MESSAGE_PAUSES_S[attempt - 1] : undefined
    const state = outcome === 'sent' ? 'sent' : pause === undefined ? 'failed' : 'queued'
    const { rows } = await sql<{ kind: string; order_id: string | null }>`
      update messaging.message set state = ${state}, lease_until = null, sent_at = ${state === 'sent' ? now : null}, last_error = ${reason ?? null},
             next_try_at = ${new Date(now.getTime() + (pause ?? 0) * 1000)}
       where org_id = ${ctx.orgId} and id = ${message_id} and state = 'sending' and attempts = ${attempt} returning kind, order_id`.execute(
      tx,
    )
    const [message] = rows
    if (message === undefined) return { state: 'taken_over' }
    if (state !== 'queued') {
      const type = state === 'sent' ? 'messaging.message_sent' : 'messaging.message_failed'
      emit({
        type,
        documentType: 'message',
        documentId: message_id,
        payload: { kind: message.kind, order_id: message.order_id, attempts: attempt },
      })
    }
    return { state }
  },
})
