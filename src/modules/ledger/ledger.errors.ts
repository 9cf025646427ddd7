import { DomainError } from '../../kernel/errors.ts'

/** The day belongs to a closed period. */
export function periodClosed(day: string): DomainError {
  return new DomainError(
    'rule',
    'ledger.period_closed',
    `The books are closed for ${day}. Use a later accounting date, or open the period again.`,
    {
      detail: { accounting_date: day },
      fields: [{ pointer: '/accounting_date', code: 'closed', message: 'is in a closed period; use a later date' }],
    },
  )
}

/** The entry came from a document: reversing it alone would part the books from the goods or the order. */
export function reverseDocumentInstead(sourceType: string, sourceId: string): DomainError {
  return new DomainError(
    'rule',
    'ledger.reverse_document_instead',
    `This entry was posted by a document (${sourceType} ${sourceId}). Reverse that document; its entry is reversed with it.`,
    { detail: { source_type: sourceType, source_id: sourceId } },
  )
}

/** Each entry is reversed at most once. */
export function alreadyReversed(): DomainError {
  return new DomainError('conflict', 'ledger.already_reversed', 'This entry was already reversed. Open the entry to see by which one.')
}

/** A reversal stands; posting the right entry anew is the way back. */
export function isReversal(): DomainError {
  return new DomainError('rule', 'ledger.is_reversal', 'This entry is itself a reversal. Post a new entry instead of reversing it.')
}

/** Debits and credits differ. */
export function unbalancedEntry(problem: string): DomainError {
  return new DomainError('rule', 'ledger.unbalanced_entry', `The entry ${problem}.`, {
    fields: [{ pointer: '/postings', code: 'unbalanced', message: problem }],
  })
}

/** Only documents post to this account. */
export function controlAccount(pointer: string, code: string): DomainError {
  return new DomainError(
    'rule',
    'ledger.control_account',
    `Account ${code} equals open documents or stock, so only those post to it. Use another account.`,
    {
      detail: { account: code },
      fields: [{ pointer, code: 'control_account', message: 'is posted to by documents only; use another account' }],
    },
  )
}

/** The period to close or open does not fit what is there. */
export function periodOverlaps(period: { starts_on: string; ends_on: string }): DomainError {
  return new DomainError(
    'conflict',
    'ledger.period_overlaps',
    `The days from ${period.starts_on} to ${period.ends_on} are already closed in part. Choose days outside of it.`,
    {
      detail: { starts_on: period.starts_on, ends_on: period.ends_on },
    },
  )
}
