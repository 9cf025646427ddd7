import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../kernel/database.ts'
import { findFault, inTurn } from '../../kernel/find-fault.ts'
import { type CheckResult, runCheck } from '../../kernel/verify.ts'
import { monthBalanceRows } from './month-balance.ts'

/** Kinds of document that goods movements belong to. A new one is added here. */
export const MOVEMENT_SOURCES = [
  'stock_count',
  'adjustment',
  'stock_move',
  'goods_receipt',
  'pick',
  'shipment',
  'return_receipt',
  'carrier_claim',
  'parcel_finding',
  'inspection',
] as const

/** Signed quantities of all movements by key, real locations only. */
function movementSums(orgId: number): RawBuilder<unknown> {
  return sql`
    select d.item_id, d.location_id, d.lot_id, d.owner_id, sum(d.quantity)::bigint as quantity from (
      select item_id, to_location_id as location_id, lot_id, owner_id, sum(quantity) as quantity from inventory.stock_movement where org_id = ${orgId} group by 1, 2, 3, 4
      union all
      select item_id, from_location_id, lot_id, owner_id, -sum(quantity) from inventory.stock_movement where org_id = ${orgId} group by 1, 2, 3, 4) d
      join inventory.location c on c.org_id = ${orgId} and c.id = d.location_id and c.kind = 'real'
     group by 1, 2, 3, 4`
}

/** V1: every level is the sum of its movements, missing and surplus ones named too, and so is every month's balance. */
export function verifyLevels(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V1', 'Every stock level is the sum of its movements.', () =>
    inTurn([
      () =>
        findFault(tx, {
          rows: sql`select (select count(*) from inventory.stock_movement where org_id = ${orgId}) + (select count(*) from inventory.stock_level where org_id = ${orgId})`,
          faults: sql`
          select coalesce(l.item_id, s.item_id) as item_id, coalesce(l.location_id, s.location_id) as location_id, coalesce(l.lot_id, s.lot_id) as lot_id, coalesce(l.owner_id, s.owner_id) as owner_id,
                 coalesce(l.on_hand, 0) as on_hand, coalesce(s.quantity, 0) as movements
            from (select * from inventory.stock_level where org_id = ${orgId}) l
            full join (${movementSums(orgId)}) s on s.item_id = l.item_id and s.location_id = l.location_id and s.lot_id = l.lot_id and s.owner_id = l.owner_id
           where coalesce(l.on_hand, 0) <> coalesce(s.quantity, 0)`,
        }),
      () =>
        findFault(tx, {
          given: sql`
          kept as (select * from inventory.month_balance where org_id = ${orgId}),
          due as (${monthBalanceRows(orgId, sql`(select max(up_to_seq) from kept)`, sql`(select max(month) from kept)`)})`,
          rows: sql`select count(*) from kept`,
          faults: sql`
          select coalesce(k.item_id, d.item_id) as item_id, coalesce(k.location_id, d.location_id) as location_id, coalesce(k.month, d.month) as month, coalesce(k.on_hand, 0) as month_balance, coalesce(d.on_hand, 0) as movements
            from kept k full join due d on d.item_id = k.item_id and d.location_id = k.location_id and d.lot_id = k.lot_id and d.owner_id = k.owner_id and d.month = k.month
           where coalesce(k.on_hand, 0) <> coalesce(d.on_hand, 0) or k.up_to_seq <> (select max(up_to_seq) from kept)`,
        }),
    ]),
  )
}

const LINES = {
  adjustment: sql`select l.org_id, l.id, l.adjustment_id as document_id, l.item_id, l.lot_id, l.owner_id, l.quantity, array[l.location_id] as locations from inventory.adjustment_line l`,
  stock_move: sql`select l.org_id, l.id, l.stock_move_id as document_id, l.item_id, l.lot_id, l.owner_id, l.quantity, array[l.from_location_id, l.to_location_id] as locations from inventory.stock_move_line l`,
  stock_count: sql`select l.org_id, l.id, l.stock_count_id as document_id, l.item_id, l.lot_id, l.owner_id, abs(l.difference) as quantity, array[l.location_id] as locations from inventory.stock_count_line l where l.difference <> 0`,
} as const

