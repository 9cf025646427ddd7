import { formatMinor } from '../../kernel/money.ts'
import { csvExporter } from './csv.ts'
import { type LedgerRow, readLedger } from './read-ledger.ts'

/** The journal, one row for each posting: debit and credit in the base currency, the document's own amount beside. */
export const ledgerCsv = csvExporter<LedgerRow & { base_currency: string }>(
  {
    entry_number: (row) => row.number,
    accounting_date: (row) => row.accounting_date,
    recorded_at: (row) => row.recorded_at,
    kind: (row) => row.kind,
    memo: (row) => row.memo,
    source_type: (row) => row.source_type,
    source_id: (row) => row.source_id,
    line: (row) => row.line,
    account: (row) => row.account,
    account_name: (row) => row.account_name,
    debit: (row) => (row.base_amount > 0 ? formatMinor(row.base_amount, row.base_currency) : null),
    credit: (row) => (row.base_amount < 0 ? formatMinor(-row.base_amount, row.base_currency) : null),
    base_currency: (row) => row.base_currency,
    amount: (row) => formatMinor(row.amount, row.currency),
    currency: (row) => row.currency,
    order_number: (row) => row.order_number,
    document_type: (row) => row.document_type,
    document_id: (row) => row.document_id,
    sku: (row) => row.sku,
    warehouse: (row) => row.warehouse,
    channel: (row) => row.channel,
  },
  async function* (tx, ctx) {
    for await (const rows of readLedger(tx, ctx)) yield rows.map((row) => ({ ...row, base_currency: ctx.org.baseCurrency }))
  },
)
