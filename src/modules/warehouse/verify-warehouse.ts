import { sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { type CheckFinding, type CheckResult, runCheck } from '../../kernel/verify.ts'

/** What a check's statement answers: rows looked at and the first fault. */
interface Looked {
  rows: number
  fault: Record<string, unknown> | null
}

/** Runs one statement per part; the first part with a fault gives the counterexample. */
async function lookAt(tx: Tx, parts: readonly ReturnType<typeof sql<Looked>>[]): Promise<CheckFinding> {
  let rows = 0
  let counterexample: Record<string, unknown> | null = null
  for (const part of parts) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const { rows: answer } = await part.execute(tx)
    rows += answer[0]?.rows ?? 0
    counterexample ??= answer[0]?.fault ?? null
  }
  return { rows, counterexample }
}

/** The parts of V2, V3, V4 and V8 that the warehouse's documents prove. */
export async function verifyWarehouse(tx: Tx, orgId: number): Promise<CheckResult[]> {
  return [
    await runCheck(
      'V2',
      'Every done quantity of a receipt, pick, shipment or return line is the sum of its movements, and every such movement has its line.',
      () =>
        lookAt(tx, [
          receiptLines(orgId),
          picks(orgId),
          shipmentLines(orgId),
          returnLines(orgId),
          claimLines(orgId),
          findingLines(orgId),
          inspectionLines(orgId),
          returnStates(orgId),
          strayMovements(orgId),
        ]),
    ),
    await runCheck(
      'V3',
      'What is chosen for picks is what is open of them; what stands staged for a line is what is picked and not shipped.',
      () => lookAt(tx, [pickAllocations(orgId), stagedAllocations(orgId)]),
    ),
    await runCheck('V4', 'What is expected, and when, is what open goods receipts still expect.', () => lookAt(tx, [incoming(orgId)])),
    await runCheck('V8', 'Goods received, not invoiced, are the supplier receipts that were not taken back.', () =>
      lookAt(tx, [receivedNotInvoiced(orgId), receivedNotInvoicedInAll(orgId), carrierClaims(orgId)]),
    ),
  ]
}

/** Received − reversed of a line; each side of its movements, of its item, lot and owner. */
function receiptLines(orgId: number) {
  return sql<Looked>`
    with moved as (
      select m.source_line_id, sum(case when m.reverses_seq is null then m.quantity else 0 end)::bigint as received, sum(case when m.reverses_seq is null then 0 else m.quantity end)::bigint as reversed,
             min(m.item_id::text) as item, max(m.item_id::text) as item2, min(m.lot_id::text) as lot, max(m.lot_id::text) as lot2, min(m.owner_id::text) as owner, max(m.owner_id::text) as owner2
        from inventory.stock_movement m where m.org_id = ${orgId} and m.source_type = 'goods_receipt' group by m.source_line_id
    ), faults as (
      select 'goods_receipt_line' as what, l.id, l.received_quantity, l.reversed_quantity, coalesce(m.received, 0) as moved_in, coalesce(m.reversed, 0) as moved_back
        from warehouse.goods_receipt_line l join warehouse.goods_receipt r on r.org_id = l.org_id and r.id = l.receipt_id left join moved m on m.source_line_id = l.id
       where l.org_id = ${orgId} and (l.received_quantity <> coalesce(m.received, 0) or l.reversed_quantity <> coalesce(m.reversed, 0) or (r.status = 'reversed') <> (l.reversed_quantity = l.received_quantity and r.status = 'reversed')
             or (m.source_line_id is not null and (m.item <> l.item_id::text or m.item2 <> l.item_id::text or m.lot <> l.lot_id::text or m.lot2 <> l.lot_id::text or m.owner <> l.owner_id::text or m.owner2 <> l.owner_id::text)))
       order by l.id limit 1
    )
    select (select count(*) from warehouse.goods_receipt_line where org_id = ${orgId}) as rows, (select to_jsonb(faults) from faults) as fault`
}

