import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { CUSTOMER_KINDS } from '../message-kind.ts'

/** Switches a kind of message on or off, for one channel or (without one) for all; null takes the switch away again. */
export const setMessageSwitch = defineCommand({
  name: 'messaging.set_switch',
  permission: 'messaging.manage',
  summary: 'Switch a kind of message on or off',
  input: exactly({ kind: Type.Enum([...CUSTOMER_KINDS]), channel_id: Type.Optional(Uuid), is_on: nullable(Type.Boolean()) }),
  output: exactly({ kind: Type.String(), channel_id: nullable(Uuid), is_on: nullable(Type.Boolean()) }),

  async run({ tx, ctx, emit }, { kind, channel_id, is_on }) {
    const channel = channel_id ?? ZERO_ID
    if (is_on === null)
      await sql`delete from messaging.message_switch where org_id = ${ctx.orgId} and kind = ${kind} and channel_id = ${channel}::uuid`.execute(
        tx,
      )
    else
      await sql`insert into messaging.message_switch (org_id, kind, channel_id, is_on) values (${ctx.orgId}, ${kind}, ${channel}, ${is_on})
        on conflict (org_id, kind, channel_id) do update set is_on = excluded.is_on`.execute(tx)
    emit({ type: 'messaging.switch_set', documentType: 'channel', documentId: channel, payload: { kind, is_on } })
    return { kind, channel_id: channel_id ?? null, is_on }
  },
})
