import { sql } from 'kysely'
import pg from 'pg'
import { expect, test } from 'vitest'
import { refusalOf, testContext, type TestContextOptions, useSystem } from '../../../test/support/system.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction, readOnly } from '../../kernel/database.ts'
import { newId } from '../../kernel/ids.ts'
import { runCommand, runQuery } from '../../kernel/runner.ts'
import {
  closePeriod,
  getEntry,
  getTrialBalance,
  listAccounts,
  listDocumentBalances,
  listEntries,
  listPeriods,
  type NewEntry,
  openPeriod,
  postEntries,
  postManualEntry,
  provisionLedger,
  reverseEntry,
  verifyLedger,
} from './index.ts'
import { GENERIC_CHART } from './account.ts'

const system = useSystem()

/** An organization with a chart of accounts. */
async function business(options: TestContextOptions = {}): Promise<Context> {
  const ctx = testContext(options)
  await inTransaction(system.database, ctx.orgId, (tx) => provisionLedger(tx, ctx.orgId))
  return ctx
}

function receipt(value: number, changes: Partial<NewEntry> = {}): NewEntry {
  const documentId = newId()
  const shared = { currency: 'EUR', documentType: 'goods_receipt', documentId }
  return {
    id: newId(),
    kind: 'goods.received',
    accountingDate: '2026-03-10',
    sourceType: 'goods_receipt',
    sourceId: documentId,
    memo: '',
    postings: [
      { ...shared, role: 'inventory', amount: value, baseAmount: value },
      { ...shared, role: 'received_not_invoiced', amount: -value, baseAmount: -value },
    ],
    ...changes,
  }
}

function post(ctx: Context, entries: NewEntry[], options?: { allowShift?: boolean }): Promise<void> {
  return inTransaction(system.database, ctx.orgId, (tx) =>
    postEntries({ tx, ctx, now: ctx.clock.now(), commandId: newId() }, entries, options),
  )
}

async function balances(ctx: Context, on?: string): Promise<Record<string, number>> {
  const { accounts } = await runQuery(system, ctx, getTrialBalance, on === undefined ? {} : { on })
  return Object.fromEntries(
    accounts.filter((account) => account.balance !== 0).map((account) => [account.role ?? account.code, account.balance]),
  )
}

const charge = {
  memo: 'Bank charge',
  accounting_date: '2026-03-10',
  postings: [
    { account: '6110', amount: 1250 },
    { account: '1110', amount: -1250 },
  ],
}

test('the generic chart has one account for every role, and providing it twice changes nothing', async () => {
  const ctx = await business()
  await inTransaction(system.database, ctx.orgId, (tx) => provisionLedger(tx, ctx.orgId))
  const { data } = await runQuery(system, ctx, listAccounts, {})
  expect(data).toHaveLength(Object.keys(GENERIC_CHART).length)
  expect(new Set(data.map((account) => account.code)).size).toBe(Object.keys(GENERIC_CHART).length)
  expect(data.find((account) => account.role === 'cost_of_goods_sold')).toMatchObject({ type: 'expense' })
})

test('entries of a batch are posted, numbered in their order, and found by document and account', async () => {
  const ctx = await business()
  const entries = [receipt(4000), receipt(5000, { accountingDate: '2026-03-11' })]
  await post(ctx, entries)
  expect(await balances(ctx)).toEqual({ inventory: 9000, received_not_invoiced: -9000 })
  expect(await balances(ctx, '2026-03-10')).toEqual({ inventory: 4000, received_not_invoiced: -4000 })
  expect(await balances(ctx, '2026-03-09')).toEqual({})

  const { data } = await runQuery(system, ctx, listEntries, { account: '1310' })
  expect(data.map((entry) => entry.id)).toEqual(entries.map((entry) => entry.id).toReversed())
  const first = await runQuery(system, ctx, listEntries, { document_id: entries[0]?.sourceId ?? '' })
  expect(first.data).toHaveLength(1)
  const entry = await runQuery(system, ctx, getEntry, { entry_id: entries[0]?.id ?? '' })
  expect(entry).toMatchObject({ total: { amount: 4000, currency: 'EUR' }, postings_total: 2, accounting_date: '2026-03-10' })
  expect(entry.postings.map((line) => [line.account, line.base_amount.amount])).toEqual([
    ['1310', 4000],
    ['2110', -4000],
  ])
})

test('pages of entries follow each other without gap or overlap', async () => {
  const ctx = await business()
  await post(
    ctx,
    Array.from({ length: 5 }, (_, index) => receipt(index + 1)),
  )
  const seen: number[] = []
  let cursor: string | null = null
  do {
    const page: { data: { total: { amount: number } }[]; next_cursor: string | null } = await runQuery(system, ctx, listEntries, {
      limit: 2,
      ...(cursor === null ? {} : { cursor }),
    })
    seen.push(...page.data.map((entry) => entry.total.amount))
    cursor = page.next_cursor
  } while (cursor !== null)
  expect(seen).toEqual([5, 4, 3, 2, 1])
})

