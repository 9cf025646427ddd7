import { type RawBuilder, sql } from 'kysely'
import { rowsOf, type Tx } from '../../kernel/database.ts'
import { findFault, inTurn } from '../../kernel/find-fault.ts'
import { ZERO_ID } from '../../kernel/ids.ts'
import { type CheckResult, runCheck } from '../../kernel/verify.ts'
import { listPostingRules } from './posting-table.ts'

/**
 * `valued`: every movement that changes value or has an entry, with its rule and warehouse, its layer and uses; `unruled` stands for layers and uses
 * of other movements. Within one warehouse, and for goods of others, nothing changes value: those, about half of all, are not carried along.
 */
function ruledMovements(orgId: number): RawBuilder<unknown> {
  const rules = listPostingRules().map((rule) => ({
    fromKind: rule.from,
    toKind: rule.to,
    direction: rule.direction,
    debit: rule.debit ?? null,
    credit: rule.credit ?? null,
  }))
  return sql`
    rules as (select * from ${rowsOf(rules, { fromKind: 'text', toKind: 'text', direction: 'text', debit: 'text', credit: 'text' }, 'r')}),
    ruled as materialized (
      select * from (select m.seq, m.item_id, m.lot_id, m.owner_id, m.quantity, m.entry_id, m.source_line_id, f.kind as from_kind, case when t.kind = 'real' then t.warehouse_id else f.warehouse_id end as warehouse_id, r.debit, r.credit,
             case when f.kind = 'real' and t.kind = 'real' and f.warehouse_id = t.warehouse_id then 'none' when r.direction is null then 'refused' when m.owner_id <> ${ZERO_ID} then 'none' else r.direction end as direction
        from inventory.stock_movement m
        join inventory.location f on f.org_id = m.org_id and f.id = m.from_location_id
        join inventory.location t on t.org_id = m.org_id and t.id = m.to_location_id
        left join rules r on r.fromKind = f.kind and r.toKind = t.kind
       where m.org_id = ${orgId}) m where m.direction <> 'none' or m.entry_id is not null),
    late as (select layer_id, sum(value_minor)::bigint as value from inventory.cost_adjustment where org_id = ${orgId} group by 1),
    doubled as (select movement_seq, count(*) as layers from inventory.cost_layer where org_id = ${orgId} group by 1 having count(*) > 1),
    opened as (select l.movement_seq, coalesce(d.layers, 1) as layers, l.id as layer_id, l.quantity, l.value_minor - coalesce(late.value, 0) as value, l.item_id, l.warehouse_id, l.lot_id, l.owner_id, l.assumed
                 from inventory.cost_layer l left join late on late.layer_id = l.id left join doubled d on d.movement_seq = l.movement_seq where l.org_id = ${orgId}),
    taken as (select u.movement_seq, sum(u.quantity) filter (where u.kind = 'consumed')::bigint as consumed, sum(u.value_minor) filter (where u.kind = 'consumed')::bigint as consumed_value,
                     coalesce(sum(u.quantity) filter (where u.kind = 'merged'), 0)::bigint as merged, coalesce(sum(u.value_minor) filter (where u.kind = 'merged'), 0)::bigint as merged_value,
                     coalesce(sum(u.quantity) filter (where u.kind = 'returned'), 0)::bigint as returned, coalesce(sum(u.value_minor) filter (where u.kind = 'returned'), 0)::bigint as returned_value,
                     coalesce(sum(u.quantity) filter (where u.kind = 'lost'), 0)::bigint as lost, coalesce(sum(u.value_minor) filter (where u.kind = 'lost'), 0)::bigint as lost_value,
                     count(*) filter (where u.kind not in ('returned', 'lost') and (l.item_id, l.owner_id, l.lot_id, l.warehouse_id) is distinct from (m.item_id, m.owner_id, m.lot_id, m.warehouse_id)) as foreign_uses,
                     count(*) filter (where u.kind not in ('consumed', 'lost') and u.into_layer_id is distinct from o.layer_id) as astray
                from inventory.cost_use u
                join inventory.cost_layer l on l.org_id = u.org_id and l.id = u.layer_id
                left join ruled m on m.seq = u.movement_seq
                left join opened o on o.movement_seq = u.movement_seq
               where u.org_id = ${orgId} group by 1),
    valued as materialized (
      select coalesce(m.seq, o.movement_seq, t.movement_seq) as seq, m.seq is null as unruled, m.entry_id, m.source_line_id, m.item_id, m.warehouse_id, m.quantity, m.debit, m.credit, coalesce(m.direction, 'none') as direction,
             o.layers, o.quantity as layer_quantity, coalesce(t.consumed, 0) as consumed, coalesce(t.merged, 0) as merged, coalesce(t.returned, 0) as returned, coalesce(t.lost, 0) as lost,
             m.direction = 'in' and m.from_kind = 'customer' and not o.assumed and (coalesce(t.returned, 0), coalesce(t.returned_value, 0)) <> (m.quantity, o.value - coalesce(t.merged_value, 0)) as not_given_back,
             coalesce(t.foreign_uses, 0) as foreign_uses, coalesce(t.astray, 0) as astray,
             o.layers = 1 and o.item_id = m.item_id and o.warehouse_id = m.warehouse_id and o.lot_id = m.lot_id and o.owner_id = m.owner_id as own_layer,
             case m.direction when 'out' then coalesce(t.consumed_value, 0) when 'in' then coalesce(o.value, 0) - coalesce(t.merged_value, 0) when 'onward' then coalesce(t.lost_value, 0) else 0 end as worth
        from ruled m full join opened o on o.movement_seq = m.seq full join taken t on t.movement_seq = coalesce(m.seq, o.movement_seq))`
}

