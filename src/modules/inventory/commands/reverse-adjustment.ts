import { sql } from 'kysely'
import { Type } from 'typebox'
import { defineCommand } from '../../../kernel/command.ts'
import { notFound } from '../../../kernel/errors.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { alreadyReversed, reversalOfReversal } from '../inventory.errors.ts'
import { type AdjustmentKind, type AdjustmentLineRow, postAdjustment, type ReversedMovement } from './adjust-stock.ts'
import { Note } from '../wire.ts'

type StoredLine = AdjustmentLineRow & ReversedMovement

/**
 * Takes an adjustment back by its opposite. Goods that left come back at the cost they left with; found goods leave from the
 * oldest layers like any others.
 * @throws `inventory.not_found`, `inventory.already_reversed` (conflict), `inventory.reversal_of_reversal` (rule), `inventory.insufficient_stock` (rule)
 */
export const reverseAdjustment = defineCommand({
  name: 'inventory.reverse_adjustment',
  permission: 'inventory.adjust',
  summary: 'Reverse an adjustment',
  input: exactly({ adjustment_id: Uuid, note: Note }),
  output: exactly({ id: Uuid, number: Type.Integer(), reverses_id: Uuid }),
  errors: ['inventory.not_found', 'inventory.already_reversed', 'inventory.reversal_of_reversal', 'inventory.insufficient_stock'],
  constraints: { adjustment_org_id_reverses_id_key: alreadyReversed, stock_movement_org_id_reverses_seq_key: alreadyReversed },

  async run(run, { adjustment_id, note }) {
    const { tx, ctx, now } = run
    const { rows } = await sql<{ warehouseId: string; kind: AdjustmentKind; reversesId: string | null; reversed: boolean }>`
      select a.warehouse_id as "warehouseId", a.kind, a.reverses_id as "reversesId",
             exists (select from inventory.adjustment r where r.org_id = a.org_id and r.reverses_id = a.id) as reversed
        from inventory.adjustment a where a.org_id = ${ctx.orgId} and a.id = ${adjustment_id}`.execute(tx)
    const original = rows[0]
    if (original === undefined) throw notFound('inventory.adjustment', adjustment_id)
    if (original.reversesId !== null) throw reversalOfReversal()
    if (original.reversed) throw alreadyReversed()
    const { rows: stored } = await sql<StoredLine>`
      select l.location_id as "locationId", l.item_id as "itemId", l.lot_id as "lotId", l.owner_id as "ownerId", m.quantity, m.seq,
             l.unit_cost as "unitCost", l.unit_cost_scale as "unitCostScale", l.needs_recount as "needsRecount",
             coalesce((select sum(u.value_minor) from inventory.cost_use u where u.org_id = m.org_id and u.movement_seq = m.seq and u.kind = 'consumed'), 0)::bigint as "valueMinor"
        from inventory.adjustment_line l join inventory.stock_movement m on m.org_id = l.org_id and m.source_line_id = l.id
       where l.org_id = ${ctx.orgId} and l.adjustment_id = ${adjustment_id} order by l.line_no, m.seq`.execute(tx)
    const lines = stored.map((line) => ({ ...line, id: run.newId() }))
    const document = {
      id: run.newId(),
      warehouseId: original.warehouseId,
      kind: original.kind,
      note: note ?? '',
      happenedAt: now,
      reversesId: adjustment_id,
      lines,
    }
    const number = await postAdjustment(
      run,
      document,
      (_, index) => ({ kind: 'known', valueMinor: stored[index]?.valueMinor ?? 0, provisional: false }),
      stored,
    )
    return { id: document.id, number, reverses_id: adjustment_id }
  },
})
