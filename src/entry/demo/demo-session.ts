import { fixedClock } from '../../kernel/clock.ts'
import type { Context } from '../../kernel/context.ts'
import type { BatchCommand, Command, Outcome, Query } from '../../kernel/command.ts'
import { runBatch, runCommand, runQuery, type System } from '../../kernel/runner.ts'
import type { Static, TSchema } from 'typebox'

/**
 * Runs commands as the demo does: the same commands as everyone's, in a context whose clock stands at the past moment they are told.
 * Each session has a clock of its own, so that two may work side by side.
 */
export interface DemoSession {
  /** Moves the clock; facts that follow happen at this moment. */
  at(moment: Date): void
  run<I extends TSchema, O extends TSchema>(command: Command<I, O>, input: Static<I>): Promise<Static<O>>
  /** Runs a batch command in chunks of the size it takes; one outcome an element. */
  batch<E extends TSchema, O extends TSchema>(
    command: BatchCommand<E, O>,
    elements: readonly Static<E>[],
    chunk?: number,
  ): Promise<Outcome<Static<O>>[]>
  query<I extends TSchema, O extends TSchema>(query: Query<I, O>, input: Static<I>): Promise<Static<O>>
  readonly ctx: Context
  readonly system: System
}

/** Opens a session in an organization's context. */
export function openSession(system: System, base: Context, start: Date): DemoSession {
  const clock = fixedClock(start)
  const ctx: Context = { ...base, clock }
  return {
    ctx,
    system,
    at: (moment) => clock.set(moment),
    run: (command, input) => runCommand(system, ctx, command, input),
    query: (query, input) => runQuery(system, ctx, query, input),
    async batch(command, elements, chunk = command.maxElements) {
      const outcomes: Outcome<Static<typeof command.output>>[] = []
      for (let start = 0; start < elements.length; start += chunk) {
        // oxlint-disable-next-line no-await-in-loop -- the order of chunks is the order of what happened
        outcomes.push(...(await runBatch(system, ctx, command, elements.slice(start, start + chunk))))
      }
      return outcomes
    },
  }
}

/** The values of outcomes that must all be good. @throws the first refusal, saying what was tried. */
export function allGood<T>(outcomes: readonly Outcome<T>[], what: string): T[] {
  return outcomes.map((outcome) => {
    if (outcome.ok) return outcome.value
    throw new Error(`The demo could not ${what}: ${outcome.error.message}`, { cause: outcome.error })
  })
}
