import { DomainError } from '../../kernel/errors.ts'

/** Another party carries this external id. */
export function externalIdTaken(): DomainError {
  return new DomainError(
    'conflict',
    'parties.external_id_taken',
    'Another party has this external_id; open that one or choose another external_id.',
    {
      fields: [{ pointer: '/external_id', code: 'taken', message: 'belongs to another party' }],
    },
  )
}

/** A party whose personal values were erased by request stays empty. */
export function partyErased(id: string): DomainError {
  return new DomainError('rule', 'parties.erased', 'The personal values of this party were erased by request; make a new party instead.', {
    detail: { id },
  })
}