/** V2, the valued part: each movement that changes value has exactly its layer or uses, and its entry posts what it was worth. */
export function verifyValuedMovements(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V2', 'Every valued movement has exactly the cost layer or uses of its goods, and its journal entry.', () =>
    findFault(tx, {
      given: sql`
        ${ruledMovements(orgId)},
        booked as (
          select entry_id, source_line_id as line_id, item_id, warehouse_id, debit as role, worth as due, 0 as posted from valued where entry_id is not null and direction in ('in', 'out', 'onward')
          union all select entry_id, source_line_id, item_id, warehouse_id, credit, -worth, 0 from valued where entry_id is not null and direction in ('in', 'out', 'onward')
          union all select p.entry_id, p.line_id, p.item_id, p.warehouse_id, a.role, 0, p.base_amount
            from ledger.posting p
            join ledger.journal_entry e on e.org_id = p.org_id and e.id = p.entry_id and e.kind like 'goods.%'
            join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
           where p.org_id = ${orgId}),
        unlike as materialized (
          select entry_id, line_id, role, sum(due)::bigint as due, sum(posted)::bigint as posted from booked group by entry_id, line_id, item_id, warehouse_id, role having sum(due) <> sum(posted)),
        faults as (
          select seq as movement_seq, source_line_id as line_id, direction, quantity, worth, null::bigint as posted,
                 case when direction = 'refused' then 'no posting rule covers the pair of locations'
                      when direction = 'out' and consumed <> quantity then 'uses do not add up to the movement'
                      when direction = 'in' and own_layer is not true then 'no single layer of the movement''s goods'
                      when direction = 'in' and layer_quantity <> quantity + merged then 'layer is not the movement''s quantity'
                      when not_given_back is true or returned > quantity then 'what came back is not what the sale used'
                      when foreign_uses > 0 then 'uses goods of another item, warehouse, lot or owner'
                      when astray > 0 then 'carries cost into another layer'
                      when unruled or (direction in ('none', 'through') and (layers is not null or consumed > 0)) then 'value changed where none may'
                      when lost <> case when direction = 'onward' then quantity else 0 end then 'what was lost is not what the sale used'
                      else 'entry does not fit the worth' end as fault
            from valued
           where unruled or direction = 'refused' or (direction = 'out' and (consumed <> quantity or layers is not null or merged > 0))
              or (direction = 'in' and (own_layer is not true or layer_quantity <> quantity + merged or consumed > 0)) or foreign_uses > 0 or astray > 0 or not_given_back is true or returned > quantity
              or (direction in ('none', 'through') and (layers is not null or consumed > 0)) or (direction in ('in', 'out', 'onward') and (worth <> 0) <> (entry_id is not null)) or lost <> case when direction = 'onward' then quantity else 0 end or (direction = 'none' and entry_id is not null)
          union all
          select null, u.line_id, u.role, null, u.due, u.posted, 'journal entry does not post the worth'
            from unlike u where not exists (select from valued v where v.direction = 'through' and v.entry_id = u.entry_id))`,
      rows: sql`select (select count(*) from inventory.stock_movement where org_id = ${orgId}) + (select count(*) from ledger.journal_entry where org_id = ${orgId} and kind like 'goods.%')`,
      faults: sql`select * from faults order by movement_seq nulls last`,
    }),
  )
}

/** Stock value by warehouse and item: what the layers hold and what the books say, minor units of the base currency. */
export function stockValueRows(orgId: number): RawBuilder<unknown> {
  return sql`
    select coalesce(l.warehouse_id, p.warehouse_id) as warehouse_id, coalesce(l.item_id, p.item_id) as item_id, coalesce(l.value, 0) as layers_value, coalesce(p.value, 0) as ledger_value
      from (select warehouse_id, item_id, sum(remaining_value_minor)::bigint as value from inventory.cost_layer where org_id = ${orgId} group by 1, 2) l
      full join (select p.warehouse_id, p.item_id, sum(p.base_amount)::bigint as value
                   from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id and a.role = 'inventory' where p.org_id = ${orgId} group by 1, 2) p
        on p.warehouse_id = l.warehouse_id and p.item_id = l.item_id`
}

