import { type Static, Type } from 'typebox'
import { dayIn } from '../../../kernel/clock.ts'
import { defineCommand } from '../../../kernel/command.ts'
import { type FieldProblem, invalidInput } from '../../../kernel/errors.ts'
import { exactly } from '../../../kernel/schema.ts'
import { isControlRole } from '../account.ts'
import { entryProblem, type NewPosting } from '../journal-entry.ts'
import { controlAccount, unbalancedEntry } from '../ledger.errors.ts'
import { type AccountFacts, findAccounts } from '../ledger.repo.ts'
import { postEntries } from '../post-entries.ts'
import { CalendarDay, EntryWritten } from '../wire.ts'

const ManualPosting = exactly({
  account: Type.String({ minLength: 1, maxLength: 20 }),
  /** Minor units of the base currency; a debit is positive, a credit negative. */
  amount: Type.Integer({ minimum: -1e15, maximum: 1e15 }),
})

/**
 * Posts an entry by hand, in the base currency: a bank charge, a correction an accountant asks for. Accounts whose balance
 * equals documents or stock are refused.
 *
 * @throws `kernel.invalid_input` (unknown account), `ledger.control_account` (rule), `ledger.unbalanced_entry` (rule), `ledger.period_closed` (rule)
 */
export const postManualEntry = defineCommand({
  name: 'ledger.post_manual_entry',
  permission: 'ledger.post',
  summary: 'Post a journal entry by hand',
  input: exactly({
    accounting_date: Type.Optional(CalendarDay),
    memo: Type.String({ minLength: 1, maxLength: 500 }),
    postings: Type.Array(ManualPosting, { minItems: 2, maxItems: 500 }),
  }),
  output: EntryWritten,
  errors: ['ledger.control_account', 'ledger.unbalanced_entry', 'ledger.period_closed'],

  async run(run, { accounting_date, memo, postings: asked }) {
    const { tx, ctx, now } = run
    const accounts = await findAccounts(tx, ctx.orgId, [...new Set(asked.map((posting) => posting.account))])
    const postings = toPostings(asked, accounts, ctx.org.baseCurrency)
    const problem = entryProblem({ postings })
    if (problem !== null) throw unbalancedEntry(problem)

    const id = run.newId()
    const accountingDate = accounting_date ?? dayIn(ctx.org.timeZone, now)
    await postEntries(run, [{ id, kind: 'manual', accountingDate, sourceType: 'manual', sourceId: id, memo, postings }])
    run.emit({
      type: 'ledger.entry_posted',
      documentType: 'ledger.journal_entry',
      documentId: id,
      payload: { accounting_date: accountingDate, memo },
    })
    return { id }
  },
})

function toPostings(
  asked: readonly Static<typeof ManualPosting>[],
  accounts: ReadonlyMap<string, AccountFacts>,
  currency: string,
): NewPosting[] {
  const problems: FieldProblem[] = []
  const postings = asked.map(({ account: code, amount }, index) => {
    const pointer = `/postings/${index}/account`
    const account = accounts.get(code)
    if (account === undefined)
      problems.push({ pointer, code: 'unknown_account', message: `is no account of the chart; see GET /v1/accounts` })
    else if (!account.isActive) problems.push({ pointer, code: 'inactive_account', message: 'is no longer used; choose another account' })
    else if (isControlRole(account.role)) throw controlAccount(pointer, code)
    return { accountId: account?.id ?? '', amount, currency, baseAmount: amount }
  })
  if (problems.length > 0) throw invalidInput(problems)
  return postings
}