/** Picks of one root: picked and put back are the movements of the root, of the pick's goods and bin. */
function picks(orgId: number) {
  return sql<Looked>`
    with moved as (
      select m.source_line_id as root_id, m.item_id, m.lot_id, m.owner_id, sum(m.quantity) filter (where m.reason = 'pick')::bigint as picked, sum(m.quantity) filter (where m.reason = 'put_back')::bigint as put_back
        from inventory.stock_movement m where m.org_id = ${orgId} and m.source_type = 'pick' group by 1, 2, 3, 4
    ), done as (
      select root_id, item_id, lot_id, owner_id, sum(picked_quantity)::bigint as picked, sum(put_back_quantity)::bigint as put_back
        from warehouse.pick where org_id = ${orgId} group by 1, 2, 3, 4
    ), faults as (
      select 'pick' as what, d.root_id as id, d.picked as picked_quantity, coalesce(m.picked, 0) as moved, d.put_back as put_back_quantity, coalesce(m.put_back, 0) as moved_back
        from done d left join moved m using (root_id, item_id, lot_id, owner_id)
       where d.picked <> coalesce(m.picked, 0) or d.put_back <> coalesce(m.put_back, 0) order by d.root_id limit 1
    )
    select (select count(*) from done) as rows, (select to_jsonb(faults) from faults) as fault`
}

/** Shipped quantities, and the steps of a line against its status: nothing is shipped of a shipment that is not. */
function shipmentLines(orgId: number) {
  return sql<Looked>`
    with moved as (
      select m.source_line_id, m.item_id, m.owner_id, coalesce(sum(m.quantity) filter (where m.reason = 'ship'), 0)::bigint as shipped, coalesce(sum(m.quantity) filter (where m.reason = 'void'), 0)::bigint as voided from inventory.stock_movement m
       where m.org_id = ${orgId} and m.source_type = 'shipment' group by 1, 2, 3
    ), returned as (
      select r.shipment_line_id, sum(r.quantity) filter (where h.kind = 'return')::bigint as returned, sum(r.quantity) filter (where h.kind = 'refused')::bigint as refused
        from warehouse.return_receipt_line r join warehouse.return_receipt h on h.org_id = r.org_id and h.id = r.receipt_id where r.org_id = ${orgId} and r.shipment_line_id is not null group by 1
    ), lost as (
      select shipment_line_id, sum(quantity)::bigint as lost from (
        select c.shipment_line_id, c.quantity from warehouse.carrier_claim_line c where c.org_id = ${orgId}
        union all select f.shipment_line_id, -f.quantity from warehouse.parcel_finding_line f where f.org_id = ${orgId}) x group by 1
    ), faults as (
      select 'shipment_line' as what, l.id, l.supply, l.shipped_quantity, coalesce(m.shipped, 0) as moved, l.returned_quantity, coalesce(r.returned, 0) as return_lines, s.status
        from warehouse.shipment_line l join warehouse.shipment s on s.org_id = l.org_id and s.id = l.shipment_id
        left join moved m on m.source_line_id = l.id and m.item_id = l.item_id and m.owner_id = l.owner_id
        left join returned r on r.shipment_line_id = l.id left join lost x on x.shipment_line_id = l.id
       where l.org_id = ${orgId} and (
             l.shipped_quantity <> case when l.supply = 'stock' then coalesce(m.shipped, 0) else l.shipped_quantity end
          or l.returned_quantity <> coalesce(r.returned, 0)
          or (l.supply = 'stock' and (l.refused_quantity <> coalesce(r.refused, 0) or l.lost_quantity <> coalesce(x.lost, 0)))
          or coalesce(m.voided, 0) <> case when s.status = 'voided' and l.supply = 'stock' then l.shipped_quantity else 0 end
          or (s.status in ('refused', 'lost') and l.supply = 'stock' and l.shipped_quantity <> l.returned_quantity + l.refused_quantity + l.lost_quantity)
          or (s.status in ('planned', 'released', 'picked', 'packed', 'canceled') and l.shipped_quantity <> 0)
          or (s.status in ('shipped', 'delivered', 'refused', 'lost', 'voided') and l.shipped_quantity <> l.quantity)
          or (s.status = 'canceled' and l.quantity <> 0))
       order by l.id limit 1
    )
    select (select count(*) from warehouse.shipment_line where org_id = ${orgId}) as rows, (select to_jsonb(faults) from faults) as fault`
}

