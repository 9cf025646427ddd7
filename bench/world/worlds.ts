import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, realpath, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { readOnly } from '../../src/kernel/database.ts'
import { loadSecrets } from '../../src/kernel/postgres/secrets.ts'
import { sealOrganization } from '../../src/kernel/seal.ts'
import { listOrganizations } from '../../src/modules/identity/index.ts'
import { rollMonthBalances } from '../../src/modules/inventory/index.ts'
import { type Business, businessContext, createBenchKey, openBusiness, openPlace, type Place, removeFolder } from '../ground.ts'
import { multiplySeed, SSCC_FUNCTION } from './multiply.ts'
import { SEED_DAYS, SEED_ORDERS, seedWeek } from './seed.ts'

/** Data folders of one business at three ages: without orders, with 10,000, with as many as asked. */
export interface Worlds {
  empty: string
  small: string
  large: string
}

/** Changes when what is built changes, so that older data is not taken for it. */
const EDITION = 1
const DAY_MS = 86_400_000

/** Settings while the large world is built: nobody depends on it yet. It is measured under the product's own settings. */
const BUILDING = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_compression: 'off',
  max_wal_size: '8GB',
  shared_buffers: '2GB',
  autovacuum: 'off',
}

/** Finds the worlds in a folder, or builds them there once: the seed through commands, copies of it set-based. */
export async function prepareWorlds(data: string, orders: number, onStep: (text: string) => void): Promise<Worlds> {
  const copies = Math.max(1, Math.round(orders / SEED_ORDERS))
  await mkdir(data, { recursive: true })
  const base = await realpath(data)
  await chmod(base, 0o755)
  const worlds = {
    empty: join(base, `empty-${EDITION}`),
    small: join(base, `small-${EDITION}-${copies}`),
    large: join(base, `large-${EDITION}-${copies}`),
  }
  const start = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - copies * SEED_DAYS * DAY_MS)
  await once(worlds.empty, (folder) => buildEmpty(folder, onStep))
  await once(worlds.small, async (folder) => {
    await copyFolder(worlds.empty, folder)
    await buildSmall(folder, start, onStep)
  })
  await once(worlds.large, async (folder) => {
    await copyFolder(worlds.small, folder)
    await buildLarge(folder, copies, onStep)
  })
  return worlds
}

/** Opens a world that was built before. */
export async function openWorld(folder: string): Promise<Place & Business> {
  const place = await openPlace(folder)
  try {
    return { ...place, ...(await findBusiness(place)) }
  } catch (error) {
    await place.close()
    throw error
  }
}

async function findBusiness(place: Place): Promise<Business> {
  const [organization] = await listOrganizations(place.system.database)
  if (organization === undefined) throw new Error(`no organization in ${place.folder}`)
  const ctx = businessContext(organization.org_id)
  const { rows: found } = await readOnly(place.system.database, ctx, (tx) =>
    sql<{ warehouse: string; channel: string }>`
      select (select id from inventory.warehouse where org_id = ${ctx.orgId} and code = 'BG') as warehouse,
             (select id from orders.channel where org_id = ${ctx.orgId} and code = 'bench') as channel`.execute(tx),
  )
  return {
    ctx,
    apiKey: await createBenchKey(place.system, ctx),
    warehouseId: found[0]?.warehouse ?? '',
    channelId: found[0]?.channel ?? '',
  }
}

/** Builds under another name first: a folder that bears its name is whole. */
async function once(folder: string, build: (draft: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return
  const draft = `${folder}.building`
  await removeFolder(draft)
  await build(draft)
  await rename(draft, folder)
}

function copyFolder(from: string, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    spawn('cp', ['-a', from, to], { stdio: 'inherit' })
      .once('error', reject)
      .once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`cp ended with ${code}`))))
  })
}

async function buildEmpty(folder: string, onStep: (text: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const place = await openPlace(folder)
  try {
    await openBusiness(place.system, onStep)
  } finally {
    await place.close()
  }
}

async function buildSmall(folder: string, start: Date, onStep: (text: string) => void): Promise<void> {
  const world = await openWorld(folder)
  try {
    await seedWeek(world, world, start, onStep)
    await settle(world, world.ctx.orgId)
  } finally {
    await world.close()
  }
}

async function buildLarge(folder: string, copies: number, onStep: (text: string) => void): Promise<void> {
  const place = await openPlace(folder, BUILDING)
  try {
    const { ctx } = await findBusiness(place)
    const url = await superuserUrl(place)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    // What was sealed is a prefix of what will be there; the chains are made anew over all of it.
    await client.query(`${SSCC_FUNCTION}; delete from kernel.seal; delete from kernel.seal_horizon; delete from inventory.month_balance`)
    await client.end()
    await multiplySeed(url, ctx.orgId, copies, onStep)
    onStep('seals and month balances')
    await settle(place, ctx.orgId)
  } finally {
    await place.close()
  }
  onStep('writing to disk')
  await new Promise((resolve) => void spawn('sync').once('exit', resolve))
}

/** Seals what is final and rolls the months: what a night does. */
async function settle({ system }: Place, orgId: number): Promise<void> {
  await sealOrganization(system.database, orgId)
  await rollMonthBalances(system.database, orgId, new Date())
}

async function superuserUrl({ address, folder }: Place): Promise<string> {
  const { superuser } = await loadSecrets(folder)
  const url = new URL(address.ownerUrl)
  url.username = 'postgres'
  url.password = superuser
  return url.toString()
}