/** V2 for this room's documents: each line has exactly its movements, and each movement its line, with item, lot, owner and bins. */
export function verifyDocumentLines(tx: Tx, orgId: number): Promise<CheckResult> {
  const lines = (kind: keyof typeof LINES) => () =>
    findFault(tx, {
      given: sql`
        lines as (select * from (${LINES[kind]}) x where x.org_id = ${orgId}),
        moved as (select source_line_id, source_id, item_id, lot_id, owner_id, sum(quantity)::bigint as quantity, count(*) as movements,
                         array_agg(from_location_id) || array_agg(to_location_id) as locations
                    from inventory.stock_movement where org_id = ${orgId} and source_type = ${kind} group by 1, 2, 3, 4, 5)`,
      rows: sql`select (select count(*) from lines) + (select count(*) from moved)`,
      faults: sql`
        select ${kind}::text as source_type, coalesce(l.id, m.source_line_id) as line_id, coalesce(l.quantity, 0) as line_quantity, coalesce(m.quantity, 0) as moved_quantity, l.item_id, m.item_id as moved_item_id
          from lines l full join moved m on m.source_line_id = l.id
         where l.id is null or m.source_line_id is null or l.quantity <> m.quantity or l.document_id <> m.source_id
            or l.item_id <> m.item_id or l.lot_id <> m.lot_id or l.owner_id <> m.owner_id or not (l.locations <@ m.locations)`,
    })
  return runCheck('V2', 'Every movement belongs to one line of a posted document, and moved what the line says.', () =>
    inTurn([
      lines('adjustment'),
      lines('stock_move'),
      lines('stock_count'),
      () =>
        findFault(tx, {
          rows: sql`select count(*) from inventory.stock_movement where org_id = ${orgId}`,
          faults: sql`
          select m.seq, m.source_type, m.quantity, m.reverses_seq, r.quantity as reversed_quantity
            from inventory.stock_movement m left join inventory.stock_movement r on r.org_id = m.org_id and r.seq = m.reverses_seq
           where m.org_id = ${orgId} and (m.source_type <> all (${[...MOVEMENT_SOURCES]}::text[])
              or (m.reverses_seq is not null and (r.seq is null or r.item_id <> m.item_id or r.lot_id <> m.lot_id or r.owner_id <> m.owner_id or m.quantity > r.quantity)))`,
        }),
    ]),
  )
}

/** V3: what is allocated is within what is on hand, and is the sum of its allocations. */
export function verifyAllocations(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V3', 'What is allocated in a location is the sum of its allocations, and never more than is on hand.', () =>
    findFault(tx, {
      rows: sql`select (select count(*) from inventory.stock_level where org_id = ${orgId}) + (select count(*) from inventory.allocation where org_id = ${orgId})`,
      faults: sql`
        select coalesce(l.item_id, a.item_id) as item_id, coalesce(l.location_id, a.location_id) as location_id, coalesce(l.lot_id, a.lot_id) as lot_id, coalesce(l.owner_id, a.owner_id) as owner_id,
               coalesce(l.on_hand, 0) as on_hand, coalesce(l.allocated, 0) as allocated, coalesce(a.quantity, 0) as allocations
          from (select * from inventory.stock_level where org_id = ${orgId}) l
          full join (select item_id, location_id, lot_id, owner_id, sum(quantity)::bigint as quantity from inventory.allocation where org_id = ${orgId} group by 1, 2, 3, 4) a
            on a.item_id = l.item_id and a.location_id = l.location_id and a.lot_id = l.lot_id and a.owner_id = l.owner_id
         where coalesce(l.allocated, 0) <> coalesce(a.quantity, 0) or l.allocated < 0 or l.allocated > l.on_hand`,
    }),
  )
}

/** V4: a position is the sum of its sellable levels, reservations and holds, and promises no more than it has. */
export function verifyPositions(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck(
    'V4',
    'Every position is the sum of its sellable levels, reservations, stock holds and expected supply, and promises no more than is on hand; no supply is promised twice.',
    () => inTurn([() => findPositionFault(tx, orgId), () => findIncomingFault(tx, orgId), () => findPromiseFault(tx, orgId)]),
  )
}

