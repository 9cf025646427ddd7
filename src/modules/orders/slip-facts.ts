import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { findItemsById } from '../catalog/index.ts'
import type { SlipFacts } from '../warehouse/index.ts'

interface Row {
  orderId: string
  channelName: string
  orderLineId: string
  itemId: string
  sku: string
  name: string
  wanted: number
  gone: number
  kitId: string | null
  kitSku: string | null
  kitName: string | null
  kitWanted: number | null
  perKit: number | null
}

/** What packing slips say of orders: the channel, and of each line how much was ordered and sent, and the kit it belongs to. */
export async function readSlipFacts(tx: Tx, orgId: number, orderIds: readonly string[]): Promise<ReadonlyMap<string, SlipFacts>> {
  const { rows } = await sql<Row>`
    select l.order_id as "orderId", c.name as "channelName", l.id as "orderLineId", l.item_id as "itemId", l.sku, l.name, l.ordered - l.canceled as wanted, l.shipped + l.supplied_elsewhere as gone,
           k.id as "kitId", k.sku as "kitSku", k.name as "kitName", ceil((l.ordered - l.canceled)::numeric / nullif(l.kit_quantity, 0))::bigint as "kitWanted", l.kit_quantity as "perKit"
      from orders.order_line l
      join orders.sales_order o on o.org_id = l.org_id and o.id = l.order_id join orders.channel c on c.org_id = o.org_id and c.id = o.channel_id
      left join orders.order_line k on k.org_id = l.org_id and k.id = l.parent_line_id
     where l.org_id = ${orgId} and l.order_id = any(${[...new Set(orderIds)]}::uuid[]) and l.kind <> 'kit' order by l.order_id, l.line_no`.execute(
    tx,
  )
  const items = await findItemsById(
    tx,
    orgId,
    rows.map((row) => row.itemId),
  )
  return new Map(
    [...Map.groupBy(rows, (row) => row.orderId)].map(([orderId, lines]) => [
      orderId,
      {
        channelName: lines[0]?.channelName ?? '',
        lines: lines.map(({ kitId, kitSku, kitName, kitWanted, perKit, ...line }) => {
          const item = items.get(line.itemId)
          const unit = item?.unit ?? ''
          return {
            ...line,
            scale: item?.unit_scale ?? 0,
            unit: unit === 'piece' || unit === 'pcs' ? '' : unit,
            kit: kitId === null ? null : { id: kitId, sku: kitSku ?? '', name: kitName ?? '', wanted: kitWanted ?? 0, perKit: perKit ?? 1 },
          }
        }),
      },
    ]),
  )
}
