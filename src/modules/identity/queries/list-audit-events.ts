import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { invalidField } from '../../../kernel/errors.ts'

const Uuid = Type.String({ format: 'uuid' })
const Instant = Type.String({ format: 'date-time' })

/** One event of the audit trail. */
export const AuditEvent = Type.Object({
  seq: Type.Integer(),
  recorded_at: Instant,
  command: Type.String(),
  command_id: Uuid,
  request_id: Type.Union([Type.String(), Type.Null()]),
  type: Type.String(),
  actor: Type.Object({ kind: Type.String(), id: Type.Union([Uuid, Type.Null()]), name: Type.Union([Type.String(), Type.Null()]) }),
  document_type: Type.String(),
  document_id: Uuid,
  payload: Type.Unknown(),
  personal: Type.Optional(
    Type.Unknown({ description: 'Names and addresses; absent without the permission parties.read, null when erased by request.' }),
  ),
})

interface AuditRow {
  seq: number
  recorded_at: Date
  command: string
  command_id: string
  request_id: string | null
  type: string
  actor_kind: string
  actor_id: string | null
  actor_name: string | null
  document_type: string
  document_id: string
  payload: unknown
  has_personal: boolean
  personal: unknown
}

const Input = Type.Object(
  {
    document_id: Type.Optional(Uuid),
    actor_id: Type.Optional(Uuid),
    type: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    command_id: Type.Optional(Uuid),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    cursor: Type.Optional(Type.String({ maxLength: 40 })),
  },
  { additionalProperties: false },
)

/** Who did what, newest first. The cursor is the last seen `seq`. */
export const listAuditEvents = defineQuery({
  name: 'identity.list_audit_events',
  permission: 'audit.read',
  summary: 'Read the audit trail',
  input: Input,
  output: Type.Object({ data: Type.Array(AuditEvent), next_cursor: Type.Union([Type.String(), Type.Null()]) }),
  async run({ tx, ctx }, input) {
    const limit = input.limit ?? 50
    const { rows } = await sql<AuditRow>`
      select e.seq, e.recorded_at, e.command, e.command_id, e.request_id, e.type, e.actor_kind, e.actor_id,
             coalesce(u.name, k.name) as actor_name, e.document_type, e.document_id, e.payload,
             p.event_seq is not null as has_personal, p.personal
        from kernel.event e
        left join kernel.event_personal p on p.org_id = e.org_id and p.event_seq = e.seq
        left join auth.user u on e.actor_kind = 'user' and u.id = e.actor_id
        left join identity.api_key k on e.actor_kind = 'api_key' and k.org_id = e.org_id and k.id = e.actor_id
       where e.org_id = ${ctx.orgId} and ${conditions(input)}
       order by e.seq desc limit ${limit + 1}`.execute(tx)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      data: page.map((row) => toAuditEvent(row, ctx.may('parties.read'))),
      next_cursor: rows.length > limit && last !== undefined ? String(last.seq) : null,
    }
  },
})

function conditions(input: Static<typeof Input>) {
  if (input.cursor !== undefined && !/^\d{1,15}$/.test(input.cursor))
    throw invalidField('/cursor', 'cursor', 'is not one that a list answered; start without it')
  const parts = [
    sql`true`,
    ...(input.document_id === undefined ? [] : [sql`e.document_id = ${input.document_id}`]),
    ...(input.actor_id === undefined ? [] : [sql`e.actor_id = ${input.actor_id}`]),
    ...(input.type === undefined ? [] : [sql`e.type = ${input.type}`]),
    ...(input.command_id === undefined ? [] : [sql`e.command_id = ${input.command_id}`]),
    ...(input.from === undefined ? [] : [sql`e.recorded_at >= ${input.from}`]),
    ...(input.to === undefined ? [] : [sql`e.recorded_at < ${input.to}`]),
    ...(input.cursor === undefined ? [] : [sql`e.seq < ${input.cursor}::bigint`]),
  ]
  return sql.join(parts, sql` and `)
}

function toAuditEvent(row: AuditRow, withPersonal: boolean): Static<typeof AuditEvent> {
  const { actor_kind, actor_id, actor_name, has_personal, personal, recorded_at, ...rest } = row
  return {
    ...rest,
    recorded_at: recorded_at.toISOString(),
    actor: { kind: actor_kind, id: actor_id, name: actor_name },
    ...(has_personal && withPersonal ? { personal } : {}),
  }
}
