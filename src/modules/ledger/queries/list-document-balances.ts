import { sql } from 'kysely'
import { rowsOf, type Tx } from '../../../kernel/database.ts'
import type { AccountRole } from '../account.ts'

export interface DocumentBalance {
  documentType: string | null
  documentId: string
  currency: string
  /** In the document's currency and in the base currency; debit positive. */
  amount: number
  baseAmount: number
}

/**
 * What the account of a role holds for each of the given documents (an order's customer account, a receipt's received not
 * invoiced). Documents without a posting are left out. Checks over all documents read the view `ledger.document_balance`.
 */
export async function listDocumentBalances(
  tx: Tx,
  orgId: number,
  role: AccountRole,
  documentIds: readonly string[],
): Promise<DocumentBalance[]> {
  if (documentIds.length === 0) return []
  const wanted = rowsOf(
    documentIds.map((id) => ({ id })),
    { id: 'uuid' },
    'w',
  )
  const { rows } = await sql<DocumentBalance>`
    select b.document_type as "documentType", b.document_id as "documentId", b.currency, b.amount, b.base_amount as "baseAmount"
      from ledger.document_balance b join ${wanted} on w.id = b.document_id where b.org_id = ${orgId} and b.role = ${role}`.execute(tx)
  return rows
}
