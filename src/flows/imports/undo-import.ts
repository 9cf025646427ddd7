import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineCommand } from '../../kernel/command.ts'
import type { Context } from '../../kernel/context.ts'
import { readOnly } from '../../kernel/database.ts'
import { DomainError, forbidden, notFound } from '../../kernel/errors.ts'
import { runCommand, runQuery, type System } from '../../kernel/runner.ts'
import { exactly, Uuid } from '../../kernel/schema.ts'
import { updateItem } from '../../modules/catalog/index.ts'
import { cancelOrder } from '../../modules/orders/index.ts'
import { reverseGoodsReceipt } from '../../modules/warehouse/index.ts'
import { getImport, type ImportRun } from './import-run.ts'

/** Most documents that stand in the way and are named. */
const MAX_NAMED = 100

/** What undoing an import would do, and what stands in its way. */
export const UndoPreview = exactly({
  orders_to_cancel: Type.Integer(),
  receipts_to_reverse: Type.Integer(),
  items_to_archive: Type.Integer(),
  /** Done already by hand or by an undo that was cut off. */
  already_undone: Type.Integer(),
  obstacles: Type.Array(exactly({ document_type: Type.String(), document_id: Uuid, name: Type.String(), reason: Type.String() })),
  obstacle_count: Type.Integer(),
})
export type UndoPreview = Static<typeof UndoPreview>

interface Made {
  document_type: 'order' | 'goods_receipt' | 'item'
  document_id: string
  name: string
  state: 'open' | 'undone' | 'used'
  reason: string
  version: number
}

/** Everything an import made and how far it was used since. */
async function readMade(system: System, ctx: Context, importId: string): Promise<Made[]> {
  return readOnly(system.database, ctx, async (tx) => {
    const { rows } = await sql<Made>`
      with d as (select document_type, document_id from imports.import_document where org_id = ${ctx.orgId} and run_id = ${importId})
      select d.document_type, d.document_id, o.number::text as name, 0 as version,
             case when l.picked or l.shipped > 0 then 'used' when l.open = 0 then 'undone' else 'open' end as state,
             case when l.shipped > 0 then 'goods of it were shipped' else 'it is being picked or packed' end as reason
        from d join orders.sales_order o on o.org_id = ${ctx.orgId} and o.id = d.document_id
        cross join lateral (
          select coalesce(sum(shipped), 0) as shipped, coalesce(sum(ordered - canceled - shipped), 0) as open,
                 coalesce(bool_or(picked > 0), false) as picked
            from orders.order_line where org_id = ${ctx.orgId} and order_id = o.id) l
       where d.document_type = 'order'
      union all
      select d.document_type, d.document_id, r.number::text, 0, case when r.status = 'reversed' then 'undone' when u.used then 'used' else 'open' end,
             'goods of it were shipped or used'
        from d join warehouse.goods_receipt r on r.org_id = ${ctx.orgId} and r.id = d.document_id
        cross join lateral (
          select exists (
            select 1 from inventory.stock_movement m
              join inventory.cost_layer c on c.org_id = m.org_id and c.movement_seq = m.seq
              join inventory.cost_use x on x.org_id = c.org_id and x.layer_id = c.id
             where m.org_id = ${ctx.orgId} and m.source_id = r.id) as used) u
       where d.document_type = 'goods_receipt'
      union all
      select d.document_type, d.document_id, i.sku, i.version,
             case when i.status = 'archived' then 'undone'
                  when exists (select 1 from inventory.stock_level s where s.org_id = i.org_id and s.item_id = i.id and s.on_hand > 0)
                    or exists (select 1 from orders.order_line l where l.org_id = i.org_id and l.item_id = i.id) then 'used' else 'open' end,
             'it is in stock or in an order'
        from d join catalog.item i on i.org_id = ${ctx.orgId} and i.id = d.document_id
       where d.document_type = 'item'
       order by 1, 3`.execute(tx)
    return rows
  })
}

/**
 * What an undo would do, without doing it.
 * @throws `imports.not_found`, `kernel.forbidden`
 */
