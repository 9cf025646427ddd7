import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { decodeCursor, DEFAULT_LIMIT, pageInput, toPage } from '../../../kernel/page.ts'
import { exactly, Instant, nullable, Uuid } from '../../../kernel/schema.ts'
import { ALERT_KINDS, readSubscriptions } from '../alert.ts'

const Notification = exactly({
  id: Uuid,
  kind: Type.Enum([...ALERT_KINDS]),
  subject_type: Type.String(),
  subject_id: nullable(Uuid),
  facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
  created_at: Instant,
  read_at: nullable(Instant),
  recovered_at: nullable(Instant),
})

interface Stored {
  id: string
  kind: (typeof ALERT_KINDS)[number]
  subject_type: string
  subject_id: string | null
  facts: Record<string, string | number>
  created_at: Date
  read_at: Date | null
  recovered_at: Date | null
}

/** The counter in the bell stops here: "99+". */
const MOST_COUNTED = 100

/** The signed-in user's notifications, the newest first. An API key has none. `unread` is counted up to 100. */
export const listNotifications = defineQuery({
  name: 'messaging.list_notifications',
  permission: 'messaging.read',
  summary: 'List my notifications',
  input: exactly({ unread: Type.Optional(Type.Boolean()), ...pageInput }),
  output: exactly({ data: Type.Array(Notification), next_cursor: nullable(Type.String()), unread: Type.Integer() }),

  async run({ tx, ctx }, { unread = false, limit = DEFAULT_LIMIT, cursor }) {
    if (ctx.actor.kind !== 'user') return { data: [], next_cursor: null, unread: 0 }
    const after = decodeCursor(cursor, ['string', 'string'])
    const mine = sql`n.org_id = ${ctx.orgId} and n.user_id = ${ctx.actor.id} and n.in_app`
    const { rows } = await sql<Stored>`
      select n.id, a.kind, a.subject_type, a.subject_id, a.facts, n.created_at, n.read_at, a.recovered_at
        from messaging.notification n join messaging.alert a on a.org_id = n.org_id and a.id = n.alert_id
       where ${mine} and ${unread ? sql`n.read_at is null` : sql`true`}
         and ${after === null ? sql`true` : sql`(n.created_at, n.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`}
       order by n.created_at desc, n.id desc limit ${limit + 1}`.execute(tx)
    const { rows: counted } = await sql<{ count: number }>`
      select count(*)::bigint as count from (select 1 from messaging.notification n where ${mine} and n.read_at is null limit ${MOST_COUNTED}) as counted`.execute(
      tx,
    )
    const shown = rows.map((row) => ({
      ...row,
      created_at: row.created_at.toISOString(),
      read_at: row.read_at?.toISOString() ?? null,
      recovered_at: row.recovered_at?.toISOString() ?? null,
    }))
    return { ...toPage(shown, limit, (row) => [row.created_at, row.id]), unread: counted[0]?.count ?? 0 }
  },
})

/** Which alerts each member is told, as chosen or by default. */
export const listSubscriptions = defineQuery({
  name: 'messaging.list_subscriptions',
  permission: 'messaging.read',
  summary: 'List who is told of which alerts',
  input: exactly({}),
  output: exactly({
    data: Type.Array(exactly({ user_id: Uuid, kind: Type.Enum([...ALERT_KINDS]), in_app: Type.Boolean(), by_email: Type.Boolean() })),
    next_cursor: Type.Null(),
  }),
  run: async (run) => ({ data: (await readSubscriptions(run)).map(({ role: _role, ...one }) => one), next_cursor: null }),
})
