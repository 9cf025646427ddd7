import { mkdtemp, chmod, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressOf, type DatabaseAddress } from '../src/entry/database-address.ts'
import { migrateAll } from '../src/entry/runtime.ts'
import { provisionOrganization } from '../src/flows/provision-organization.ts'
import { syncHandlers } from '../src/flows/sync-handlers.ts'
import { systemClock } from '../src/kernel/clock.ts'
import type { Context } from '../src/kernel/context.ts'
import { openDatabase } from '../src/kernel/database.ts'
import { startEmbeddedPostgres } from '../src/kernel/embedded-postgres.ts'
import { silentLog } from '../src/kernel/log.ts'
import { runBatch, runCommand, type System } from '../src/kernel/runner.ts'
import { createItems } from '../src/modules/catalog/index.ts'
import { createApiKey } from '../src/modules/identity/index.ts'
import { createLocations, createWarehouse } from '../src/modules/inventory/index.ts'
import { createChannel } from '../src/modules/orders/index.ts'
import { createGoodsReceipt } from '../src/modules/warehouse/index.ts'
import { ITEMS, KITS, kitSkuOf, priceOf, skuOf } from './orders.ts'

/** Stock of every item: more than any run sells. */
const STOCK = 1_000_000
const CHUNK = 500

/** Where the benchmark works: a cluster of its own, a business on it, and a key for its API. */
export interface Ground {
  address: DatabaseAddress
  system: System
  ctx: Context
  apiKey: string
  warehouseId: string
  channelId: string
  /** Process number of PostgreSQL. */
  postgresPid: number
  /** Folder of the data, removed at the end. */
  folder: string
  close(): Promise<void>
}

/** A cluster that runs, migrated, and the application's connections to it. */
export interface Place {
  address: DatabaseAddress
  system: System
  postgresPid: number
  folder: string
  /** Closes the connections and shuts PostgreSQL down. */
  close(): Promise<void>
}

/** Starts PostgreSQL in a folder with the settings of the product (fsync and synchronous_commit on) and brings it to the newest migration. */
export async function openPlace(folder: string, settings: Readonly<Record<string, string>> = {}): Promise<Place> {
  const postgres = await startEmbeddedPostgres({
    dataDir: folder,
    role: 'command',
    settings: { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'top', ...settings },
  })
  const address = addressOf(postgres.url, postgres.ownerUrl)
  try {
    await migrateAll(address)
    const database = openDatabase(address.url, { maxConnections: 4, role: address.role })
    const close = async (): Promise<void> => {
      await database.close()
      await postgres.stop()
    }
    return { address, system: { database, handlers: syncHandlers, onCommit: () => undefined }, postgresPid: postgres.pid, folder, close }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

/** Makes a folder for data below the system's temporary folder, one that PostgreSQL's own user can enter. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tefter-bench-')))
  await chmod(folder, 0o755)
  return folder
}

/** Removes a folder of data. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}

/** Starts a cluster in a temporary folder and builds a business of 10,000 items, each in stock. */
export async function openGround(onStep: (text: string) => void): Promise<Ground> {
  const folder = await temporaryFolder()
  onStep('migrations')
  const place = await openPlace(folder).catch(async (error: unknown) => {
    await removeFolder(folder)
    throw error
  })
  const close = async (): Promise<void> => {
    await place.close()
    await removeFolder(folder)
  }
  try {
    const business = await openBusiness(place.system, onStep)
    onStep('opening stock')
    await receiveAll(place.system, business.ctx)
    return { ...place, ...business, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What a run knows of its business: where it sells, from where, and a key for its API. */
export type Business = Pick<Ground, 'ctx' | 'apiKey' | 'warehouseId' | 'channelId'>

/** The context of the benchmark's organization: a program that may do all. */
export function businessContext(orgId: number): Context {
  return {
    orgId,
    org: { timeZone: 'Europe/Belgrade', baseCurrency: 'EUR', language: 'en' },
    actor: { kind: 'system', id: null },
    may: () => true,
    requestId: null,
    clock: systemClock,
    log: silentLog,
  }
}

/** Makes a key for the API, with the rights that a run needs. */
export async function createBenchKey(system: System, ctx: Context): Promise<string> {
  const { key } = await createApiKey(system, ctx, {
    name: 'bench',
    scopes: ['orders.*', 'warehouse.*', 'inventory.*', 'catalog.*', 'read', 'audit.read'],
  })
  return key ?? ''
}

/** Creates the organization with its warehouse, channel, items and kits. Nothing is in stock yet. */
export async function openBusiness(system: System, onStep: (text: string) => void): Promise<Business> {
  const organization = await provisionOrganization(
    system,
    { clock: systemClock, log: silentLog },
    { name: 'Benchmark', time_zone: 'Europe/Belgrade', base_currency: 'EUR', language: 'en' },
  )
  const ctx = businessContext(organization.id)
  const { id: warehouseId } = await runCommand(system, ctx, createWarehouse, {
    code: 'BG',
    name: 'Beograd',
    country: 'RS',
    postcode: '11000',
  })
  await runCommand(system, ctx, createLocations, { warehouse_id: warehouseId, locations: [{ code: 'A-1', role: 'pick' }] })
  const { id: channelId } = (await runCommand(system, ctx, createChannel, { code: 'bench', name: 'Benchmark', kind: 'shop' })) as {
    id: string
  }
  onStep(`${ITEMS} items and ${KITS} kits`)
  await createAll(system, ctx)
  return { ctx, apiKey: await createBenchKey(system, ctx), warehouseId, channelId }
}

async function createAll(system: System, ctx: Context): Promise<void> {
  const stocked = Array.from({ length: ITEMS }, (_, place) => ({
    sku: skuOf(place),
    kind: 'stocked',
    name: `Item ${place}`,
    price: { amount: priceOf(place), scale: 2, currency: 'EUR' },
    tax_class: 'standard',
  }))
  const kits = Array.from({ length: KITS }, (_, place) => ({
    sku: kitSkuOf(place),
    kind: 'kit',
    name: `Kit ${place}`,
    price: { amount: 2499, scale: 2, currency: 'EUR' },
    tax_class: 'standard',
    components: [
      { sku: skuOf(place * 7), quantity: 1 },
      { sku: skuOf(place * 11 + 1), quantity: 2 },
    ],
  }))
  for (const part of [...chunksOf(stocked), ...chunksOf(kits)])
    // oxlint-disable-next-line no-await-in-loop -- one batch after another
    for (const outcome of await runBatch(system, ctx, createItems, part)) if (!outcome.ok) throw outcome.error
}

async function receiveAll(system: System, ctx: Context): Promise<void> {
  const lines = Array.from({ length: ITEMS }, (_, place) => ({
    sku: skuOf(place),
    quantity: STOCK,
    unit_cost: { amount: Math.round(priceOf(place) / 3), scale: 2 },
    location_code: 'A-1',
  }))
  for (const part of chunksOf(lines))
    // oxlint-disable-next-line no-await-in-loop -- one receipt after another
    await runCommand(system, ctx, createGoodsReceipt, {
      kind: 'supplier',
      warehouse_code: 'BG',
      supplier_name: 'Supplier',
      currency: 'EUR',
      lines: part,
    })
}

/** Parts of at most 500. */
export function chunksOf<T>(rows: readonly T[], size = CHUNK): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) => rows.slice(index * size, (index + 1) * size))
}