export async function previewUndo(system: System, ctx: Context, importId: string): Promise<UndoPreview> {
  if (!ctx.may('imports.run')) throw forbidden('imports.run')
  const made = await readMade(system, ctx, importId)
  if (made.length === 0) await runQuery(system, { ...ctx, may: () => true }, getImport, { import_id: importId })
  return summarize(made)
}

function summarize(made: readonly Made[]): UndoPreview {
  const open = (type: Made['document_type']) => made.filter((one) => one.state === 'open' && one.document_type === type).length
  const used = made.filter((one) => one.state === 'used')
  return {
    orders_to_cancel: open('order'),
    receipts_to_reverse: open('goods_receipt'),
    items_to_archive: open('item'),
    already_undone: made.filter((one) => one.state === 'undone').length,
    obstacles: used
      .slice(0, MAX_NAMED)
      .map(({ document_type, document_id, name, reason }) => ({ document_type, document_id, name, reason })),
    obstacle_count: used.length,
  }
}

/** Marks an import as undone, after all it made has been taken back. */
export const markUndone = defineCommand({
  name: 'imports.mark_undone',
  permission: 'imports.run',
  summary: 'Mark an import as undone',
  input: exactly({ import_id: Uuid }),
  output: exactly({ id: Uuid }),
  errors: ['imports.not_found', 'imports.cannot_undo'],
  async run({ tx, ctx, emit }, { import_id }) {
    const { rows } = await sql<{ status: string }>`
      select status from imports.import_run where org_id = ${ctx.orgId} and id = ${import_id} for update`.execute(tx)
    if (rows[0] === undefined) throw notFound('imports.import', import_id)
    if (!['done', 'failed'].includes(rows[0].status)) throw cannotUndo(`it is ${rows[0].status}`, [])
    await sql`update imports.import_run set status = 'undone' where org_id = ${ctx.orgId} and id = ${import_id}`.execute(tx)
    emit({ type: 'imports.import_undone', documentType: 'imports.import_run', documentId: import_id, payload: {} })
    return { id: import_id }
  },
})

/** An import of which anything was used cannot be undone. */
function cannotUndo(why: string, obstacles: UndoPreview['obstacles']): DomainError {
  return new DomainError('rule', 'imports.cannot_undo', `This import cannot be undone: ${why}.`, { detail: { obstacles } })
}

/**
 * Takes back all that an import made, by the rooms' own commands: orders are canceled, receipts reversed, new items archived. Nothing is begun
 * when anything of it has been used. Steps are commands of their own: an undo that is cut off goes on when it is asked for again.
 * @throws `imports.not_found`, `imports.cannot_undo` (rule) naming what stands in the way, `kernel.forbidden`
 */
export async function undoImport(system: System, ctx: Context, importId: string): Promise<ImportRun> {
  const everything = { ...ctx, may: () => true }
  const { status } = await runQuery(system, everything, getImport, { import_id: importId })
  if (status !== 'done' && status !== 'failed') throw cannotUndo(`it is ${status}`, [])
  for (const permission of ['imports.run', 'orders.cancel', 'warehouse.receive', 'catalog.write'])
    if (!ctx.may(permission)) throw forbidden(permission)
  const made = await readMade(system, ctx, importId)
  const { obstacles, obstacle_count } = summarize(made)
  if (obstacle_count > 0) throw cannotUndo(`${obstacle_count} of its documents were used since`, obstacles)
  const reason = 'The import was undone'
  for (const type of ['order', 'goods_receipt', 'item'] as const) {
    for (const one of made.filter((candidate) => candidate.document_type === type && candidate.state === 'open')) {
      // oxlint-disable-next-line no-await-in-loop -- one document after another, each by its own command
      await takeBack(system, ctx, one, reason)
    }
  }
  await runCommand(system, ctx, markUndone, { import_id: importId })
  return runQuery(system, everything, getImport, { import_id: importId })
}

async function takeBack(system: System, ctx: Context, { document_type, document_id, version }: Made, reason: string): Promise<void> {
  if (document_type === 'order') await runCommand(system, ctx, cancelOrder, { order_id: document_id, reason })
  else if (document_type === 'goods_receipt') await runCommand(system, ctx, reverseGoodsReceipt, { goods_receipt_id: document_id, reason })
  else await runCommand(system, ctx, updateItem, { item_id: document_id, expected_version: version, status: 'archived' })
}
