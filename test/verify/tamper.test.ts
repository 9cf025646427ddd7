import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Context } from '../../src/kernel/context.ts'
import { type Database, inTransaction, openDatabase, type Tx } from '../../src/kernel/database.ts'
import { newId, ZERO_ID } from '../../src/kernel/ids.ts'
import { runCommand } from '../../src/kernel/runner.ts'
import { parseSealHead, readSealHead, type SealHead, verifySealHead } from '../../src/kernel/seal-head.ts'
import { sealOrganization, verifySeals } from '../../src/kernel/seal.ts'
import type { CheckResult } from '../../src/kernel/verify.ts'
import { verifyEvents } from '../../src/kernel/verify-events.ts'
import {
  adjustStock,
  holdStock,
  lockPositions,
  moveStock,
  postGoods,
  promiseStock,
  reverseAdjustment,
  rollMonthBalances,
  verifyInventory,
  virtualLocations,
} from '../../src/modules/inventory/index.ts'
import { verifyLedger } from '../../src/modules/ledger/index.ts'
import { createParty } from '../../src/modules/parties/index.ts'
import { type Check, verify } from '../../src/modules/reports/index.ts'
import { addItem, inCommand, openStockRoom, provisionStock, receiveGoods } from '../support/stock.ts'
import { testContext, useSystem } from '../support/system.ts'
import { breakages, sealBreakages } from './breakages.ts'

/** The checks of goods, books, chains and events. The goods here are promised to lines of no order, so the checks of orders stay out. */
const CHECKS: readonly Check[] = [
  ({ tx, ctx }) => verifyInventory(tx, ctx.orgId),
  ({ tx, ctx }) => verifyLedger(tx, ctx.orgId),
  ({ tx, ctx, now }) => verifySeals(tx, ctx.orgId, now),
  ({ tx, ctx, now }) => verifyEvents(tx, ctx.orgId, now),
]

/** Rows in a block of the chains here: several blocks of few rows. */
const BLOCK_ROWS = 4

const system = useSystem()
const ctx = testContext()
let owner: Database

beforeAll(async () => {
  await buildBusiness(ctx)
  await vi.waitFor(
    async () => {
      await sealOrganization(system.database, ctx.orgId, { blockRows: BLOCK_ROWS })
      expect(await unsealed()).toBe(0)
    },
    { timeout: 30_000, interval: 100 },
  )
  expect(await rollMonthBalances(system.database, ctx.orgId, new Date(Date.now() + 40 * 86_400_000))).toBeGreaterThan(0)
  owner = openDatabase(system.ownerUrl, { maxConnections: 1 })
})
afterAll(() => owner.close())

