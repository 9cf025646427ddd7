import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exporters } from '../../src/flows/exports/index.ts'
import type { Context } from '../../src/kernel/context.ts'
import { inTransaction, readOnly } from '../../src/kernel/database.ts'
import { newId } from '../../src/kernel/ids.ts'
import { runCommand, runQuery } from '../../src/kernel/runner.ts'
import {
  getTrialBalance,
  type NewEntry,
  postEntries,
  postManualEntry,
  provisionLedger,
  reverseEntry,
} from '../../src/modules/ledger/index.ts'
import { testContext, useSystem } from '../support/system.ts'
import { installed } from './install.ts'

const run = promisify(execFile)
const system = useSystem()
let folder = ''

beforeAll(async () => {
  await installed('hledger')
  folder = await mkdtemp(join(tmpdir(), 'tefter-hledger-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** An organization with entries of every awkward shape: other currencies, without decimals and with three, hostile text, a reversal. */
async function awkwardBooks(): Promise<Context> {
  const ctx = testContext()
  const entry = (memo: string, accountingDate: string, postings: NewEntry['postings']): NewEntry => ({
    id: newId(),
    kind: 'goods.received',
    accountingDate,
    sourceType: 'goods_receipt',
    sourceId: newId(),
    memo,
    postings,
  })
  const side = (
    role: 'inventory' | 'received_not_invoiced' | 'price_difference',
    amount: number,
    currency: string,
    baseAmount: number,
  ) => ({ role, amount, currency, baseAmount })
  await inTransaction(system.database, ctx.orgId, async (tx) => {
    await provisionLedger(tx, ctx.orgId)
    await postEntries({ tx, ctx, now: ctx.clock.now(), commandId: newId() }, [
      entry('', '2026-03-11', [side('inventory', 4000, 'EUR', 4000), side('received_not_invoiced', -4000, 'EUR', -4000)]),
      entry('Ћирилица; a | b\n  = "x" @ y, z  two  spaces', '2026-03-10', [
        side('inventory', 117_000, 'RSD', 1000),
        side('received_not_invoiced', -117_000, 'RSD', -1000),
      ]),
      entry('yen', '2026-03-10', [
        side('inventory', 5000, 'JPY', 3111),
        side('received_not_invoiced', -5000, 'JPY', -3100),
        side('price_difference', -11, 'EUR', -11),
      ]),
      entry('dinar of three decimals', '2026-03-10', [
        side('inventory', 1234, 'KWD', 371),
        side('received_not_invoiced', -1234, 'KWD', -371),
      ]),
      entry('worth without an amount', '2026-03-12', [side('inventory', 0, 'RSD', 7), side('price_difference', 0, 'RSD', -7)]),
    ])
  })
  const charge = {
    accounting_date: '2026-03-15',
    memo: 'Bank; charge',
    postings: [
      { account: '6110', amount: 1250 },
      { account: '1110', amount: -1250 },
    ],
  }
  const { id } = await runCommand(system, ctx, postManualEntry, charge)
  await runCommand(system, ctx, reverseEntry, { entry_id: id, reason: 'twice', accounting_date: '2026-03-16' })
  await runCommand(system, ctx, postManualEntry, charge)
  return ctx
}

async function writeJournal(ctx: Context): Promise<string> {
  const exporter = exporters.get('ledger')?.get('hledger')
  const pieces = await readOnly(system.database, ctx, async (tx) =>
    exporter === undefined ? [] : await Array.fromAsync(exporter.write(tx, ctx)),
  )
  const file = join(folder, `${ctx.orgId}.journal`)
  await writeFile(file, pieces.join(''))
  return file
}

/** hledger's balances of accounts that are not zero: account code → decimal text with currency. */
async function hledgerBalances(file: string, on: string): Promise<Record<string, string>> {
  const dayAfter = new Date(Date.parse(on) + 86_400_000).toISOString().slice(0, 10)
  const { stdout } = await run('hledger', ['balance', '-f', file, '-B', '--flat', '-N', '-O', 'csv', '-e', dayAfter])
  const rows = parse(stdout, { columns: true }) as { account: string; balance: string }[]
  return Object.fromEntries(rows.map((row) => [row.account.replace(/^[a-z]+:(\S+) .*$/, '$1'), row.balance.replace(/^0$/, '0.00 EUR')]))
}

async function ourBalances(ctx: Context, on: string): Promise<Record<string, string>> {
  const { accounts, currency } = await runQuery(system, ctx, getTrialBalance, { on })
  const moved = accounts.filter((account) => account.balance !== 0)
  return Object.fromEntries(
    moved.map(({ code, balance }) => [
      code,
      `${balance < 0 ? '-' : ''}${Math.floor(Math.abs(balance) / 100)}.${String(Math.abs(balance) % 100).padStart(2, '0')} ${currency}`,
    ]),
  )
}

test('hledger accepts the exported journal in its strict mode', async () => {
  const file = await writeJournal(await awkwardBooks())
  await run('hledger', ['check', '--strict', '-f', file])
})

test('hledger would not accept a journal with one amount changed', async () => {
  const file = await writeJournal(await awkwardBooks())
  await expect(
    run('sh', ['-c', `sed '0,/40\\.00 EUR/s//40.01 EUR/' "$0" > "$0.changed" && hledger check --strict -f "$0.changed"`, file]),
  ).rejects.toThrow(/unbalanced|Unbalanced|not balance/i)
})

test('hledger balance equals our trial balance by account, on each day', async () => {
  const ctx = await awkwardBooks()
  const file = await writeJournal(ctx)
  for (const on of ['2026-03-09', '2026-03-10', '2026-03-11', '2026-03-15', '2026-03-16', '2026-12-31']) {
    expect(await hledgerBalances(file, on), on).toEqual(await ourBalances(ctx, on))
  }
  expect(await ourBalances(ctx, '2026-12-31')).toMatchObject({ 1310: '84.89 EUR', 6110: '12.50 EUR' })
})
