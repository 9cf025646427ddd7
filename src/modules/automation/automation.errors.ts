import { DomainError, invalidField } from '../../kernel/errors.ts'
import type { ConditionProblem } from './condition.ts'

/** The condition is not one that can be asked: where, and what to do. */
export function badCondition(problem: ConditionProblem): DomainError {
  return invalidField('/condition', 'condition', `${problem.message} (line ${problem.line}, column ${problem.column})`)
}

/** An organization may have only so many rules, because each is asked at every order. */
export function tooManyRules(limit: number): DomainError {
  return new DomainError(
    'rule',
    'automation.too_many_rules',
    `There are already ${limit} rules, the most there may be. Change one that is off instead.`,
    { detail: { limit } },
  )
}
