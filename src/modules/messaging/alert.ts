import { sql } from 'kysely'
import type { CommandRun } from '../../kernel/command.ts'
import { rowsOf } from '../../kernel/database.ts'
import { listUsers } from '../identity/index.ts'

/** What people are warned of. */
export const ALERT_KINDS = ['low_stock', 'verify_fault', 'import_failed', 'webhook_failed', 'notice'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** Something to warn of. While an alert of the same kind and subject is open, it is not raised again. */
export interface NewAlert {
  kind: AlertKind
  /** Tells subjects of a kind apart, such as `warehouse/item`. */
  subjectKey: string
  subjectType: string
  subjectId: string | null
  /** Ids, numbers, codes and names of our own things; no personal values. */
  facts: Record<string, string | number>
  /** Whom it is for: members of this role (owners and operations when nobody has it), instead of those told of its kind by default. */
  audience?: string | undefined
}

/** Roles that are told in the office without asking for it. */
const TOLD_BY_DEFAULT: readonly string[] = ['owner', 'operations']

/**
 * Raises alerts that are not open yet, and tells each subscriber. Raises `messaging.alert_raised` per new alert. Answers their ids.
 */
export async function raiseAlerts(run: CommandRun, alerts: readonly NewAlert[]): Promise<string[]> {
  const { tx, ctx, now, emit } = run
  if (alerts.length === 0) return []
  const rows = alerts.map((alert) => ({ ...alert, id: run.newId() }))
  const { rows: raised } = await sql<{ id: string; kind: AlertKind }>`
    insert into messaging.alert (org_id, id, kind, subject_key, subject_type, subject_id, facts, raised_at)
    select ${ctx.orgId}, a.id, a.kind, a.subjectKey, a.subjectType, a.subjectId, a.facts, ${now}
      from ${rowsOf(rows, { id: 'uuid', kind: 'text', subjectKey: 'text', subjectType: 'text', subjectId: 'uuid', facts: 'jsonb' }, 'a')}
    on conflict (org_id, kind, subject_key) where recovered_at is null do nothing returning id, kind`.execute(tx)
  const audiences = new Map(rows.map((row) => [row.id, row.audience]))
  await notifySubscribers(
    run,
    raised.map((alert) => ({ ...alert, audience: audiences.get(alert.id) })),
  )
  const fresh = new Set(raised.map(({ id }) => id))
  for (const { id, kind, subjectType, subjectId, facts } of rows.filter((row) => fresh.has(row.id)))
    emit({
      type: 'messaging.alert_raised',
      documentType: 'alert',
      documentId: id,
      payload: { kind, subject_type: subjectType, subject_id: subjectId, facts },
    })
  return [...fresh]
}

async function notifySubscribers(
  run: CommandRun,
  alerts: readonly { id: string; kind: AlertKind; audience: string | undefined }[],
): Promise<void> {
  if (alerts.length === 0) return
  const { tx, ctx, now, newId } = run
  const subscriptions = await readSubscriptions(run)
  const told = alerts.flatMap((alert) =>
    toldOf(alert, subscriptions).map(({ user_id, in_app, by_email }) => ({ id: newId(), alert_id: alert.id, user_id, in_app, by_email })),
  )
  if (told.length === 0) return
  await sql`
    insert into messaging.notification (org_id, id, user_id, alert_id, created_at, in_app, mail_due)
    select ${ctx.orgId}, n.id, n.user_id, n.alert_id, ${now}, n.in_app, n.by_email
      from ${rowsOf(told, { id: 'uuid', user_id: 'uuid', alert_id: 'uuid', in_app: 'boolean', by_email: 'boolean' }, 'n')}
    on conflict do nothing`.execute(tx)
}

/** Members told of an alert: the chosen ones of its kind; with an audience, that role, in the office at least. */
function toldOf(
  alert: { kind: AlertKind; audience: string | undefined },
  subscriptions: readonly (Subscription & { role: string })[],
): Subscription[] {
  const ofKind = subscriptions.filter((one) => one.kind === alert.kind)
  if (alert.audience === undefined) return ofKind.filter((one) => one.in_app || one.by_email)
  const audience = ofKind.filter((one) => one.role === alert.audience)
  const told = audience.length > 0 ? audience : ofKind.filter((one) => TOLD_BY_DEFAULT.includes(one.role))
  return told.map((one) => ({ ...one, in_app: true }))
}

/** What one member is told of one kind. */
export interface Subscription {
  user_id: string
  kind: AlertKind
  in_app: boolean
  by_email: boolean
}

/** Which alerts each active member is told, as chosen, else by role. */
export async function readSubscriptions(run: Pick<CommandRun, 'tx' | 'ctx' | 'now'>): Promise<(Subscription & { role: string })[]> {
  const { data: users } = await listUsers.run(run, {})
  const { rows } = await sql<Subscription>`
    select user_id, kind, in_app, by_email from messaging.subscription where org_id = ${run.ctx.orgId} limit 10000`.execute(run.tx)
  const chosen = new Map(rows.map((row) => [`${row.user_id}/${row.kind}`, row]))
  return users
    .filter((user) => !user.disabled)
    .flatMap((user) =>
      ALERT_KINDS.map((kind) => ({
        ...(chosen.get(`${user.id}/${kind}`) ?? { user_id: user.id, kind, in_app: TOLD_BY_DEFAULT.includes(user.role), by_email: false }),
        role: user.role,
      })),
    )
}

/** Ends open alerts of a kind; the next trouble is told again. Raises `messaging.alert_recovered` per alert. */
export async function recoverAlerts({ tx, ctx, now, emit }: CommandRun, kind: AlertKind, subjectKeys: readonly string[]): Promise<void> {
  if (subjectKeys.length === 0) return
  const { rows } = await sql<{ id: string; subject_type: string; subject_id: string | null }>`
    update messaging.alert set recovered_at = ${now}
     where org_id = ${ctx.orgId} and kind = ${kind} and subject_key = any(${[...subjectKeys]}::text[]) and recovered_at is null
    returning id, subject_type, subject_id`.execute(tx)
  for (const row of rows)
    emit({
      type: 'messaging.alert_recovered',
      documentType: 'alert',
      documentId: row.id,
      payload: { kind, subject_type: row.subject_type, subject_id: row.subject_id },
    })
}