function returnLines(orgId: number) {
  return sql<Looked>`
    with moved as (
      select m.source_line_id, m.item_id, m.lot_id, m.owner_id, m.to_location_id, sum(m.quantity)::bigint as returned from inventory.stock_movement m
       where m.org_id = ${orgId} and m.source_type = 'return_receipt' group by 1, 2, 3, 4, 5
    ), faults as (
      select 'return_receipt_line' as what, l.id, l.quantity, coalesce(m.returned, 0) as moved
        from warehouse.return_receipt_line l left join moved m on m.source_line_id = l.id and m.item_id = l.item_id and m.lot_id = l.lot_id and m.owner_id = l.owner_id and m.to_location_id = l.location_id
       where l.org_id = ${orgId} and l.quantity <> coalesce(m.returned, 0) order by l.id limit 1
    )
    select (select count(*) from warehouse.return_receipt_line where org_id = ${orgId}) as rows, (select to_jsonb(faults) from faults) as fault`
}

/** Decided quantities move as the decision says; goods that stay where they stand do not. */
function inspectionLines(orgId: number) {
  return sql<Looked>`
    with moved as (
      select m.source_line_id, m.item_id, m.lot_id, m.owner_id, m.from_location_id, m.to_location_id, sum(m.quantity)::bigint as quantity from inventory.stock_movement m
       where m.org_id = ${orgId} and m.source_type = 'inspection' group by 1, 2, 3, 4, 5, 6
    ), faults as (
      select 'inspection_line' as what, l.id, l.disposition, l.quantity, coalesce(m.quantity, 0) as moved
        from warehouse.inspection_line l
        left join moved m on m.source_line_id = l.id and m.item_id = l.item_id and m.lot_id = l.lot_id and m.owner_id = l.owner_id and m.from_location_id = l.from_location_id and m.to_location_id = l.to_location_id
       where l.org_id = ${orgId} and coalesce(m.quantity, 0) <> case when l.from_location_id = l.to_location_id then 0 else l.quantity end order by l.id limit 1
    )
    select (select count(*) from warehouse.inspection_line where org_id = ${orgId}) as rows, (select to_jsonb(faults) from faults) as fault`
}

/** Each stage of a return line is what decisions brought there less what they took on; together they are the line. */
function returnStates(orgId: number) {
  return sql<Looked>`
    with decided as (
      select receipt_line_id, sum(quantity) filter (where stage = 'waiting') as from_waiting,
             coalesce(sum(quantity) filter (where disposition = 'repair'), 0) - coalesce(sum(quantity) filter (where stage = 'repair'), 0) as repair,
             coalesce(sum(quantity) filter (where disposition = 'refurbish'), 0) - coalesce(sum(quantity) filter (where stage = 'refurbish'), 0) as refurbish,
             coalesce(sum(quantity) filter (where disposition = 'supplier'), 0) - coalesce(sum(quantity) filter (where stage = 'supplier'), 0) as supplier,
             coalesce(sum(quantity) filter (where disposition = 'reject'), 0) - coalesce(sum(quantity) filter (where stage = 'reject'), 0) as reject,
             coalesce(sum(quantity) filter (where disposition in ('restock', 'scrap', 'send_to_supplier', 'send_to_customer')), 0) as done
        from warehouse.inspection_line where org_id = ${orgId} group by 1
    ), faults as (
      select 'return_line_state' as what, s.receipt_line_id as id, l.quantity, s.waiting, s.repair, s.refurbish, s.supplier, s.reject, s.done
        from warehouse.return_line_state s join warehouse.return_receipt_line l on l.org_id = s.org_id and l.id = s.receipt_line_id
        left join decided d on d.receipt_line_id = s.receipt_line_id
       where s.org_id = ${orgId} and (l.quantity <> s.waiting + s.repair + s.refurbish + s.supplier + s.reject + s.done
             or s.repair <> coalesce(d.repair, 0) or s.refurbish <> coalesce(d.refurbish, 0) or s.supplier <> coalesce(d.supplier, 0) or s.reject <> coalesce(d.reject, 0)
             or (d.from_waiting is not null and (s.waiting <> l.quantity - d.from_waiting or s.done <> d.done))) order by s.receipt_line_id limit 1
    )
    select (select count(*) from warehouse.return_line_state where org_id = ${orgId}) as rows, (select to_jsonb(faults) from faults) as fault`
}

