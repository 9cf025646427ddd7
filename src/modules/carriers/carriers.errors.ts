import { DomainError } from '../../kernel/errors.ts'

/** Two carriers cannot share a code. */
export function carrierCodeTaken(): DomainError {
  return new DomainError('conflict', 'carriers.code_taken', 'Another carrier has this code; choose another one.', {
    fields: [{ pointer: '/code', code: 'taken', message: 'belongs to another carrier' }],
  })
}
