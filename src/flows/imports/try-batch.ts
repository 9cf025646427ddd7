import type { BatchCommand, Outcome } from '../../kernel/command.ts'
import type { Context } from '../../kernel/context.ts'
import { inTransaction } from '../../kernel/database.ts'
import { forbidden, invalidInput } from '../../kernel/errors.ts'
import { newId } from '../../kernel/ids.ts'
import { findProblems } from '../../kernel/parse.ts'
import { startRun, type System } from '../../kernel/runner.ts'
import type { Static, TSchema } from 'typebox'

/** Carries the outcomes out of a transaction that must not commit. */
class RolledBack extends Error {
  readonly outcomes: readonly Outcome<unknown>[]

  constructor(outcomes: readonly Outcome<unknown>[]) {
    super('A trial run is always rolled back')
    this.outcomes = outcomes
  }
}

/**
 * What a batch command would answer: it is run for real in a transaction that is always rolled back, so a preview decides exactly
 * as the writing does. Nobody hears its events. Elements beyond `maxElements` are the caller's to cut.
 *
 * @throws `kernel.forbidden`
 */
export async function tryBatch<E extends TSchema, O extends TSchema>(
  system: System,
  ctx: Context,
  command: BatchCommand<E, O>,
  elements: readonly unknown[],
): Promise<Outcome<Static<O>>[]> {
  if (!ctx.may(command.permission)) throw forbidden(command.permission)
  const problems = elements.map((element) => findProblems(command.element, element))
  const good = elements.filter((_, index) => problems[index]?.length === 0) as Static<E>[]
  const tried = good.length === 0 ? [] : await runAndRollBack(system, ctx, command, good)
  let next = 0
  return problems.map((found) => (found.length === 0 ? (tried[next++] as Outcome<Static<O>>) : { ok: false, error: invalidInput(found) }))
}

async function runAndRollBack<E extends TSchema, O extends TSchema>(
  system: System,
  ctx: Context,
  command: BatchCommand<E, O>,
  elements: readonly Static<E>[],
): Promise<Outcome<Static<O>>[]> {
  try {
    await inTransaction(system.database, ctx.orgId, async (tx) => {
      const run = startRun({ tx, ctx, now: ctx.clock.now(), commandId: newId() }, system.handlers)
      const outcomes = await command.run(run, elements)
      await run.flush()
      throw new RolledBack(outcomes)
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.outcomes as Outcome<Static<O>>[]
    throw error
  }
  throw new Error('A trial run ended without outcomes')
}