test('a document keeps its own balance on an account', async () => {
  const ctx = await business()
  const entries = [receipt(4000), receipt(5000)]
  await post(ctx, entries)
  const ids = entries.map((entry) => entry.sourceId)
  const found = await readOnly(system.database, ctx, (tx) =>
    listDocumentBalances(tx, ctx.orgId, 'received_not_invoiced', [...ids, newId()]),
  )
  expect(new Map(found.map((row) => [row.documentId, row.baseAmount]))).toEqual(
    new Map([
      [ids[0], -4000],
      [ids[1], -5000],
    ]),
  )
})

test('an entry that does not balance is a bug and nothing of its batch is posted', async () => {
  const ctx = await business()
  const wrong = receipt(100)
  wrong.postings[0] = { role: 'inventory', amount: 101, baseAmount: 101, currency: 'EUR' }
  await expect(post(ctx, [receipt(5), wrong])).rejects.toThrow(/does not balance/)
  expect(await balances(ctx)).toEqual({})
})

test('a closed period refuses entries, backdated goods go to the first open day, and opening it lets them in', async () => {
  const ctx = await business()
  await runCommand(system, ctx, closePeriod, { starts_on: '2026-03-01', ends_on: '2026-03-31' })
  expect(await refusalOf(post(ctx, [receipt(5)]))).toMatchObject({ kind: 'rule', code: 'ledger.period_closed' })
  expect((await refusalOf(runCommand(system, ctx, postManualEntry, charge))).code).toBe('ledger.period_closed')
  await post(ctx, [receipt(7)], { allowShift: true })
  expect(await balances(ctx, '2026-03-31')).toEqual({})
  expect(await balances(ctx, '2026-04-01')).toEqual({ inventory: 7, received_not_invoiced: -7 })

  await runCommand(system, ctx, openPeriod, { starts_on: '2026-03-01' })
  await post(ctx, [receipt(5)])
  expect(await balances(ctx, '2026-03-31')).toEqual({ inventory: 5, received_not_invoiced: -5 })
  expect((await runQuery(system, ctx, listPeriods, {})).data).toEqual([{ starts_on: '2026-03-01', ends_on: '2026-03-31', status: 'open' }])
  expect((await refusalOf(runCommand(system, ctx, openPeriod, { starts_on: '2026-03-01' }))).code).toBe('ledger.not_found')
})

test('periods do not overlap and do not end before they start', async () => {
  const ctx = await business()
  const march = { starts_on: '2026-03-01', ends_on: '2026-03-31' }
  await runCommand(system, ctx, closePeriod, march)
  await runCommand(system, ctx, closePeriod, march)
  expect((await refusalOf(runCommand(system, ctx, closePeriod, { starts_on: '2026-03-31', ends_on: '2026-04-30' }))).code).toBe(
    'ledger.period_overlaps',
  )
  const backward = await refusalOf(runCommand(system, ctx, closePeriod, { starts_on: '2026-05-02', ends_on: '2026-05-01' }))
  expect(backward.fields[0]?.pointer).toBe('/ends_on')
})

test('an entry by hand is posted and reversed once', async () => {
  const ctx = await business()
  const { id } = await runCommand(system, ctx, postManualEntry, charge)
  expect(await balances(ctx)).toEqual({ fees: 1250, bank: -1250 })
  const reversal = await runCommand(system, ctx, reverseEntry, { entry_id: id, reason: 'twice', accounting_date: '2026-03-12' })
  expect(await balances(ctx)).toEqual({})
  expect(await balances(ctx, '2026-03-11')).toEqual({ fees: 1250, bank: -1250 })
  expect(await runQuery(system, ctx, getEntry, { entry_id: id })).toMatchObject({ reversed_by_id: reversal.id })
  expect((await refusalOf(runCommand(system, ctx, reverseEntry, { entry_id: id, reason: 'again' }))).code).toBe('ledger.already_reversed')
  expect((await refusalOf(runCommand(system, ctx, reverseEntry, { entry_id: reversal.id, reason: 'back' }))).code).toBe(
    'ledger.is_reversal',
  )
  expect((await refusalOf(runCommand(system, ctx, reverseEntry, { entry_id: newId(), reason: 'none' }))).code).toBe('ledger.not_found')

  const events = await readOnly(system.database, ctx, (tx) =>
    sql<{ type: string }>`select type from kernel.event where org_id = ${ctx.orgId} order by seq`.execute(tx),
  )
  expect(events.rows.map((row) => row.type)).toEqual(['ledger.entry_posted', 'ledger.entry_reversed'])
})

