import { sql } from 'kysely'
import { expect } from 'vitest'
import { outboxConsumers } from '../../src/flows/consumers.ts'
import { syncHandlers } from '../../src/flows/sync-handlers.ts'
import { provisionOrganization } from '../../src/flows/provision-organization.ts'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import type { Context } from '../../src/kernel/context.ts'
import { type Database, inGlobalTransaction, openDatabase, readOnly } from '../../src/kernel/database.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { System } from '../../src/kernel/runner.ts'
import { createApiKey, trustedContext } from '../../src/modules/identity/index.ts'
import { reportsChecks } from '../support/checks.ts'
import type { Load } from './mixed-load.ts'
import { waitUntil } from './tefter-process.ts'

/** A look past the server into its database, by the application's own role. */
export interface Auditor {
  readonly database: Database
  readonly ctx: Context
  readonly apiKey: string
  close(): Promise<void>
}

/** Makes an organization with a key in a database, and keeps a connection of its own to look at it, by a clock of its own. */
export async function openAuditor(url: string, clock: Clock = systemClock): Promise<Auditor> {
  const database = openDatabase(url, { maxConnections: 3 })
  const system: System = { database, handlers: syncHandlers, onCommit: () => undefined }
  const ground = { clock, log: silentLog }
  const organization = { name: 'Crash', time_zone: 'Europe/Belgrade', base_currency: 'EUR', language: 'en' }
  const { id } = await provisionOrganization(system, ground, organization)
  const ctx = await trustedContext(database, ground, id, 'system')
  const { key } = await createApiKey(system, ctx, { name: 'load', scopes: ['owner'] })
  return { database, ctx, apiKey: key ?? '', close: () => database.close() }
}

/** The same organization in another database, such as a restored one. */
export async function auditorOf(url: string, orgId: number): Promise<Auditor> {
  const database = openDatabase(url, { maxConnections: 3 })
  const ctx = await trustedContext(database, { clock: systemClock, log: silentLog }, orgId, 'system')
  return { database, ctx, apiKey: '', close: () => database.close() }
}

/** Commands that raise an event whenever they succeed, so that the events count them. */
const COUNTED = [
  'orders.cancel_order',
  'orders.refund',
  'warehouse.create_goods_receipt',
  'warehouse.pick_shipment',
  'warehouse.ship_shipment',
  'warehouse.refuse_shipment',
  'warehouse.void_shipment',
  'warehouse.receive_return',
  'inventory.adjust_stock',
] as const

/**
 * What must hold at any moment, also while answers are missing: every acknowledged command is there once, nothing is there that nobody
 * asked for, and every check of `tefter verify` is clean.
 *
 * @param options.counted false where it is not known which commands were in time, such as for a backup
 */
export async function expectNothingLost(
  { database, ctx }: Auditor,
  { sender, orders, asked }: Load,
  options: { counted?: boolean } = {},
): Promise<void> {
  expect(sender.faults).toEqual([])
  const done = await countCommands(database, ctx)
  for (const command of options.counted === false ? [] : COUNTED) {
    const sent = sender.journal.filter((one) => one.command === command)
    const acknowledged = sent.filter((one) => one.outcome === 'acknowledged').length
    const unknown = sent.filter((one) => one.outcome === 'unknown').length
    expect(done.get(command) ?? 0, `${command}: at least what was acknowledged`).toBeGreaterThanOrEqual(acknowledged)
    expect(done.get(command) ?? 0, `${command}: at most what was asked`).toBeLessThanOrEqual(acknowledged + unknown)
  }
  const taken = await readExternalIds(database, ctx)
  expect(taken.length, 'no order is there twice').toBe(new Set(taken).size)
  expect([...orders].filter((id) => !taken.includes(id))).toEqual([])
  expect(taken.filter((id) => !asked.has(id))).toEqual([])
  expect(await reportsChecks({ database, handlers: new Map(), onCommit: () => undefined }, ctx)).toEqual([])
}

/** What must hold once every command has its definite answer: exactly what was acknowledged, command by command and piece by piece. */
export async function expectExactly(auditor: Auditor, load: Load): Promise<void> {
  await expectNothingLost(auditor, load)
  const { database, ctx } = auditor
  expect(load.sender.journal.filter((one) => one.outcome === 'unknown')).toEqual([])
  expect(new Set(await readExternalIds(database, ctx))).toEqual(load.orders)
  expect(await countPieces(database, ctx)).toEqual(load.pieces)
  await expectAllTold(database)
}

/** Waits until every consumer of the outbox has been told of everything. */
async function expectAllTold(database: Database): Promise<void> {
  const names = outboxConsumers.map(({ name }) => name)
  const lag = async (): Promise<number> => {
    const { rows } = await inGlobalTransaction(database, (tx) =>
      sql<{ lag: number }>`select coalesce(max(kernel.outbox_lag(name)), 0)::float8 as lag from unnest(${names}::text[]) as name`.execute(
        tx,
      ),
    )
    return rows[0]?.lag ?? 0
  }
  await waitUntil(async () => (await lag()) === 0, 120_000)
}

async function countCommands(database: Database, ctx: Context): Promise<Map<string, number>> {
  const { rows } = await readOnly(database, ctx, (tx) =>
    sql<{
      command: string
      times: number
    }>`select command, count(distinct command_id) as times from kernel.event where org_id = ${ctx.orgId} group by command`.execute(tx),
  )
  return new Map(rows.map(({ command, times }) => [command, times]))
}

/** How many events there are of each type. */
export async function countEvents({ database, ctx }: Auditor): Promise<Map<string, number>> {
  const { rows } = await readOnly(database, ctx, (tx) =>
    sql<{
      type: string
      times: number
    }>`select type, count(*) as times from kernel.event where org_id = ${ctx.orgId} group by type`.execute(tx),
  )
  return new Map(rows.map(({ type, times }) => [type, times]))
}

async function readExternalIds(database: Database, ctx: Context): Promise<string[]> {
  const { rows } = await readOnly(database, ctx, (tx) =>
    sql<{ external_id: string }>`select external_id from orders.sales_order where org_id = ${ctx.orgId}`.execute(tx),
  )
  return rows.map((row) => row.external_id)
}

/** Pieces in real locations by SKU, whatever they are promised to. */
async function countPieces(database: Database, ctx: Context): Promise<Record<string, number>> {
  const { rows } = await readOnly(database, ctx, (tx) =>
    sql<{ sku: string; pieces: number }>`
      select i.sku, sum(l.on_hand)::bigint as pieces from inventory.stock_level l join catalog.item i on i.org_id = l.org_id and i.id = l.item_id
       where l.org_id = ${ctx.orgId} group by i.sku`.execute(tx),
  )
  return Object.fromEntries(rows.map(({ sku, pieces }) => [sku, pieces]))
}
