import { exporters } from '../../src/flows/exports/index.ts'
import { provisionOrganization } from '../../src/flows/provision-organization.ts'
import type { Context } from '../../src/kernel/context.ts'
import { type Database, readOnly } from '../../src/kernel/database.ts'
import { runQuery, type System } from '../../src/kernel/runner.ts'
import { getTrialBalance } from '../../src/modules/ledger/index.ts'
import { testContext } from './system.ts'
import type { ExportedFiles } from '../independent/recompute.ts'

/** A context of a new organization with every room's standard rows. */
export async function newBusiness(system: System): Promise<Context> {
  const { clock, log, org } = testContext()
  const { id } = await provisionOrganization(
    system,
    { clock, log },
    { name: 'Test', time_zone: org.timeZone, base_currency: org.baseCurrency, language: org.language },
  )
  return testContext({ orgId: id })
}

/** Writes every file that recomputing needs. */
export async function exportFiles(database: Database, ctx: Context): Promise<ExportedFiles> {
  const write = (kind: string): Promise<string> =>
    readOnly(database, ctx, async (tx) => {
      const exporter = exporters.get(kind)?.get('csv')
      if (exporter === undefined) throw new Error(`There is no export of ${kind}`)
      return (await Array.fromAsync(exporter.write(tx, ctx))).join('')
    })
  const [movements = '', receipts = '', orders = '', sales = '', payments = ''] = await Promise.all(
    ['movements', 'receipts', 'orders', 'sales', 'payments'].map(write),
  )
  return { movements, receipts, orders, sales, payments }
}

/** The trial balance by role, accounts at zero left out. */
export async function balancesByRole(system: System, ctx: Context): Promise<Record<string, number>> {
  const { accounts } = await runQuery(system, ctx, getTrialBalance, { on: '2999-12-31' })
  return Object.fromEntries(
    accounts.filter((account) => account.balance !== 0).map((account) => [account.role ?? account.code, account.balance]),
  )
}

/** Sums by name as plain numbers, zeros left out. */
export function asNumbers(sums: ReadonlyMap<string, bigint>): Record<string, number> {
  return Object.fromEntries([...sums].flatMap(([name, value]) => (value === 0n ? [] : [[name, Number(value)]])))
}