test('two reversals of one entry at once: one succeeds, the other is a conflict', async () => {
  const ctx = await business()
  const { id } = await runCommand(system, ctx, postManualEntry, charge)
  const both = await Promise.allSettled([1, 2].map((nth) => runCommand(system, ctx, reverseEntry, { entry_id: id, reason: `try ${nth}` })))
  expect(both.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(both.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({ code: 'ledger.already_reversed' })
  expect(await balances(ctx)).toEqual({})
})

test('the entry of a document is not reversed apart from it', async () => {
  const ctx = await business()
  const entry = receipt(100)
  await post(ctx, [entry])
  const refusal = await refusalOf(runCommand(system, ctx, reverseEntry, { entry_id: entry.id, reason: 'wrong' }))
  expect(refusal).toMatchObject({
    code: 'ledger.reverse_document_instead',
    detail: { source_type: 'goods_receipt', source_id: entry.sourceId },
  })
})

test('an entry by hand is refused for an unknown account, an account of documents, and when it does not balance', async () => {
  const ctx = await business()
  const unknown = await refusalOf(
    runCommand(system, ctx, postManualEntry, {
      ...charge,
      postings: [
        { account: '9999', amount: 5 },
        { account: '1110', amount: -5 },
      ],
    }),
  )
  expect(unknown.fields).toEqual([expect.objectContaining({ pointer: '/postings/0/account', code: 'unknown_account' })])
  const control = await refusalOf(
    runCommand(system, ctx, postManualEntry, {
      ...charge,
      postings: [
        { account: '1310', amount: 5 },
        { account: '1110', amount: -5 },
      ],
    }),
  )
  expect(control).toMatchObject({ code: 'ledger.control_account', detail: { account: '1310' } })
  const unbalanced = await refusalOf(
    runCommand(system, ctx, postManualEntry, {
      ...charge,
      postings: [
        { account: '6110', amount: 6 },
        { account: '1110', amount: -5 },
      ],
    }),
  )
  expect(unbalanced.code).toBe('ledger.unbalanced_entry')
})

test('each operation needs its permission', async () => {
  const ctx = testContext({ permissions: [] })
  const period = { starts_on: '2026-01-01', ends_on: '2026-01-31' }
  const refused = [
    runCommand(system, ctx, postManualEntry, charge),
    runCommand(system, ctx, reverseEntry, { entry_id: newId(), reason: 'x' }),
    runCommand(system, ctx, closePeriod, period),
    runCommand(system, ctx, openPeriod, { starts_on: '2026-01-01' }),
    runQuery(system, ctx, getTrialBalance, {}),
    runQuery(system, ctx, listEntries, {}),
    runQuery(system, ctx, getEntry, { entry_id: newId() }),
    runQuery(system, ctx, listAccounts, {}),
    runQuery(system, ctx, listPeriods, {}),
  ]
  const codes = await Promise.all(refused.map(async (work) => (await refusalOf(work)).code))
  expect(new Set(codes)).toEqual(new Set(['kernel.forbidden']))
})

test('books of one organization do not show in another', async () => {
  const ctx = await business()
  const entry = receipt(100)
  await post(ctx, [entry])
  const other = await business()
  expect(await balances(other)).toEqual({})
  expect((await refusalOf(runQuery(system, other, getEntry, { entry_id: entry.id }))).code).toBe('ledger.not_found')
})

test('ten thousand entries are posted at once', { timeout: 120_000 }, async () => {
  const ctx = await business()
  await post(
    ctx,
    Array.from({ length: 10_000 }, () => receipt(3)),
  )
  expect(await balances(ctx)).toEqual({ inventory: 30_000, received_not_invoiced: -30_000 })
})

async function breakByHand(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: system.ownerUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

const proof = (ctx: Context) => readOnly(system.database, ctx, (tx) => verifyLedger(tx, ctx.orgId))

test('V6 is empty without entries, good with them', async () => {
  const ctx = await business()
  expect(await proof(ctx)).toMatchObject({ id: 'V6', ok: false, empty: true, rows: 0, counterexample: null })
  await post(ctx, [receipt(4000), receipt(5000)])
  expect(await proof(ctx)).toMatchObject({ ok: true, empty: false, rows: 6, counterexample: null })
})

test.each([
  ['an altered amount', (id: string) => `update ledger.posting set base_amount = base_amount + 1 where entry_id = '${id}' and line = 1`],
  ['a deleted posting', (id: string) => `delete from ledger.posting where entry_id = '${id}' and line = 2`],
  ['all postings deleted', (id: string) => `delete from ledger.posting where entry_id = '${id}'`],
  ['both sides altered alike', (id: string) => `update ledger.posting set base_amount = base_amount * 2 where entry_id = '${id}'`],
  [
    'a posting on another day',
    (id: string) => `update ledger.posting set accounting_date = '2026-01-01' where entry_id = '${id}' and line = 1`,
  ],
  [
    'an altered header',
    (id: string) => `update ledger.journal_entry set base_debit = base_debit + 1, base_credit = base_credit + 1 where id = '${id}'`,
  ],
])('V6 finds %s', async (_name, statement) => {
  const ctx = await business()
  const entry = receipt(4000)
  await post(ctx, [receipt(5), entry, receipt(6)])
  await breakByHand(statement(entry.id))
  expect(await proof(ctx)).toMatchObject({ ok: false, counterexample: { entry_id: entry.id } })
})