/** Lost goods: each claim line is its movement. */
function claimLines(orgId: number) {
  return sql<Looked>`
    with moved as (
      select m.source_line_id, m.item_id, m.lot_id, m.owner_id, sum(m.quantity)::bigint as lost from inventory.stock_movement m
       where m.org_id = ${orgId} and m.source_type = 'carrier_claim' group by 1, 2, 3, 4
    ), faults as (
      select 'carrier_claim_line' as what, l.id, l.quantity, coalesce(m.lost, 0) as moved
        from warehouse.carrier_claim_line l left join moved m on m.source_line_id = l.id and m.item_id = l.item_id and m.lot_id = l.lot_id and m.owner_id = l.owner_id
       where l.org_id = ${orgId} and l.quantity <> coalesce(m.lost, 0) order by l.id limit 1
    )
    select (select count(*) from warehouse.carrier_claim_line where org_id = ${orgId}) as rows, (select to_jsonb(faults) from faults) as fault`
}

/** Found goods: what the customer has after all is its movement, what came back a return line; never more than the claim's line, in goods and in cost. */
function findingLines(orgId: number) {
  return sql<Looked>`
    with moved as (
      select m.source_line_id, m.item_id, m.lot_id, m.owner_id, sum(m.quantity)::bigint as found from inventory.stock_movement m
       where m.org_id = ${orgId} and m.source_type = 'parcel_finding' group by 1, 2, 3, 4
    ), received as (
      select f.id as finding_id, sum(r.quantity)::bigint as quantity from warehouse.parcel_finding f join warehouse.return_receipt_line r on r.org_id = f.org_id and r.receipt_id = f.return_receipt_id
       where f.org_id = ${orgId} group by 1
    ), lines as (
      select l.*, f.outcome, sum(l.quantity) over (partition by l.finding_id) as in_all, sum(l.quantity) over (partition by l.claim_line_id) as of_claim, sum(l.cost_minor) over (partition by l.claim_line_id) as cost_of_claim
        from warehouse.parcel_finding_line l join warehouse.parcel_finding f on f.org_id = l.org_id and f.id = l.finding_id where l.org_id = ${orgId}
    ), faults as (
      select 'parcel_finding_line' as what, l.id, l.outcome, l.quantity, coalesce(m.found, 0) as moved, c.quantity as lost, l.of_claim as found
        from lines l join warehouse.carrier_claim_line c on c.org_id = ${orgId} and c.id = l.claim_line_id
        left join moved m on m.source_line_id = l.id and m.item_id = l.item_id and m.lot_id = l.lot_id and m.owner_id = l.owner_id left join received r on r.finding_id = l.finding_id
       where coalesce(m.found, 0) <> case when l.outcome = 'delivered' then l.quantity else 0 end or (l.outcome = 'returned' and l.in_all <> coalesce(r.quantity, 0))
          or l.of_claim > c.quantity or l.cost_of_claim > c.cost_minor order by l.id limit 1
    )
    select (select count(*) from lines) as rows, (select to_jsonb(faults) from faults) as fault`
}

