import type { Static, TSchema } from 'typebox'
import type { Context } from './context.ts'
import type { Tx } from './database.ts'
import type { DomainError } from './errors.ts'
import type { NewEvent } from './events.ts'
import type { Part } from './statement.ts'

/** What a running command holds: its transaction, who and when, and the means to speak of it. */
export interface CommandRun {
  tx: Tx
  ctx: Context
  now: Date
  commandId: string
  newId(): string
  /** Says what happened; stored and heard only if the transaction commits. */
  emit(event: NewEvent): void
  /**
   * Leaves a write for the end, where all that was left goes in one statement with the events. For writes that the rest of the command does not
   * read; who needs them earlier says `flush`.
   */
  later(part: Part<void>): void
  /** Writes what was left for later. */
  flush(): Promise<void>
  /** Asks the handler of an event type, along with a read of the command, whether it will have anything to do; see `SyncHandler`. */
  foresee(eventType: string): Part<void>
}

/**
 * Something that changes data. Its input is the wire contract (snake_case); its output holds ids, numbers and codes,
 * never personal values, because it is stored for replay.
 */
export interface Command<I extends TSchema = TSchema, O extends TSchema = TSchema> {
  kind: 'command'
  /** `room.verb_object` */
  name: string
  permission: string
  summary: string
  input: I
  output: O
  /** Violations of these named constraints are refusals, not bugs. */
  constraints: Readonly<Record<string, (detail: string) => DomainError>>
  /** Error codes it may answer with, besides the kernel's own. Published. */
  errors: readonly string[]
  run(run: CommandRun, input: Static<I>): Promise<Static<O>>
}

/** Reads in one organization. A query never writes. */
export interface Query<I extends TSchema = TSchema, O extends TSchema = TSchema> {
  kind: 'query'
  name: string
  permission: string
  summary: string
  input: I
  output: O
  errors: readonly string[]
  run(run: { tx: Tx; ctx: Context; now: Date }, input: Static<I>): Promise<Static<O>>
}

/** Outcome of one element of a batch command: done, or refused with its problem. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: DomainError }

/**
 * A command over many independent elements in one transaction: one outcome an element, never a throw for a single bad one,
 * so it never fails its neighbors. `element` is parsed by the runner before the transaction.
 */
export interface BatchCommand<E extends TSchema = TSchema, O extends TSchema = TSchema> {
  kind: 'batch'
  name: string
  permission: string
  summary: string
  element: E
  output: O
  maxElements: number
  constraints: Readonly<Record<string, (detail: string) => DomainError>>
  errors: readonly string[]
  run(run: CommandRun, elements: readonly Static<E>[]): Promise<Outcome<Static<O>>[]>
}

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>

/** Declares a command; see {@link Command}. */
export function defineCommand<I extends TSchema, O extends TSchema>(
  spec: Optional<Omit<Command<I, O>, 'kind'>, 'constraints' | 'errors'>,
): Command<I, O> {
  return { constraints: {}, errors: [], ...spec, kind: 'command' }
}

/** Declares a query; see {@link Query}. */
export function defineQuery<I extends TSchema, O extends TSchema>(spec: Optional<Omit<Query<I, O>, 'kind'>, 'errors'>): Query<I, O> {
  return { errors: [], ...spec, kind: 'query' }
}

/** Declares a batch command; see {@link BatchCommand}. */
export function defineBatchCommand<E extends TSchema, O extends TSchema>(
  spec: Optional<Omit<BatchCommand<E, O>, 'kind'>, 'constraints' | 'errors'>,
): BatchCommand<E, O> {
  return { constraints: {}, errors: [], ...spec, kind: 'batch' }
}
