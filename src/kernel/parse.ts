import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { type FieldProblem, invalidInput } from './errors.ts'

const validators = new WeakMap<TSchema, Validator>()

/** Most field problems reported at once; a hostile body does not fill the answer. */
const MAX_PROBLEMS = 100

/**
 * Checks a value against its schema as it is: nothing is coerced, nothing unknown is dropped.
 * @throws `kernel.invalid_input` (invalid) with every bad field.
 */
export function parse<S extends TSchema>(schema: S, value: unknown): Static<S> {
  const problems = findProblems(schema, value)
  if (problems.length > 0) throw invalidInput(problems)
  return value as Static<S>
}

/** Every bad field of a value, as JSON pointer, code and sentence; empty when it is valid. */
export function findProblems(schema: TSchema, value: unknown): FieldProblem[] {
  let validator = validators.get(schema)
  if (validator === undefined) {
    validator = Compile(schema)
    validators.set(schema, validator)
  }
  // One pass for good values, which are most.
  if (hasText(value, (text) => text.includes('\u0000') || !text.isWellFormed()))
    return hasText(value, (text) => text.includes('\u0000'))
      ? [{ pointer: '', code: 'nul_character', message: 'must not contain the character U+0000; remove it' }]
      : [{ pointer: '', code: 'lone_surrogate', message: 'must be well-formed Unicode: it holds half of a surrogate pair; remove it' }]
  if (validator.Check(value)) return []
  const seen = new Set<string>()
  const problems: FieldProblem[] = []
  for (const error of validator.Errors(value).slice(0, MAX_PROBLEMS * 4)) {
    for (const problem of describe(error as SchemaError)) {
      const key = `${problem.pointer} ${problem.code}`
      if (seen.has(key) || problems.length >= MAX_PROBLEMS) continue
      seen.add(key)
      problems.push(problem)
    }
  }
  return problems.length > 0 ? problems : [{ pointer: '', code: 'invalid', message: 'is not valid' }]
}

interface SchemaError {
  keyword: string
  instancePath: string
  message: string
  params: Record<string, unknown>
}

function describe(error: SchemaError): FieldProblem[] {
  const at = error.instancePath
  const { params } = error
  switch (error.keyword) {
    case 'required':
      return (params['requiredProperties'] as string[]).map((name) => ({
        pointer: `${at}/${escapePointer(name)}`,
        code: 'required',
        message: 'is required; add it',
      }))
    case 'additionalProperties':
      return (params['additionalProperties'] as string[]).map((name) => ({
        pointer: `${at}/${escapePointer(name)}`,
        code: 'unknown_field',
        message: 'is not a field of this request; remove it or check its spelling',
      }))
    case 'type':
      return [{ pointer: at, code: 'type', message: `must be ${[params['type']].flat().join(' or ')}` }]
    case 'enum':
      return [{ pointer: at, code: 'enum', message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` }]
    case 'boolean':
      return [{ pointer: at, code: 'unknown_field', message: 'is not a field of this request; remove it or check its spelling' }]
    default:
      return [{ pointer: at, code: error.keyword, message: error.message }]
  }
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/**
 * Whether any text in a value, names of fields included, is as asked. PostgreSQL holds neither U+0000 nor half a surrogate pair, so
 * both are looked for once, before any schema. Depth is bounded by the body limit.
 */
function hasText(value: unknown, isSo: (text: string) => boolean): boolean {
  if (typeof value === 'string') return isSo(value)
  if (Array.isArray(value)) return value.some((inner) => hasText(inner, isSo))
  if (typeof value === 'object' && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array)) {
    return Object.entries(value).some(([key, inner]) => isSo(key) || hasText(inner, isSo))
  }
  return false
}