/** V7: inventory accounts equal the layers left, layers equal owned stock, and each layer is what is left plus what was used. */
export function verifyStockValue(tx: Tx, orgId: number): Promise<CheckResult> {
  return runCheck('V7', 'The inventory account is the value of the cost layers left, and the layers hold exactly the stock we own.', () =>
    inTurn([
      () =>
        findFault(tx, {
          rows: sql`select (select count(*) from inventory.cost_layer where org_id = ${orgId}) + (select count(*) from inventory.cost_use where org_id = ${orgId})`,
          faults: sql`
          select l.id as layer_id, l.item_id, l.quantity, l.remaining_quantity, coalesce(u.quantity, 0) as used_quantity, l.value_minor, l.remaining_value_minor, coalesce(u.value, 0) as used_value, coalesce(a.gone, 0) as late_used_value
            from inventory.cost_layer l
            left join (select layer_id, sum(quantity)::bigint as quantity, sum(value_minor)::bigint as value from inventory.cost_use where org_id = ${orgId} and kind not in ('returned', 'lost') group by 1) u on u.layer_id = l.id
            left join (select layer_id, sum(used_value_minor + carried_value_minor)::bigint as gone from inventory.cost_adjustment where org_id = ${orgId} group by 1) a on a.layer_id = l.id
           where l.org_id = ${orgId} and (l.remaining_quantity <> l.quantity - coalesce(u.quantity, 0) or l.remaining_value_minor <> l.value_minor - coalesce(u.value, 0) - coalesce(a.gone, 0))`,
        }),
      () => findLateCostFault(tx, orgId),
      () =>
        findFault(tx, {
          rows: sql`select count(*) from inventory.cost_use where org_id = ${orgId} and kind in ('returned', 'lost')`,
          faults: sql`
          select u.seq as use_seq, u.layer_id, u.quantity, r.quantity as returned_quantity, u.value_minor, r.value as returned_value
            from (select of_use_seq, min(layer_id::text)::uuid as layer_id, sum(quantity)::bigint as quantity, sum(value_minor)::bigint as value from inventory.cost_use where org_id = ${orgId} and kind in ('returned', 'lost') group by 1) r
            join inventory.cost_use u on u.org_id = ${orgId} and u.seq = r.of_use_seq
           where r.quantity > u.quantity or r.value > u.value_minor or u.kind <> 'consumed' or r.layer_id <> u.layer_id`,
        }),
      () =>
        findFault(tx, {
          rows: sql`select count(*) from inventory.stock_movement where org_id = ${orgId}`,
          faults: sql`
          select coalesce(l.item_id, s.item_id) as item_id, coalesce(l.warehouse_id, s.warehouse_id) as warehouse_id, coalesce(l.lot_id, s.lot_id) as lot_id, coalesce(l.quantity, 0) as layers_quantity, coalesce(s.quantity, 0) as owned_quantity
            from (select item_id, warehouse_id, lot_id, sum(remaining_quantity)::bigint as quantity from inventory.cost_layer where org_id = ${orgId} and owner_id = ${ZERO_ID} group by 1, 2, 3) l
            full join (
              select d.item_id, c.warehouse_id, d.lot_id, sum(d.quantity)::bigint as quantity from (
                select item_id, to_location_id as location_id, lot_id, sum(quantity) as quantity from inventory.stock_movement where org_id = ${orgId} and owner_id = ${ZERO_ID} group by 1, 2, 3
                union all select item_id, from_location_id, lot_id, -sum(quantity) from inventory.stock_movement where org_id = ${orgId} and owner_id = ${ZERO_ID} group by 1, 2, 3) d
                join inventory.location c on c.org_id = ${orgId} and c.id = d.location_id and c.kind = 'real' group by 1, 2, 3) s
              on s.item_id = l.item_id and s.warehouse_id = l.warehouse_id and s.lot_id = l.lot_id
           where coalesce(l.quantity, 0) <> coalesce(s.quantity, 0)`,
        }),
      () =>
        findFault(tx, {
          rows: sql`select count(*) from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id and a.role = 'inventory' where p.org_id = ${orgId}`,
          faults: sql`select * from (${stockValueRows(orgId)}) v where v.layers_value <> v.ledger_value`,
        }),
    ]),
  )
}

/** Late cost: what an adjustment says is left and used is what its entry posts. */
function findLateCostFault(tx: Tx, orgId: number) {
  return findFault(tx, {
    rows: sql`select count(*) from inventory.cost_adjustment where org_id = ${orgId}`,
    faults: sql`
      select a.entry_id, a.kept, a.used, p.inventory, p.cost_of_goods_sold
        from (select entry_id, sum(left_value_minor)::bigint as kept, sum(used_value_minor)::bigint as used from inventory.cost_adjustment where org_id = ${orgId} group by 1) a
        left join (select p.entry_id, coalesce(sum(p.base_amount) filter (where c.role = 'inventory'), 0)::bigint as inventory, coalesce(sum(p.base_amount) filter (where c.role = 'cost_of_goods_sold'), 0)::bigint as cost_of_goods_sold
                     from ledger.posting p join ledger.account c on c.org_id = p.org_id and c.id = p.account_id where p.org_id = ${orgId} group by 1) p on p.entry_id = a.entry_id
       where (a.kept, a.used) is distinct from (p.inventory, p.cost_of_goods_sold)`,
  })
}
