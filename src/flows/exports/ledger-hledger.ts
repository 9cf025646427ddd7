import { sql } from 'kysely'
import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import { formatMinor, minorUnitDigits } from '../../kernel/money.ts'
import type { Exporter } from './exporter.ts'
import { type LedgerRow, readLedger } from './read-ledger.ts'

/** hledger's letter and top account for each type of account (hledger manual, "Account types"). */
const TYPES: Readonly<Record<string, { letter: string; top: string }>> = {
  asset: { letter: 'A', top: 'assets' },
  liability: { letter: 'L', top: 'liabilities' },
  equity: { letter: 'E', top: 'equity' },
  income: { letter: 'R', top: 'income' },
  expense: { letter: 'X', top: 'expenses' },
}

/**
 * The journal as hledger reads it, good for `hledger check --strict`: every commodity and account is declared, each entry is one
 * transaction whose code is its number, an amount in another currency carries its worth in the base currency (`@@`).
 */
export const ledgerHledger: Exporter = {
  contentType: 'text/plain; charset=utf-8',
  extension: 'journal',
  async *write(tx, ctx) {
    yield await head(tx, ctx)
    let current = 0
    for await (const rows of readLedger(tx, ctx)) {
      const lines: string[] = []
      for (const row of rows) {
        if (row.number !== current) lines.push('', entryLine(row))
        current = row.number
        lines.push(postingLine(row, ctx.org.baseCurrency))
      }
      yield `${lines.join('\n')}\n`
    }
  },
}

async function head(tx: Tx, ctx: Context): Promise<string> {
  const accounts = await sql<{ code: string; name: string; type: string }>`
    select code, name, type from ledger.account where org_id = ${ctx.orgId} order by code`.execute(tx)
  const currencies = await sql<{ currency: string }>`select distinct currency from ledger.posting where org_id = ${ctx.orgId}`.execute(tx)
  const codes = new Set([ctx.org.baseCurrency, ...currencies.rows.map((row) => row.currency)])
  return [
    `; Tefter, journal in ${ctx.org.baseCurrency}. Debits are positive. The code of a transaction is the number of its entry.`,
    'decimal-mark .',
    ...[...codes].toSorted().map((currency) => `commodity ${sample(currency)} ${currency}`),
    ...accounts.rows.map((account) => `account ${accountName(account)}  ; type: ${TYPES[account.type]?.letter ?? 'A'}`),
    '',
  ].join('\n')
}

/** An amount that shows a commodity's decimals; hledger wants the decimal mark even without decimals. */
function sample(currency: string): string {
  return `1000.${'0'.repeat(minorUnitDigits(currency))}`
}

function accountName({ code, name, type }: { code: string; name: string; type: string }): string {
  return `${TYPES[type]?.top ?? 'assets'}:${code} ${plain(name).replaceAll(':', ' ')}`.trim()
}

function entryLine(row: LedgerRow): string {
  const description = plain(row.memo === '' ? row.kind : `${row.kind} ${row.memo}`)
  return `${row.accounting_date} (${row.number}) ${description}  ; source:${tag(row.source_type)}`
}

function postingLine(row: LedgerRow, baseCurrency: string): string {
  const tags = [
    ['order', row.order_number],
    ['item', row.sku],
    ['warehouse', row.warehouse],
    ['channel', row.channel],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name}:${tag(String(value))}`]))
  const account = accountName({ code: row.account, name: row.account_name, type: row.account_type })
  return `    ${account}  ${amount(row, baseCurrency)}${tags.length === 0 ? '' : `  ; ${tags.join(', ')}`}`
}

/** hledger takes the sign of `@@` from the amount; a worth without an amount of its own stands in the base currency. */
function amount(row: LedgerRow, baseCurrency: string): string {
  const own = `${formatMinor(row.amount, row.currency)} ${row.currency}`
  if (row.currency === baseCurrency && row.amount === row.base_amount) return own
  if (row.currency === baseCurrency || Math.sign(row.amount) !== Math.sign(row.base_amount))
    return `${formatMinor(row.base_amount, baseCurrency)} ${baseCurrency}`
  return `${own} @@ ${formatMinor(Math.abs(row.base_amount), baseCurrency)} ${baseCurrency}`
}

/** Text on one line without what begins a comment, a payee's note or, as two spaces, ends an account's name. */
function plain(text: string): string {
  return text.replaceAll(/[;|\s]+/g, ' ').trim()
}

function tag(text: string): string {
  return plain(text).replaceAll(',', ' ')
}
