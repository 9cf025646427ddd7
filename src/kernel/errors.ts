/** What kind of refusal an error is; HTTP status, CLI exit code and screen follow from it (one table each). */
export type ErrorKind = 'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'conflict' | 'rule' | 'unavailable'

/** One bad field: a JSON pointer into the input, a stable code and a sentence with the fix. */
export interface FieldProblem {
  pointer: string
  code: string
  message: string
}

/**
 * A refusal the caller can act on. Thrown inside a command it rolls the transaction back.
 * `code` is `module.reason`, public, and never changes meaning; `message` names the field and the fix.
 */
export class DomainError extends Error {
  readonly kind: ErrorKind
  readonly code: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly fields: readonly FieldProblem[]

  constructor(kind: ErrorKind, code: string, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'DomainError'
    this.kind = kind
    this.code = code
    this.detail = options.detail ?? {}
    this.fields = options.fields ?? []
  }

  /** What a stored answer keeps of a refusal inside a batch: all that its problem document says. */
  toJSON(): Pick<DomainError, 'kind' | 'code' | 'message' | 'detail' | 'fields'> {
    const { kind, code, message, detail, fields } = this
    return { kind, code, message, detail, fields }
  }
}

export interface DomainErrorOptions {
  detail?: Record<string, unknown>
  fields?: FieldProblem[]
  cause?: unknown
}

/** HTTP status of each kind of refusal (STYLE § 5). */
export const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rule: 422,
  unavailable: 503,
}

/** Exit code of each kind of refusal on the command line (STYLE § 5). */
export const EXIT_CODE: Readonly<Record<ErrorKind, number>> = {
  invalid: 2,
  unauthenticated: 3,
  forbidden: 3,
  not_found: 4,
  conflict: 5,
  rule: 6,
  unavailable: 7,
}

/** Input that is malformed, with every bad field at once. */
export function invalidInput(fields: FieldProblem[], message?: string): DomainError {
  const first = fields[0]
  const where = first === undefined ? '' : ` ${first.pointer === '' ? 'body' : first.pointer}: ${first.message}`
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : ''
  return new DomainError('invalid', 'kernel.invalid_input', message ?? `The input is not valid.${where}${more}`, { fields })
}

/** One bad field. `pointer` is a JSON pointer such as `/lines/0/quantity`. */
export function invalidField(pointer: string, code: string, message: string): DomainError {
  return invalidInput([{ pointer, code, message }])
}

/** The caller may not do this; names the permission and who can give it. */
export function forbidden(permission: string): DomainError {
  return new DomainError(
    'forbidden',
    'kernel.forbidden',
    `This needs the permission ${permission}. An owner of the organization can give it.`,
    {
      detail: { permission },
    },
  )
}

/** None for you: the same answer for "not there" and "not yours". */
export function notFound(what: string, id: string): DomainError {
  return new DomainError(
    'not_found',
    `${what.split('.')[0]}.not_found`,
    `There is no ${(what.split('.')[1] ?? what).replaceAll('_', ' ')} ${id}.`,
    {
      detail: { what, id },
    },
  )
}

/** Changed meanwhile: the `If-Match` version is not the current one. */
export function versionConflict(expected: number, current: number): DomainError {
  return new DomainError(
    'conflict',
    'kernel.version_conflict',
    `It was changed meanwhile: you saw version ${expected}, it is now ${current}. Reload and look at the difference.`,
    {
      detail: { expected, current },
    },
  )
}

/** States what must hold if our code is right. Never caught to go on. */
export function invariant(condition: unknown, statement: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${statement}`)
}