/** How many chains still have a tail: rows wait while any older transaction of the whole server is open, and other test files have some. */
async function unsealed(): Promise<number> {
  return inTransaction(system.database, ctx.orgId, async (tx) => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from (
        select 'stock_movement' as chain, max(seq) as seq from inventory.stock_movement where org_id = ${ctx.orgId}
        union all select 'journal_entry', max(seq) from ledger.journal_entry where org_id = ${ctx.orgId}
        union all select 'event', max(seq) from kernel.event where org_id = ${ctx.orgId}) newest
       where newest.seq > coalesce((select max(s.last_seq) from kernel.seal s where s.org_id = ${ctx.orgId} and s.chain = newest.chain), 0)`.execute(
      tx,
    )
    return rows[0]?.n ?? -1
  })
}

/** Receipts in two bins and a lot, promises, a pick, staged goods, a shipment with its return, adjustments, a move, a hold, a backorder. */
async function buildBusiness(ctx: Context): Promise<void> {
  await provisionStock(system, ctx)
  const { warehouseId, bins } = await openStockRoom(system, ctx)
  const itemId = await addItem(system, ctx, 'A')
  await addItem(system, ctx, 'B')
  const [first = '', second = '', staging = '', returns = ''] = [bins['A-1'], bins['A-2'], bins['STAGING'], bins['RETURNS']]
  await receiveGoods(system, ctx, {
    itemId,
    locationId: first,
    quantity: 30,
    valueMinor: 3000,
    happenedAt: new Date(Date.now() - 70 * 86_400_000),
  })
  await receiveGoods(system, ctx, { itemId, locationId: first, quantity: 20, valueMinor: 4000 })
  const adjust = (kind: string, quantity: number, lot?: string) =>
    runCommand(system, ctx, adjustStock, {
      warehouse_id: warehouseId,
      kind,
      lines: [{ sku: 'A', location_code: 'A-1', quantity, ...(lot === undefined ? {} : { lot }) }],
    })
  await adjust('found', 5, 'L1')
  const { id } = await adjust('scrap', 2)
  await runCommand(system, ctx, reverseAdjustment, { adjustment_id: id })
  await adjust('loss', 1)
  await runCommand(system, ctx, moveStock, {
    warehouse_id: warehouseId,
    lines: [{ sku: 'A', from_location_code: 'A-1', to_location_code: 'A-2', quantity: 6 }],
  })
  await runCommand(system, ctx, holdStock, {
    warehouse_id: warehouseId,
    sku: 'A',
    quantity: 3,
    reference: 'cart',
    expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  })
  await runCommand(system, ctx, createParty, {
    name: 'Ana Anić',
    email: 'ana@example.com',
    is_customer: true,
    is_supplier: false,
    tax_ids: [],
    addresses: [],
  })
  const line = newId()
  const goods = { itemId, lotId: ZERO_ID, ownerId: ZERO_ID }
  await inCommand(system, ctx, async (run) => {
    await lockPositions(run.tx, ctx.orgId, [{ ...goods, warehouseId }])
    const order = { ...goods, sourceId: newId(), priority: 100 }
    await promiseStock(
      run,
      [{ ...order, sourceLineId: line, warehouseId, quantity: 10 }],
      [{ ...order, sourceLineId: newId(), quantity: 4, warehouseIds: [] }],
    )
    await postGoods(run, {
      movements: [],
      allocate: [
        { ...goods, sourceId: newId(), locationId: second, quantity: 2, purpose: 'pick' },
        { ...goods, sourceId: line, locationId: second, quantity: 1, purpose: 'staged' },
      ],
    })
  })
  await inCommand(system, ctx, async (run) => {
    const { customer } = await virtualLocations(run.tx, ctx.orgId)
    const shipment = { ...goods, happenedAt: run.now, sourceType: 'shipment', sourceId: newId(), sourceLineId: line }
    await postGoods(run, {
      movements: [
        {
          ...shipment,
          quantity: 7,
          fromLocationId: first,
          toLocationId: staging,
          reason: 'pick',
          sourceType: 'pick',
          sourceLineId: newId(),
        },
      ],
    })
    await postGoods(run, {
      movements: [{ ...shipment, quantity: 7, fromLocationId: staging, toLocationId: customer, reason: 'ship' }],
      release: [{ ...goods, sourceLineId: line, warehouseId, quantity: 7 }],
    })
    await postGoods(run, {
      movements: [
        {
          ...shipment,
          quantity: 3,
          fromLocationId: customer,
          toLocationId: returns,
          reason: 'return',
          sourceType: 'return_receipt',
          sourceLineId: newId(),
          cost: { kind: 'back', shippedLineId: line },
        },
      ],
    })
  })
}

/** Ids of the checks that find a fault after the table was broken by hand; nothing of it is kept. */
async function faultsAfter(statement: string, options: { sealed: boolean }): Promise<string[]> {
  return owner.kysely.connection().execute(async (tx: Tx) => {
    await sql
      .raw(
        `begin; select set_config('tefter.org_id', '${ctx.orgId}', true), set_config('tefter.test_item_b', (select id::text from catalog.item where org_id = ${ctx.orgId} and sku = 'B'), true)`,
      )
      .execute(tx)
    try {
      if (!options.sealed)
        await sql
          .raw(
            `delete from inventory.month_balance where org_id = ${ctx.orgId}; delete from kernel.seal where org_id = ${ctx.orgId}; delete from kernel.seal_horizon where org_id = ${ctx.orgId}`,
          )
          .execute(tx)
      const { rows } = await sql<{ broken: number }>`${sql.raw(statement)}`.execute(tx)
      expect(rows.length, `${statement} touched a row`).toBeGreaterThan(0)
      const results: CheckResult[] = []
      for (const check of CHECKS) results.push(...[await check({ tx, ctx, now: new Date() })].flat())
      const found = new Set(results.filter((result) => result.counterexample !== null).map((result) => result.id))
      return [...found].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    } finally {
      await sql.raw('rollback').execute(tx)
    }
  })
}

test('the untouched business is clean, and no check of it is empty', async () => {
  const { ok, checks } = await verify(system, ctx, CHECKS)
  expect(checks.filter((check) => !check.ok)).toEqual([])
  expect(checks.map((check) => check.id)).toEqual(['V1', 'V2', 'V3', 'V4', 'V6', 'V7', 'V10', 'V12'])
  expect(ok).toBe(true)
})

describe('a table broken by hand', () => {
  test.for([...breakages, ...sealBreakages])('%s: %s', async ([, , statement, faults]) => {
    expect(await faultsAfter(statement(ctx.orgId), { sealed: true })).toEqual(faults)
  })
})

describe('the same before anything is sealed: only V10 and the balances do not see it', () => {
  test.for(breakages.filter(([table]) => table !== 'month_balance'))('%s: %s', async ([table, , statement, faults]) => {
    expect(await faultsAfter(statement(ctx.orgId), { sealed: false })).toEqual(
      table === 'event_personal' ? faults : faults.filter((id) => id !== 'V10'),
    )
  })
})

describe('a head that was kept elsewhere', () => {
  /** What the chains and the head say of a fault after the owner of the tables did this; nothing of it is kept. */
  async function faultsOf(head: SealHead, statements: readonly string[]): Promise<{ chains: unknown; head: unknown }> {
    return owner.kysely.connection().execute(async (tx: Tx) => {
      await sql.raw(`begin; select set_config('tefter.org_id', '${ctx.orgId}', true)`).execute(tx)
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after another on one connection
        for (const statement of statements) await sql.raw(statement).execute(tx)
        const [chains, kept] = [await verifySeals(tx, ctx.orgId), await verifySealHead(tx, ctx.orgId, head)]
        return { chains: chains.counterexample?.['fault'] ?? null, head: kept.counterexample?.['fault'] ?? null }
      } finally {
        await sql.raw('rollback').execute(tx)
      }
    })
  }
  const headNow = () => inTransaction(system.database, ctx.orgId, (tx) => readSealHead(tx, ctx.orgId, new Date()))
  const events = `kernel.event where org_id = ${ctx.orgId}`
  const newest = `kernel.seal where org_id = ${ctx.orgId} and chain = 'event' and block = (select max(block) from kernel.seal where org_id = ${ctx.orgId} and chain = 'event')`

  test('finds nothing in what nobody touched, and survives the way through a file', async () => {
    const head = parseSealHead(JSON.stringify(await headNow()))
    expect(await faultsOf(head, [])).toEqual({ chains: null, head: null })
    expect((await inTransaction(system.database, ctx.orgId, (tx) => verifySealHead(tx, ctx.orgId, head))).rows).toBe(3)
  })

  test('finds the end of a chain cut off together with its rows, which the chain itself cannot see', async () => {
    const head = await headNow()
    const cut = [
      `delete from kernel.event_personal where org_id = ${ctx.orgId}`,
      `delete from ${events} and seq > (select after_seq from ${newest})`,
      `delete from ${newest}`,
    ]
    const faults = await faultsOf(head, cut)
    expect(faults.chains).toBe(null)
    expect(faults.head).toMatch(/end of the chain was removed/)
  })

  test.for([
    ['changed', `update kernel.event set type = 'x.y'`],
    ['taken out', 'delete from kernel.event'],
  ])('finds a sealed row %s although the newest seal was made anew to fit', async ([, change = '']) => {
    const head = await headNow()
    const last = `(select last_seq from ${newest})`
    const rows = `select string_agg(sha256(convert_to(row(x.org_id, x.seq, x.xid, (extract(epoch from x.recorded_at) * 1000000)::bigint, x.command_id, x.command, x.ordinal, x.of_events, x.request_id, x.actor_kind, x.actor_id, x.type, x.version,
          x.document_type, x.document_id, x.payload, encode(x.personal_digest, 'hex'))::text, 'UTF8')), ''::bytea order by x.seq) as digests, count(*) as n from kernel.event x where x.org_id = ${ctx.orgId} and x.seq > (select after_seq from ${newest}) and x.seq <= ${last}`
    const previous = `(select digest from kernel.seal where org_id = ${ctx.orgId} and chain = 'event' and block = (select max(block) - 1 from kernel.seal where org_id = ${ctx.orgId} and chain = 'event'))`
    const forged = `update kernel.seal set row_count = made.n, digest = sha256(${previous} || made.digests) from (${rows}) made where org_id = ${ctx.orgId} and chain = 'event' and block = (select max(block) from kernel.seal where org_id = ${ctx.orgId} and chain = 'event')`
    const faults = await faultsOf(head, [
      `${change} where org_id = ${ctx.orgId} and seq = (select max(seq) from ${events} and personal_digest is null and seq <= ${last})`,
      forged,
    ])
    expect(faults.chains).toBe(null)
    expect(faults.head).toMatch(/rewritten/)
  })

  test('is refused when it is of another organization or no head at all', async () => {
    const head = await headNow()
    await inTransaction(system.database, ctx.orgId, async (tx) => {
      expect(() => verifySealHead(tx, ctx.orgId, { ...head, org_id: ctx.orgId + 1 })).toThrow(/organization/)
    })
    for (const text of ['', '{}', '{"format":"tefter-seal-head-1"}', JSON.stringify({ ...head, chains: { event: { block: -1 } } })])
      expect(() => parseSealHead(text)).toThrow(/no head/)
  })
})
