import { type Static, Type } from 'typebox'
import { exactly, Uuid } from '../../kernel/schema.ts'

const Tag = Type.String({ minLength: 1, maxLength: 60 })

/** One thing a rule does when it matches. */
export const Action = Type.Union([
  exactly({
    kind: Type.Literal('hold'),
    type: Type.Enum(['fraud', 'address', 'payment', 'manual']),
    note: Type.Optional(Type.String({ maxLength: 500 })),
    release_when: Type.Optional(Type.Literal('paid', { description: 'released by itself once everything the order costs was captured' })),
  }),
  exactly({ kind: Type.Literal('release_hold'), type: Type.Enum(['fraud', 'address', 'payment', 'manual']) }),
  exactly({ kind: Type.Literal('tag'), tags: Type.Array(Tag, { minItems: 1, maxItems: 10 }) }),
  exactly({ kind: Type.Literal('untag'), tags: Type.Array(Tag, { minItems: 1, maxItems: 10 }) }),
  exactly({ kind: Type.Literal('route'), warehouse_id: Uuid }),
  exactly({
    kind: Type.Literal('prioritize'),
    priority: Type.Integer({ minimum: 0, maximum: 1000, description: 'lower is served first' }),
  }),
  exactly({ kind: Type.Literal('set_carrier'), carrier_id: Uuid, service: Type.Optional(Type.String({ maxLength: 100 })) }),
  exactly({
    kind: Type.Literal('notify'),
    audience: Type.Enum(['owner', 'operations', 'warehouse', 'support']),
    message: Type.String({ minLength: 1, maxLength: 500 }),
  }),
])
export type Action = Static<typeof Action>
export type ActionKind = Action['kind']

/**
 * Order in which the actions of one occurrence are carried out, whatever order they were written in: it follows the order of locks
 * (shipments and positions before the order).
 */
export const ACTION_ORDER: readonly ActionKind[] = ['route', 'set_carrier', 'prioritize', 'hold', 'release_hold', 'untag', 'tag', 'notify']

/** Actions that are carried out in the transaction of the intake; the others wait for the commit. */
const AT_ONCE: ReadonlySet<ActionKind> = new Set(['hold', 'tag', 'untag', 'prioritize', 'set_carrier'])

/** Whether an action can be carried out in the transaction that takes the order in. Moving goods between warehouses and telling people cannot. */
export function isAtOnce(action: Action): boolean {
  return AT_ONCE.has(action.kind)
}

/** What an action did, kept in the log. */
export interface ActionResult {
  kind: ActionKind
  /** done: as asked; skipped: nothing to do; failed: refused, with the reason; pending: waits for the commit. */
  state: 'done' | 'skipped' | 'failed' | 'pending'
  detail: string
}
