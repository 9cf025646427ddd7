import { DomainError } from '../../kernel/errors.ts'

/** An XLSX file is built in memory. */
export function tooManyRows(limit: number): DomainError {
  return new DomainError(
    'rule',
    'lists.too_many_rows',
    `The filter finds more than ${limit} rows, too many for one workbook. Narrow the filter, or download CSV, which has no limit.`,
    { detail: { limit } },
  )
}

/** More documents than one action takes. */
export function tooManySelected(limit: number): DomainError {
  return new DomainError(
    'rule',
    'lists.too_many_selected',
    `The filter finds more than ${limit} documents. Narrow it and act on them in parts.`,
    { detail: { limit } },
  )
}

/** An action without a document to act on. */
export function nothingSelected(): DomainError {
  return new DomainError('rule', 'lists.nothing_selected', 'The selection is empty. Choose documents, or a filter that finds some.')
}

/** An action that its list does not have. */
export function unknownAction(list: string, action: string, known: readonly string[]): DomainError {
  return new DomainError('invalid', 'lists.unknown_action', `There is no action ${action} on ${list}. Choose one of ${known.join(', ')}.`, {
    detail: { known },
  })
}

/** Two views of one person and list with the same name. */
export function viewNameTaken(): DomainError {
  return new DomainError(
    'conflict',
    'lists.view_name_taken',
    'You have a view of this name on this list already. Choose another name, or delete that view.',
  )
}

/** A run without an inverse: still running, itself an undo, of an action that cannot be taken back, or that changed nothing. */
export function nothingToUndo(): DomainError {
  return new DomainError(
    'rule',
    'lists.nothing_to_undo',
    'There is nothing to take back. Only tags, holds and priorities can be taken back, once their run is done.',
  )
}

/** A run that was taken back before. */
export function alreadyUndone(): DomainError {
  return new DomainError('conflict', 'lists.already_undone', 'This action was taken back already. Look at the list: it stands as before.')
}