/** Movements that name a document line of this room which is not there (of that document), or for a reason such a line does not have. */
function strayMovements(orgId: number) {
  return sql<Looked>`
    with own as not materialized (
      select m.seq, m.source_type, m.source_id, m.source_line_id, m.reason from inventory.stock_movement m
       where m.org_id = ${orgId} and m.source_type in ('goods_receipt', 'pick', 'shipment', 'return_receipt', 'inspection', 'carrier_claim', 'parcel_finding')
    ), faults as (
      select 'stock_movement' as what, o.* from own o
        left join warehouse.goods_receipt_line g on o.source_type = 'goods_receipt' and g.org_id = ${orgId} and g.id = o.source_line_id and g.receipt_id = o.source_id
        left join warehouse.pick p on o.source_type = 'pick' and p.org_id = ${orgId} and p.id = o.source_line_id and p.pick_list_id = o.source_id
        left join warehouse.shipment_line s on o.source_type = 'shipment' and s.org_id = ${orgId} and s.id = o.source_line_id and s.shipment_id = o.source_id
        left join warehouse.return_receipt_line r on o.source_type = 'return_receipt' and r.org_id = ${orgId} and r.id = o.source_line_id and r.receipt_id = o.source_id
        left join warehouse.inspection_line n on o.source_type = 'inspection' and n.org_id = ${orgId} and n.id = o.source_line_id and n.inspection_id = o.source_id
        left join warehouse.carrier_claim_line c on o.source_type = 'carrier_claim' and c.org_id = ${orgId} and c.id = o.source_line_id and c.claim_id = o.source_id
        left join warehouse.parcel_finding_line d on o.source_type = 'parcel_finding' and d.org_id = ${orgId} and d.id = o.source_line_id and d.finding_id = o.source_id
       where coalesce(g.id, p.id, s.id, r.id, n.id, c.id, d.id) is null
          or o.reason <> all (case o.source_type when 'goods_receipt' then array['receipt', 'opening', 'receipt_reversal'] when 'pick' then array['pick', 'put_back'] when 'shipment' then array['ship', 'void'] when 'inspection' then array[n.disposition] when 'carrier_claim' then array['lost'] when 'parcel_finding' then array['found_delivered'] else array['return', 'refused'] end)
       order by o.seq limit 1
    )
    select (select count(*) from own) as rows, (select to_jsonb(faults) from faults) as fault`
}

function pickAllocations(orgId: number) {
  return sql<Looked>`
    with open as (
      select p.id, p.location_id, p.item_id, p.lot_id, p.owner_id, p.quantity - p.picked_quantity as quantity from warehouse.pick p where p.org_id = ${orgId} and p.status = 'open'
    ), chosen as (
      select a.source_id as id, a.location_id, a.item_id, a.lot_id, a.owner_id, a.quantity from inventory.allocation a where a.org_id = ${orgId} and a.purpose = 'pick'
    ), faults as (
      select 'pick' as what, id, coalesce(o.quantity, 0) as open_quantity, coalesce(c.quantity, 0) as allocated
        from open o full join chosen c using (id, location_id, item_id, lot_id, owner_id) where coalesce(o.quantity, 0) <> coalesce(c.quantity, 0) order by id limit 1
    )
    select (select count(*) from open) + (select count(*) from chosen) as rows, (select to_jsonb(faults) from faults) as fault`
}

function stagedAllocations(orgId: number) {
  return sql<Looked>`
    with lines as (
      select l.id, l.item_id, l.owner_id, l.picked_quantity - l.shipped_quantity as quantity from warehouse.shipment_line l where l.org_id = ${orgId} and l.supply = 'stock'
    ), staged as (
      select a.source_id as id, a.item_id, a.owner_id, sum(a.quantity)::bigint as quantity from inventory.allocation a where a.org_id = ${orgId} and a.purpose = 'staged' group by 1, 2, 3
    ), faults as (
      select 'shipment_line' as what, id, coalesce(l.quantity, 0) as picked_not_shipped, coalesce(s.quantity, 0) as staged
        from lines l full join staged s using (id, item_id, owner_id) where coalesce(l.quantity, 0) <> coalesce(s.quantity, 0) order by id limit 1
    )
    select (select count(*) from lines) + (select count(*) from staged) as rows, (select to_jsonb(faults) from faults) as fault`
}

