import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Outcome } from '../../kernel/command.ts'
import type { Context } from '../../kernel/context.ts'
import { readOnly, type Tx } from '../../kernel/database.ts'
import { runBatch, runCommand } from '../../kernel/runner.ts'
import { exactly } from '../../kernel/schema.ts'
import { HOLD_TYPES, placeHolds, prioritizeManyOrders, releaseHolds, tagManyOrders } from '../../modules/orders/index.ts'
import type { BulkAction, Memory, Obstacle, Refusal } from './bulk-action.ts'

interface OrderFacts {
  id: string
  state: string
  holds: number
  tags: string[]
  priority: number
  open: boolean
}

async function readOrders(tx: Tx, ctx: Context, ids: readonly string[]): Promise<Map<string, OrderFacts>> {
  const { rows } = await sql<OrderFacts>`
    select o.id, o.state, o.hold_count as holds, o.tags, o.priority,
           exists (select from orders.order_line l where l.org_id = o.org_id and l.order_id = o.id and l.kind <> 'kit' and l.pending + l.reserved + l.backordered > 0) as open
      from orders.sales_order o where o.org_id = ${ctx.orgId} and o.id = any(${[...ids]}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Obstacles by one rule over the facts of each order. */
export function foreseeOrders(
  why: (order: OrderFacts, options: Readonly<Record<string, unknown>>) => Obstacle | null,
): BulkAction['foresee'] {
  return async (tx, ctx, ids, options) => {
    const orders = await readOrders(tx, ctx, ids)
    const obstacles = new Map<string, Obstacle>()
    for (const id of ids) {
      const order = orders.get(id)
      const obstacle = order === undefined ? 'gone' : why(order, options)
      if (obstacle !== null) obstacles.set(id, obstacle)
    }
    return obstacles
  }
}

/** Hold, released hold, tags, priority: marks on orders, each of which can be taken back. */
export const hold: BulkAction = {
  permission: 'orders.hold',
  options: exactly({ type: Type.Enum([...HOLD_TYPES]), note: Type.Optional(Type.String({ maxLength: 1000 })) }),
  pieceSize: 100,
  foresee: foreseeOrders((order) => (order.state === 'open' ? null : 'not_open')),
  async perform(system, ctx, piece) {
    const elements = piece.ids.map((order_id) => ({ order_id, ...piece.options }))
    const outcomes = await runBatch(system, ctx, placeHolds, elements, { idempotencyKey: piece.key })
    return { refused: refusalsOf(piece.ids, outcomes), undo: memoriesOf(piece.ids, outcomes, ({ hold_id }) => ({ hold_id })) }
  },
  async undo(system, ctx, { memories, key }) {
    const ids = [...memories.keys()]
    const elements = ids.map((order_id) => ({ order_id, hold_id: textIn(memories.get(order_id), 'hold_id') }))
    const outcomes = await runBatch(system, ctx, releaseHolds, elements, { idempotencyKey: key })
    const released = ids.filter((_, index) => outcomes[index]?.ok === true && outcomes[index].value.released === 0)
    return new Map([...refusalsOf(ids, outcomes), ...released.map((id) => [id, { code: 'not_held', message: '' }] as const)])
  },
}

export const releaseTheirHolds: BulkAction = {
  permission: 'orders.hold',
  options: exactly({}),
  pieceSize: 100,
  foresee: foreseeOrders((order) => (order.holds > 0 ? null : 'not_held')),
  async perform(system, ctx, piece) {
    const elements = piece.ids.map((order_id) => ({ order_id }))
    const outcomes = await runBatch(system, ctx, releaseHolds, elements, { idempotencyKey: piece.key })
    const undo = memoriesOf(piece.ids, outcomes, ({ hold_ids }) => (hold_ids.length === 0 ? null : { hold_ids }))
    return { refused: refusalsOf(piece.ids, outcomes), undo }
  },
  /** Puts the same holds again, as new ones: the release stays in the order's history. */
  async undo(system, ctx, { memories, key }) {
    const { rows } = await readOnly(system.database, ctx, (tx) =>
      sql<{ order_id: string; type: (typeof HOLD_TYPES)[number]; note: string }>`
        select order_id, type, note from orders.order_hold
         where org_id = ${ctx.orgId} and order_id = any(${[...memories.keys()]}::uuid[])
           and id = any(${[...memories.values()].flatMap((memory) => memory['hold_ids'])}::uuid[]) order by order_id, id`.execute(tx),
    )
    const refused = new Map<string, Refusal>()
    for (let begin = 0; begin < rows.length; begin += PLACED_AT_ONCE) {
      const elements = rows.slice(begin, begin + PLACED_AT_ONCE)
      // oxlint-disable-next-line no-await-in-loop -- one batch after another
      const outcomes = await runBatch(system, ctx, placeHolds, elements, { idempotencyKey: `${key}:${begin}` })
      for (const [id, refusal] of refusalsOf(
        elements.map((one) => one.order_id),
        outcomes,
      ))
        refused.set(id, refusal)
    }
    return refused
  },
}

/** Holds of one call of `placeHolds`. */
const PLACED_AT_ONCE = 500

const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 10 })

export const tag: BulkAction = {
  permission: 'orders.change',
  options: exactly({ add: Type.Optional(Tags), remove: Type.Optional(Tags) }),
  pieceSize: 200,
  foresee: foreseeOrders((order, options) => {
    const { add = [], remove = [] } = options as { add?: string[]; remove?: string[] }
    return add.some((one) => !order.tags.includes(one)) || remove.some((one) => order.tags.includes(one)) ? null : 'unchanged'
  }),
  async perform(system, ctx, piece) {
    const input = { order_ids: [...piece.ids], ...piece.options }
    const { changes } = await runCommand(system, ctx, tagManyOrders, input, { idempotencyKey: piece.key })
    return { refused: new Map(), undo: new Map(changes.map(({ order_id, added, removed }) => [order_id, { added, removed }])) }
  },
  /** Orders that gained and lost the same are one command. */
  async undo(system, ctx, { memories, key }) {
    const same = Map.groupBy(memories, ([, memory]) => JSON.stringify([memory['removed'], memory['added']]))
    let place = 0
    for (const [change, orders] of same) {
      const [add, remove] = JSON.parse(change) as [string[], string[]]
      const input = { order_ids: orders.map(([id]) => id), add, remove }
      // oxlint-disable-next-line no-await-in-loop -- one command after another
      await runCommand(system, ctx, tagManyOrders, input, { idempotencyKey: `${key}:${place}` })
      place += 1
    }
    return new Map()
  },
}

export const prioritize: BulkAction = {
  permission: 'orders.change',
  options: exactly({ priority: Type.Integer({ minimum: 0, maximum: 1000 }) }),
  pieceSize: 100,
  foresee: foreseeOrders((order, options) => {
    if (order.state !== 'open') return 'not_open'
    return order.priority === options['priority'] ? 'unchanged' : null
  }),
  async perform(system, ctx, piece) {
    const changes = piece.ids.map((order_id) => ({ order_id, priority: Number(piece.options['priority']) }))
    const { changed } = await runCommand(system, ctx, prioritizeManyOrders, { changes }, { idempotencyKey: piece.key })
    return { refused: new Map(), undo: new Map(changed.map(({ order_id, before }) => [order_id, { priority: before }])) }
  },
  async undo(system, ctx, { memories, key }) {
    const changes = [...memories].map(([order_id, memory]) => ({ order_id, priority: Number(memory['priority']) }))
    await runCommand(system, ctx, prioritizeManyOrders, { changes }, { idempotencyKey: key })
    return new Map()
  },
}

function textIn(memory: Memory | undefined, field: string): string {
  const value = memory?.[field]
  return typeof value === 'string' ? value : ''
}

/** Refusals of a batch command whose elements are these documents, in their order. */
function refusalsOf(ids: readonly string[], outcomes: readonly Outcome<unknown>[]): Map<string, Refusal> {
  return new Map(
    ids.flatMap((id, index) => {
      const outcome = outcomes[index]
      return outcome === undefined || outcome.ok ? [] : [[id, { code: outcome.error.code, message: outcome.error.message }] as const]
    }),
  )
}

function memoriesOf<V>(ids: readonly string[], outcomes: readonly Outcome<V>[], keep: (value: V) => Memory | null): Map<string, Memory> {
  return new Map(
    ids.flatMap((id, index) => {
      const outcome = outcomes[index]
      const memory = outcome?.ok === true ? keep(outcome.value) : null
      return memory === null ? [] : [[id, memory] as const]
    }),
  )
}
