import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { forbidden } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { ALERT_KINDS } from '../alert.ts'

/**
 * Says which alerts a user is told, and how. Everyone chooses for themselves; for others it needs messaging.manage.
 * @throws `kernel.forbidden`
 */
export const subscribe = defineCommand({
  name: 'messaging.subscribe',
  permission: 'messaging.read',
  summary: 'Choose which alerts a user is told',
  input: exactly({ user_id: Uuid, kind: Type.Enum([...ALERT_KINDS]), in_app: Type.Boolean(), by_email: Type.Boolean() }),
  output: exactly({ user_id: Uuid, kind: Type.String(), in_app: Type.Boolean(), by_email: Type.Boolean() }),

  async run({ tx, ctx, emit }, { user_id, kind, in_app, by_email }) {
    if (!(ctx.actor.kind === 'user' && ctx.actor.id === user_id) && !ctx.may('messaging.manage')) throw forbidden('messaging.manage')
    await sql`
      insert into messaging.subscription (org_id, user_id, kind, in_app, by_email) values (${ctx.orgId}, ${user_id}, ${kind}, ${in_app}, ${by_email})
      on conflict (org_id, user_id, kind) do update set in_app = excluded.in_app, by_email = excluded.by_email`.execute(tx)
    emit({ type: 'messaging.subscription_set', documentType: 'user', documentId: user_id, payload: { kind, in_app, by_email } })
    return { user_id, kind, in_app, by_email }
  },
})

/** Marks the signed-in user's notifications as read: those named, or all. An API key has none. */
export const markRead = defineCommand({
  name: 'messaging.mark_read',
  permission: 'messaging.read',
  summary: 'Mark notifications as read',
  input: exactly({ notification_ids: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 500 })) }),
  output: exactly({ read: Type.Integer() }),

  async run({ tx, ctx, now }, { notification_ids }) {
    if (ctx.actor.kind !== 'user') return { read: 0 }
    const { rows } = await sql`
      update messaging.notification set read_at = ${now} where org_id = ${ctx.orgId} and user_id = ${ctx.actor.id} and read_at is null
         and (${notification_ids === undefined} or id = any(${notification_ids ?? []}::uuid[])) returning id`.execute(tx)
    // A person's own reading mark is no news to others: no event.
    return { read: rows.length }
  },
})
