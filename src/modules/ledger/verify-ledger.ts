import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { type CheckResult, runCheck } from '../../kernel/verify.ts'

interface Disagreement {
  entry_id: string
  number: number
  postings: number
  postings_net: number
  postings_debit: number
  base_debit: number
  base_credit: number
}

/**
 * V6: every entry has at least two postings of its own date, they sum to zero in the base currency, and their debit side is
 * the entry's base_debit and base_credit. Rows looked at are entries and postings.
 */
export function verifyLedger(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V6', 'Every journal entry balances in the base currency.', async () => {
    const { rows } = await sql<{ rows: number; counterexample: Disagreement | null }>`
      with sums as (
        select p.entry_id, count(*) as postings, sum(p.base_amount)::bigint as net,
               coalesce(sum(p.base_amount) filter (where p.base_amount > 0), 0)::bigint as debit,
               min(p.accounting_date) as first_date, max(p.accounting_date) as last_date
          from ledger.posting p where p.org_id = ${orgId} group by p.entry_id
      ), faults as (
        select e.id as entry_id, e.seq as number, coalesce(s.postings, 0) as postings, coalesce(s.net, 0) as postings_net,
               coalesce(s.debit, 0) as postings_debit, e.base_debit, e.base_credit
          from ledger.journal_entry e left join sums s on s.entry_id = e.id
         where e.org_id = ${orgId}
           and (s.entry_id is null or s.postings < 2 or s.net <> 0 or s.debit <> e.base_debit or e.base_debit <> e.base_credit
                or s.first_date <> e.accounting_date or s.last_date <> e.accounting_date)
         order by e.seq limit 1
      )
      select (select count(*) from ledger.journal_entry where org_id = ${orgId}) + (select coalesce(sum(postings), 0)::bigint from sums) as rows,
             (select to_jsonb(faults) from faults) as counterexample`.execute(tx)
    return { rows: rows[0]?.rows ?? 0, counterexample: rows[0]?.counterexample ? { ...rows[0].counterexample } : null }
  })
}
