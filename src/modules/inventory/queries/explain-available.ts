import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { defineQuery } from '../../../kernel/command.ts'
import { ZERO_ID } from '../../../kernel/ids.ts'
import { exactly, Uuid } from '../../../kernel/schema.ts'
import { requireWarehouse, resolveItems } from '../resolve-lines.ts'
import { itemReference } from '../wire.ts'

/** Rows shown of each kind; the sums are of all of them. */
const SHOWN = 200

const ExplainRow = exactly({
  kind: Type.Enum(['on_hand', 'not_sellable', 'reservation', 'stock_hold', 'backorder']),
  /** Signed part of what is available; 0 for rows that only inform (not sellable, backorder). */
  counts: Type.Integer(),
  quantity: Type.Integer(),
  label: Type.String(),
  document_type: Type.String(),
  document_id: Uuid,
  line_id: Type.Union([Uuid, Type.Null()]),
})

/** What the number "available" of an item in a warehouse is made of: on hand by location, less reservations and holds. */
export const explainAvailable = defineQuery({
  name: 'inventory.explain_available',
  permission: 'inventory.read',
  summary: 'Explain what the available quantity of an item is made of',
  input: exactly({ warehouse_id: Uuid, ...itemReference }),
  output: exactly({
    item_id: Uuid,
    sku: Type.String(),
    warehouse_id: Uuid,
    warehouse_code: Type.String(),
    on_hand: Type.Integer(),
    reserved: Type.Integer(),
    held: Type.Integer(),
    available: Type.Integer(),
    incoming: Type.Integer(),
    rows: Type.Array(ExplainRow),
    rows_left_out: Type.Integer(),
  }),
  errors: ['inventory.not_found'],

  async run({ tx, ctx }, input) {
    const { orgId } = ctx
    const { warehouse_id } = input
    const warehouse = await requireWarehouse(tx, orgId, warehouse_id)
    const [item] = await resolveItems(tx, orgId, [input], () => '')
    const itemId = item?.id ?? ''
    const { rows: positions } = await sql<{ on_hand: number; reserved: number; held: number; incoming: number }>`
      select on_hand, reserved, held, incoming from inventory.stock_position where org_id = ${orgId} and item_id = ${itemId} and warehouse_id = ${warehouse_id} and owner_id = ${ZERO_ID}`.execute(
      tx,
    )
    const position = positions[0] ?? { on_hand: 0, reserved: 0, held: 0, incoming: 0 }
    const { rows } = await sql<Static<typeof ExplainRow>>`
      select x.* from (
        select case when c.sellable then 'on_hand' else 'not_sellable' end as kind, case when c.sellable then sum(l.on_hand) else 0 end::bigint as counts, sum(l.on_hand)::bigint as quantity,
               c.code as label, 'inventory.location' as document_type, c.id as document_id, null::uuid as line_id
          from inventory.stock_level l join inventory.location c on c.org_id = l.org_id and c.id = l.location_id and c.warehouse_id = ${warehouse_id}
         where l.org_id = ${orgId} and l.item_id = ${itemId} and l.owner_id = ${ZERO_ID} and l.on_hand > 0 group by c.id, c.code, c.sellable
        union all
        select 'reservation', -quantity, quantity, '', 'order', source_id, source_line_id from inventory.reservation
         where org_id = ${orgId} and item_id = ${itemId} and warehouse_id = ${warehouse_id} and owner_id = ${ZERO_ID}
        union all
        select 'stock_hold', -quantity, quantity, reference, 'inventory.stock_hold', id, null from inventory.stock_hold
         where org_id = ${orgId} and item_id = ${itemId} and warehouse_id = ${warehouse_id} and owner_id = ${ZERO_ID}
        union all
        select 'backorder', 0, quantity, '', 'order', source_id, source_line_id from inventory.backorder
         where org_id = ${orgId} and item_id = ${itemId} and warehouse_ids[1] = ${warehouse_id}) x order by x.kind, x.quantity desc, x.document_id`.execute(
      tx,
    )
    const shown = [...Map.groupBy(rows, (row) => row.kind).values()].flatMap((ofKind) => ofKind.slice(0, SHOWN))
    const available = position.on_hand - position.reserved - position.held
    return {
      item_id: itemId,
      sku: item?.sku ?? '',
      warehouse_id,
      warehouse_code: warehouse.code,
      ...position,
      available,
      rows: shown,
      rows_left_out: rows.length - shown.length,
    }
  },
})
