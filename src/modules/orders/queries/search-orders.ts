import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../../kernel/database.ts'
import { beginningWith } from '../../../kernel/page.ts'
import { searchCondition } from '../../../kernel/search.ts'
import { barcodeForms } from '../../catalog/index.ts'

/** Condition on `o` of what a search finds, in the form that is quick for how much that is; `collected` as in kernel/search.ts. */
export function searchOrders(tx: Tx, orgId: number, text: string, collected?: number): Promise<RawBuilder<unknown>> {
  return searchCondition(tx, {
    id: sql`o.id`,
    matching: (atMost) => matchingOrders(orgId, text, atMost),
    itself: matchesItself(orgId, text),
    ...(collected === undefined ? {} : { collected }),
  })
}

/** Ids of orders that a search finds, by name of the customer at most so many; each branch is served by an index of its own. */
export function matchingOrders(orgId: number, text: string, atMost: number | null = null): RawBuilder<unknown> {
  const number = numberIn(text)
  const branches = [
    ...(number === undefined ? [] : [sql`select id from orders.sales_order where org_id = ${orgId} and number = ${number}::bigint`]),
    sql`select id from orders.sales_order where org_id = ${orgId} and external_id = ${text} and channel_id = any(array(select id from orders.channel where org_id = ${orgId}))`,
    sql`select f.id from orders.find_by_customer(${text.toLowerCase()}, ${atMost}) f(id)`,
    sql`select order_id from orders.order_line where org_id = ${orgId} and item_id = any(array(${itemsNamed(orgId, text)}))`,
    sql`select s.source_id from warehouse.parcel p join warehouse.shipment s on s.org_id = p.org_id and s.id = p.shipment_id where p.org_id = ${orgId} and p.tracking_number = ${text}`,
    sql`select c.source_id from warehouse.parcel p join warehouse.shipment_order c on c.org_id = p.org_id and c.shipment_id = p.shipment_id where p.org_id = ${orgId} and p.tracking_number = ${text}`,
  ]
  return sql.join(branches, sql` union all `)
}

/** The same asked of each order. `offset 0` keeps the lines of all orders from being read at once. */
function matchesItself(orgId: number, text: string): RawBuilder<unknown> {
  const number = numberIn(text)
  const prefix = beginningWith(text.toLowerCase())
  const parts = [
    ...(number === undefined ? [] : [sql`o.number = ${number}::bigint`]),
    sql`o.external_id = ${text}`,
    sql`lower(o.customer_name) like ${prefix}`,
    sql`lower(o.customer_email) like ${prefix}`,
    sql`exists (select from orders.order_line l where l.org_id = ${orgId} and l.order_id = o.id and l.item_id = any(array(${itemsNamed(orgId, text)})) offset 0)`,
  ]
  return sql`(${sql.join(parts, sql` or `)} or o.id = any(array(
    select s.source_id from warehouse.parcel p join warehouse.shipment s on s.org_id = p.org_id and s.id = p.shipment_id where p.org_id = ${orgId} and p.tracking_number = ${text}
    union all
    select c.source_id from warehouse.parcel p join warehouse.shipment_order c on c.org_id = p.org_id and c.shipment_id = p.shipment_id where p.org_id = ${orgId} and p.tracking_number = ${text})))`
}

/** Items whose SKU or barcode the text is. */
function itemsNamed(orgId: number, text: string): RawBuilder<unknown> {
  return sql`select id from catalog.item where org_id = ${orgId} and sku = ${text}
    union select item_id from catalog.barcode where org_id = ${orgId} and code = any(${barcodeForms(text)}::text[])`
}

function numberIn(text: string): string | undefined {
  return /^#?(\d{1,15})$/.exec(text)?.[1]
}
