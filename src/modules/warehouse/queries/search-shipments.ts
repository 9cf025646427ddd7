import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../../kernel/database.ts'
import { beginningWith } from '../../../kernel/page.ts'
import { searchCondition } from '../../../kernel/search.ts'
import { barcodeForms } from '../../catalog/index.ts'

/** Condition on `s` of what a search finds, in the form that is quick for how much that is. */
export function searchShipments(tx: Tx, orgId: number, text: string): Promise<RawBuilder<unknown>> {
  return searchCondition(tx, {
    id: sql`s.id`,
    matching: (atMost) => matchingShipments(orgId, text, atMost),
    itself: matchesItself(orgId, text),
  })
}

/** Ids of shipments that a search finds, by recipient at most so many; each branch is served by an index of its own. */
export function matchingShipments(orgId: number, text: string, atMost: number | null = null): RawBuilder<unknown> {
  return sql`${fewShipments(orgId, text)}
    union all select f.id from warehouse.find_by_recipient(${text.toLowerCase()}, ${atMost}) f(id)
    union all select shipment_id from warehouse.shipment_line where org_id = ${orgId} and item_id = any(array(${itemsNamed(orgId, text)}))`
}

/** Numbers and codes. */
function fewShipments(orgId: number, text: string): RawBuilder<unknown> {
  const number = /^(?:s-?)?(\d{1,15})$/i.exec(text)?.[1]
  const label = text.replace(/^#/, '')
  const branches = [
    ...(number === undefined ? [] : [sql`select id from warehouse.shipment where org_id = ${orgId} and number = ${number}::bigint`]),
    sql`select id from warehouse.shipment where org_id = ${orgId} and source_label = ${label} and source_label <> ''`,
    sql`select shipment_id from warehouse.shipment_order where org_id = ${orgId} and source_label = ${label}`,
    ...[...new Set([text, text.toUpperCase()])].map(
      (beginning) => sql`select shipment_id from warehouse.parcel
        where org_id = ${orgId} and tracking_number is not null and tracking_number ~>=~ ${beginning} and tracking_number ~<~ kernel.after_beginning(${beginning})`,
    ),
    sql`select shipment_id from warehouse.parcel where org_id = ${orgId} and sscc = ${text}::bpchar`,
  ]
  return sql.join(branches, sql` union all `)
}

/** The same asked of each shipment. `offset 0` keeps the lines of all shipments from being read at once. */
function matchesItself(orgId: number, text: string): RawBuilder<unknown> {
  const ofItem = sql`exists (select from warehouse.shipment_line l
     where l.org_id = ${orgId} and l.shipment_id = s.id and l.item_id = any(array(${itemsNamed(orgId, text)})) offset 0)`
  return sql`(lower(s.ship_to ->> 'name') like ${beginningWith(text.toLowerCase())} or ${ofItem} or s.id = any(array(${fewShipments(orgId, text)})))`
}

/** Items whose SKU or barcode the text is. */
function itemsNamed(orgId: number, text: string): RawBuilder<unknown> {
  return sql`select id from catalog.item where org_id = ${orgId} and sku = ${text}
    union select item_id from catalog.barcode where org_id = ${orgId} and code = any(${barcodeForms(text)}::text[])`
}
