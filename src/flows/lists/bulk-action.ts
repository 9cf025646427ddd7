import type { TSchema } from 'typebox'
import type { Context } from '../../kernel/context.ts'
import type { Tx } from '../../kernel/database.ts'
import type { System } from '../../kernel/runner.ts'

/** Why a document will not take part, as far as can be told before: a code with words on the screen. */
export type Obstacle =
  | 'gone'
  | 'held'
  | 'no_stock'
  | 'not_ready'
  | 'not_planned'
  | 'nothing_planned'
  | 'not_open'
  | 'not_held'
  | 'unchanged'
  | 'nothing_open'

/** Why a document was refused when it was tried: the code and sentence of its problem. */
export interface Refusal {
  code: string
  message: string
}

/** A piece of a run: documents that nothing stands in the way of. `key` is the same whenever this piece is tried again. */
export interface BulkPiece {
  ids: readonly string[]
  options: Readonly<Record<string, unknown>>
  key: string
}

/** An action on many documents of a list. */
export interface BulkAction {
  permission: string
  /** What it must be told; checked before anything else. */
  options: TSchema
  /** Documents done at once. */
  pieceSize: number
  /** What stands in the way now, by document; documents without an entry will take part. Reads only. */
  foresee(tx: Tx, ctx: Context, ids: readonly string[], options: Readonly<Record<string, unknown>>): Promise<Map<string, Obstacle>>
  /** Does it. Safe to repeat with the same key: what was done then is answered again. */
  perform(system: System, ctx: Context, piece: BulkPiece): Promise<PieceDone>
  /** Takes it back, by what each document must remember of it. Answers what was refused. Absent where it cannot be taken back. */
  undo?(system: System, ctx: Context, piece: UndoPiece): Promise<Map<string, Refusal>>
}

/** What became of a piece: what was refused, and what its documents must remember so that it can be taken back. */
export interface PieceDone {
  refused: Map<string, Refusal>
  undo?: Map<string, Memory>
}

/** What the inverse must know of a document. */
export type Memory = Readonly<Record<string, unknown>>

/** Documents that an action is taken back for, each with what it remembers. */
export interface UndoPiece {
  memories: ReadonlyMap<string, Memory>
  key: string
}

/** The refusal in a problem document. */
export function refusalIn(problem: Readonly<Record<string, unknown>> | undefined): Refusal {
  const { code, detail } = problem ?? {}
  return { code: typeof code === 'string' ? code : 'lists.refused', message: typeof detail === 'string' ? detail : '' }
}
