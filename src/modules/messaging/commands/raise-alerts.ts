import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { exactly, nullable, Uuid } from '../../../kernel/schema.ts'
import { ALERT_KINDS, type NewAlert, raiseAlerts, recoverAlerts } from '../alert.ts'

const Alert = exactly({
  kind: Type.Enum([...ALERT_KINDS]),
  subject_key: Type.String({ minLength: 1, maxLength: 200 }),
  subject_type: Type.String({ minLength: 1, maxLength: 60 }),
  subject_id: nullable(Uuid),
  facts: Type.Record(Type.String(), Type.Union([Type.String({ maxLength: 300 }), Type.Integer()])),
  audience: Type.Optional(Type.String({ maxLength: 60 })),
})
type Alert = Static<typeof Alert>

/** Most alerts of one kind that are open at once; more are not told one by one. */
const MOST_OPEN = 2000

/** Raises alerts; those that are open already are left. For what happens once (a failed import): it never recovers, its key never returns. */
export const raiseAlertsCommand = defineCommand({
  name: 'messaging.raise_alerts',
  permission: 'messaging.send',
  summary: 'Warn people of something',
  input: exactly({ alerts: Type.Array(Alert, { maxItems: MOST_OPEN }) }),
  output: exactly({ raised: Type.Integer() }),
  run: async (run, { alerts }) => ({ raised: (await raiseAlerts(run, alerts.map(asNewAlert))).length }),
})

/** States what is wrong now of one kind: new ones are raised, those that are no longer named have recovered. */
export const settleAlerts = defineCommand({
  name: 'messaging.settle_alerts',
  permission: 'messaging.send',
  summary: 'Say what is wrong now of one kind',
  input: exactly({ kind: Type.Enum([...ALERT_KINDS]), alerts: Type.Array(Alert, { maxItems: MOST_OPEN }) }),
  output: exactly({ raised: Type.Integer(), recovered: Type.Integer() }),

  async run(run, { kind, alerts }) {
    const now = new Set(alerts.map((alert) => alert.subject_key))
    const { rows } = await sql<{ subject_key: string }>`
      select subject_key from messaging.alert where org_id = ${run.ctx.orgId} and kind = ${kind} and recovered_at is null limit ${MOST_OPEN}`.execute(
      run.tx,
    )
    const gone = rows.map((row) => row.subject_key).filter((key) => !now.has(key))
    await recoverAlerts(run, kind, gone)
    const raised = await raiseAlerts(run, alerts.map(asNewAlert))
    return { raised: raised.length, recovered: gone.length }
  },
})

function asNewAlert(alert: Alert): NewAlert {
  return {
    kind: alert.kind,
    subjectKey: alert.subject_key,
    subjectType: alert.subject_type,
    subjectId: alert.subject_id,
    facts: alert.facts,
    audience: alert.audience,
  }
}
