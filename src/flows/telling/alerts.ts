import type { Static } from 'typebox'
import type { Context } from '../../kernel/context.ts'
import { DomainError } from '../../kernel/errors.ts'
import type { Job } from '../../kernel/jobs.ts'
import type { OutboxConsumer, StoredEvent } from '../../kernel/outbox-delivery.ts'
import { runCommand, runQuery, type System } from '../../kernel/runner.ts'
import { listStock } from '../../modules/inventory/index.ts'
import { raiseAlertsCommand, settleAlerts } from '../../modules/messaging/index.ts'
import { getVerification } from '../../modules/reports/index.ts'
import { getImport } from '../imports/import-run.ts'

/** Most items below their threshold that are told one by one. */
const MOST_LOW = 2000
const PAGE = 200

/** Warns of what happens once: imports that failed, and what automation rules want people to know. Each is its own alert, never repeated. */
export const alertConsumer: OutboxConsumer = {
  name: 'messaging.alerts',
  types: ['imports.import_failed', 'automation.notice_raised'],
  async handle(system, ctx, event) {
    const alert = event.type === 'imports.import_failed' ? await ofImport(system, ctx, event) : ofNotice(event)
    await runCommand(system, ctx, raiseAlertsCommand, { alerts: [alert] })
  },
}

async function ofImport(system: System, ctx: Context, event: StoredEvent) {
  const run = await runQuery(system, ctx, getImport, { import_id: event.documentId })
  return {
    kind: 'import_failed',
    subject_key: event.documentId,
    subject_type: 'import',
    subject_id: event.documentId,
    facts: { file: run.file_name.slice(0, 200), bad: run.rows_bad, total: run.rows_total },
  }
}

function ofNotice(event: StoredEvent) {
  const { rule, audience, message } = event.payload as { rule: string; audience: string; message: string }
  return {
    kind: 'notice',
    subject_key: String(event.seq),
    subject_type: event.documentType,
    subject_id: event.documentId,
    facts: { rule: rule.slice(0, 200), message: message.slice(0, 300) },
    audience,
  }
}

/** Looks every five minutes whether stock ran low or recovered, and whether the last proof found a fault. */
export const watchJob: Job = {
  name: 'messaging.watch',
  cron: '*/5 * * * *',
  async handle(ground) {
    for (const orgId of await ground.listOrganizations()) {
      // oxlint-disable-next-line no-await-in-loop -- one organization after another
      await watch(ground.system, await ground.contextOf(orgId))
    }
  },
}

/** One look at an organization. An item is told of once, until it is above its threshold again. */
export async function watch(system: System, ctx: Context): Promise<void> {
  await runCommand(system, ctx, settleAlerts, { kind: 'low_stock', alerts: await listLow(system, ctx) })
  await runCommand(system, ctx, settleAlerts, { kind: 'verify_fault', alerts: await listFaults(system, ctx) })
}

async function listLow(system: System, ctx: Context) {
  type Page = Static<typeof listStock.output>
  const rows: Page['data'] = []
  for (let cursor: string | null | undefined; cursor !== null && rows.length < MOST_LOW;) {
    // oxlint-disable-next-line no-await-in-loop -- page after page
    const page: Page = await runQuery(system, ctx, listStock, { low: true, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    rows.push(...page.data)
    cursor = page.next_cursor
  }
  return rows.slice(0, MOST_LOW).map((row) => ({
    kind: 'low_stock',
    subject_key: `${row.warehouse_id}/${row.item_id}`,
    subject_type: 'item',
    subject_id: row.item_id,
    facts: {
      sku: row.sku,
      name: row.name.slice(0, 200),
      warehouse: row.warehouse_code,
      available: row.available,
      threshold: row.threshold ?? 0,
    },
  }))
}

async function listFaults(system: System, ctx: Context) {
  const last = await runQuery(system, ctx, getVerification, {}).catch((error: unknown) => {
    // Never verified yet: nothing is known to be wrong.
    if (error instanceof DomainError && error.kind === 'not_found') return null
    throw error
  })
  if (last === null || last.ok) return []
  const checks = last.checks.filter((check) => !check.ok && !check.empty).map((check) => check.id)
  return [
    {
      kind: 'verify_fault',
      subject_key: 'verification',
      subject_type: 'verification',
      subject_id: null,
      facts: { checks: checks.join(', ').slice(0, 200) },
    },
  ]
}