function incoming(orgId: number) {
  return sql<Looked>`
    with expected as (
      select l.id, r.warehouse_id, l.item_id, l.owner_id, l.expected_quantity - l.received_quantity as quantity, r.expected_at
        from warehouse.goods_receipt r join warehouse.goods_receipt_line l on l.org_id = r.org_id and l.receipt_id = r.id
       where r.org_id = ${orgId} and r.status <> 'reversed' and l.expected_quantity > l.received_quantity
    ), stated as (
      select s.source_line_id as id, s.warehouse_id, s.item_id, s.owner_id, s.quantity, s.expected_at from inventory.expected_supply s where s.org_id = ${orgId} and s.source_type = 'goods_receipt'
    ), faults as (
      select 'expected_supply' as what, id, coalesce(s.item_id, e.item_id) as item_id, coalesce(s.quantity, 0) as stated, coalesce(e.quantity, 0) as expected, s.expected_at as stated_at, e.expected_at
        from stated s full join expected e using (id)
       where (s.warehouse_id, s.item_id, s.owner_id, s.quantity, s.expected_at) is distinct from (e.warehouse_id, e.item_id, e.owner_id, e.quantity, e.expected_at) order by id limit 1
    )
    select (select count(*) from stated) as rows, (select to_jsonb(faults) from faults) as fault`
}

function receivedNotInvoiced(orgId: number) {
  return sql<Looked>`
    with open as (
      select r.id, sum(l.received_value_minor + l.adjusted_value_minor)::bigint as value from warehouse.goods_receipt r join warehouse.goods_receipt_line l on l.org_id = r.org_id and l.receipt_id = r.id
       where r.org_id = ${orgId} and r.kind = 'supplier' and r.status <> 'reversed' and l.owner_id = '00000000-0000-0000-0000-000000000000' group by r.id
      union all
      select l.inspection_id, -sum(l.value_minor)::bigint from warehouse.inspection_line l where l.org_id = ${orgId} and l.disposition = 'send_to_supplier' and l.value_minor <> 0 group by l.inspection_id
    ), posted as (
      select b.document_id as id, -sum(b.base_amount)::bigint as value from ledger.document_balance b where b.org_id = ${orgId} and b.role = 'received_not_invoiced' group by b.document_id
    ), faults as (
      select 'goods_receipt' as what, id, coalesce(o.value, 0) as received_value, coalesce(p.value, 0) as posted_value
        from open o full join posted p using (id) where coalesce(o.value, 0) <> coalesce(p.value, 0) order by id limit 1
    )
    select (select count(*) from open) as rows, (select to_jsonb(faults) from faults) as fault`
}

/** Claims on carriers are what was accepted and is not paid yet. */
function carrierClaims(orgId: number) {
  return sql<Looked>`
    with open as (
      select id, accepted_minor as value from warehouse.carrier_claim where org_id = ${orgId} and status = 'accepted'
    ), posted as (
      select b.document_id as id, sum(b.base_amount)::bigint as value from ledger.document_balance b where b.org_id = ${orgId} and b.role = 'carrier_claims' group by b.document_id
    ), faults as (
      select 'carrier_claim' as what, id, coalesce(o.value, 0) as accepted, coalesce(p.value, 0) as posted_value
        from open o full join posted p using (id) where coalesce(o.value, 0) <> coalesce(p.value, 0) order by id limit 1
    )
    select (select count(*) from open) as rows, (select to_jsonb(faults) from faults) as fault`
}

/** The account as a whole: postings that name no document belong to no receipt. */
function receivedNotInvoicedInAll(orgId: number) {
  return sql<Looked>`
    with account as (select coalesce(sum(base_amount), 0)::bigint as value from ledger.role_balance where org_id = ${orgId} and role = 'received_not_invoiced'),
         documents as (select coalesce(sum(base_amount), 0)::bigint as value from ledger.document_balance where org_id = ${orgId} and role = 'received_not_invoiced')
    select 0 as rows, (select jsonb_build_object('what', 'account', 'role', 'received_not_invoiced', 'balance', a.value, 'of_documents', d.value) from account a, documents d where a.value <> d.value) as fault`
}