function findPositionFault(tx: Tx, orgId: number) {
  return findFault(tx, {
    given: sql`
        parts as (
          select l.item_id, c.warehouse_id, l.owner_id, sum(l.on_hand) as on_hand, 0::numeric as reserved, 0::numeric as held
            from inventory.stock_level l join inventory.location c on c.org_id = l.org_id and c.id = l.location_id and c.sellable
           where l.org_id = ${orgId} group by 1, 2, 3
          union all select item_id, warehouse_id, owner_id, 0, sum(quantity), 0 from inventory.reservation where org_id = ${orgId} group by 1, 2, 3
          union all select item_id, warehouse_id, owner_id, 0, 0, sum(quantity) from inventory.stock_hold where org_id = ${orgId} group by 1, 2, 3),
        due as (select item_id, warehouse_id, owner_id, sum(on_hand)::bigint as on_hand, sum(reserved)::bigint as reserved, sum(held)::bigint as held from parts group by 1, 2, 3),
        kept as (select * from inventory.stock_position where org_id = ${orgId})`,
    rows: sql`select count(*) from kept`,
    faults: sql`
        select coalesce(p.item_id, d.item_id) as item_id, coalesce(p.warehouse_id, d.warehouse_id) as warehouse_id, coalesce(p.owner_id, d.owner_id) as owner_id,
               coalesce(p.on_hand, 0) as on_hand, coalesce(d.on_hand, 0) as sellable_levels, coalesce(p.reserved, 0) as reserved, coalesce(d.reserved, 0) as reservations,
               coalesce(p.held, 0) as held, coalesce(d.held, 0) as stock_holds
          from kept p full join due d on d.item_id = p.item_id and d.warehouse_id = p.warehouse_id and d.owner_id = p.owner_id
         where coalesce(p.on_hand, 0) <> coalesce(d.on_hand, 0) or coalesce(p.reserved, 0) <> coalesce(d.reserved, 0) or coalesce(p.held, 0) <> coalesce(d.held, 0)
            or p.reserved + p.held > p.on_hand`,
  })
}

/** Incoming is the sum of what documents still expect; a document that expects nothing more has no row. */
function findIncomingFault(tx: Tx, orgId: number) {
  return findFault(tx, {
    rows: sql`select count(*) from inventory.expected_supply where org_id = ${orgId}`,
    faults: sql`
      select item_id, warehouse_id, owner_id, coalesce(p.incoming, 0) as incoming, coalesce(s.quantity, 0) as expected_supply
        from (select item_id, warehouse_id, owner_id, incoming from inventory.stock_position where org_id = ${orgId}) p
        full join (select item_id, warehouse_id, owner_id, sum(quantity)::bigint as quantity from inventory.expected_supply where org_id = ${orgId} group by 1, 2, 3) s using (item_id, warehouse_id, owner_id)
       where coalesce(p.incoming, 0) <> coalesce(s.quantity, 0)`,
  })
}

/** Promised dates: within what their supply brings, at its date and warehouse, and within what waits of their line. */
function findPromiseFault(tx: Tx, orgId: number) {
  return findFault(tx, {
    rows: sql`select count(*) from inventory.line_promise where org_id = ${orgId}`,
    faults: sql`
      select p.source_line_id, p.supply_line_id, p.quantity, s.quantity as supply_quantity, p.of_supply, b.quantity as waiting_quantity, p.of_line, p.expected_at, s.expected_at as supply_expected_at
        from (select *, sum(quantity) over (partition by supply_line_id) as of_supply, sum(quantity) over (partition by source_line_id) as of_line from inventory.line_promise where org_id = ${orgId}) p
        left join inventory.expected_supply s on s.org_id = ${orgId} and s.source_line_id = p.supply_line_id
        left join inventory.backorder b on b.org_id = ${orgId} and b.source_line_id = p.source_line_id
       where s.source_line_id is null or b.source_line_id is null or p.of_supply > s.quantity or p.of_line > b.quantity
          or (p.item_id, p.warehouse_id, p.expected_at) is distinct from (s.item_id, s.warehouse_id, s.expected_at) or p.item_id <> b.item_id or p.warehouse_id <> all (b.warehouse_ids)`,
  })
}
