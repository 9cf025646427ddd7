import { ZERO_ID } from '../../src/kernel/ids.ts'

// What can be broken by hand in the rows of one organization, and which checks of `verify` must see it.

/** The second item of the business under test; the tamper test sets it for each statement. */
const B = `current_setting('tefter.test_item_b')::uuid`
const lot = (table: string) => `(select id from inventory.lot l where l.org_id = ${table}.org_id and l.code = 'L1')`
const of = (org: number, table: string, reason: string) => `${table}.org_id = ${org} and ${table}.reason = '${reason}'`
const newOwner = (org: number) =>
  `with o as (insert into inventory.owner (org_id, id, code) values (${org}, gen_random_uuid(), 'consignor') returning id)`

/** A way to break a table: what, the statement (answers the rows it touched), and who must see it. V10 only where it is sealed. */
export type Breakage = [table: string, how: string, statement: (org: number) => string, faults: string[]]

/** Every table of goods, books, chains and events, broken once in each way that matters. */
export const breakages: readonly Breakage[] = [
  [
    'stock_movement',
    'quantity altered',
    (org) => `update inventory.stock_movement m set quantity = quantity + 1 where ${of(org, 'm', 'loss')} returning 1`,
    ['V1', 'V2', 'V7', 'V10'],
  ],
  [
    'stock_movement',
    'pick quantity altered',
    (org) => `update inventory.stock_movement m set quantity = quantity + 1 where ${of(org, 'm', 'pick')} returning 1`,
    ['V1', 'V10'],
  ],
  [
    'stock_movement',
    'time altered',
    (org) =>
      `update inventory.stock_movement m set happened_at = happened_at - interval '1 second' where ${of(org, 'm', 'pick')} returning 1`,
    ['V10'],
  ],
  [
    'stock_movement',
    'actor altered',
    (org) => `update inventory.stock_movement m set actor_id = gen_random_uuid() where ${of(org, 'm', 'ship')} returning 1`,
    ['V10'],
  ],
  [
    'stock_movement',
    'source of an unknown kind',
    (org) => `update inventory.stock_movement m set source_type = 'gift' where ${of(org, 'm', 'ship')} returning 1`,
    ['V2', 'V10'],
  ],
  [
    'stock_movement',
    'entry taken away',
    (org) => `update inventory.stock_movement m set entry_id = null where ${of(org, 'm', 'ship')} returning 1`,
    ['V2', 'V10'],
  ],
  [
    'stock_movement',
    'lot swapped',
    (org) => `update inventory.stock_movement m set lot_id = ${lot('m')} where ${of(org, 'm', 'loss')} returning 1`,
    ['V1', 'V2', 'V7', 'V10'],
  ],
  [
    'stock_movement',
    'owner swapped',
    (org) => `${newOwner(org)} update inventory.stock_movement m set owner_id = o.id from o where ${of(org, 'm', 'loss')} returning 1`,
    ['V1', 'V2', 'V7', 'V10'],
  ],
  ['stock_movement', 'deleted', (org) => `delete from inventory.stock_movement m where ${of(org, 'm', 'pick')} returning 1`, ['V1', 'V10']],
  [
    'stock_movement',
    'move deleted',
    (org) => `delete from inventory.stock_movement m where ${of(org, 'm', 'move')} returning 1`,
    ['V1', 'V2', 'V10'],
  ],
  [
    'stock_movement',
    'inserted at the end',
    (
      org,
    ) => `insert into inventory.stock_movement (org_id, item_id, lot_id, owner_id, quantity, from_location_id, to_location_id, happened_at, recorded_at, actor_kind, reason, source_type, source_id, source_line_id, command_id)
    select org_id, item_id, lot_id, owner_id, 1, from_location_id, to_location_id, happened_at, now(), 'system', 'pick', 'pick', source_id, source_line_id, command_id from inventory.stock_movement m where ${of(org, 'm', 'pick')} returning 1`,
    ['V1'],
  ],
  [
    'stock_movement',
    'inserted into what is sealed',
    (
      org,
    ) => `insert into inventory.stock_movement (org_id, seq, item_id, lot_id, owner_id, quantity, from_location_id, to_location_id, happened_at, recorded_at, actor_kind, reason, source_type, source_id, source_line_id, command_id) overriding system value
    select org_id, -1, item_id, lot_id, owner_id, 1, from_location_id, to_location_id, happened_at, now(), 'system', 'pick', 'pick', source_id, source_line_id, command_id from inventory.stock_movement m where ${of(org, 'm', 'pick')} returning 1`,
    ['V1', 'V10'],
  ],
  [
    'stock_level',
    'altered',
    (org) => `update inventory.stock_level set on_hand = on_hand + 1 where org_id = ${org} and allocated > 0 returning 1`,
    ['V1', 'V4'],
  ],
  [
    'stock_level',
    'deleted',
    (org) => `delete from inventory.stock_level where org_id = ${org} and allocated > 0 returning 1`,
    ['V1', 'V3', 'V4'],
  ],
  [
    'stock_level',
    'inserted',
    (org) =>
      `insert into inventory.stock_level (org_id, location_id, item_id, lot_id, owner_id, on_hand) select org_id, id, ${B}, '${ZERO_ID}', '${ZERO_ID}', 1 from inventory.location where org_id = ${org} and code = 'RETURNS' returning 1`,
    ['V1'],
  ],
  [
    'stock_level',
    'lot swapped',
    (org) =>
      `update inventory.stock_level l set lot_id = ${lot('l')} where org_id = ${org} and location_id = (select id from inventory.location where org_id = ${org} and code = 'RETURNS') returning 1`,
    ['V1'],
  ],
  [
    'stock_level',
    'owner swapped',
    (org) =>
      `${newOwner(org)} update inventory.stock_level l set owner_id = o.id from o where l.org_id = ${org} and allocated > 0 returning 1`,
    ['V1', 'V3', 'V4'],
  ],
  [
    'stock_level',
    'allocated altered',
    (org) => `update inventory.stock_level set allocated = allocated - 1 where org_id = ${org} and allocated > 0 returning 1`,
    ['V3'],
  ],
  [
    'allocation',
    'altered',
    (org) => `update inventory.allocation set quantity = quantity + 1 where org_id = ${org} and purpose = 'pick' returning 1`,
    ['V3'],
  ],
  ['allocation', 'deleted', (org) => `delete from inventory.allocation where org_id = ${org} and purpose = 'staged' returning 1`, ['V3']],
  [
    'allocation',
    'lot swapped',
    (org) => `update inventory.allocation a set lot_id = ${lot('a')} where org_id = ${org} and purpose = 'pick' returning 1`,
    ['V3'],
  ],
  [
    'allocation',
    'inserted',
    (org) =>
      `insert into inventory.allocation select org_id, gen_random_uuid(), location_id, item_id, lot_id, owner_id, 1, 'pick' from inventory.allocation where org_id = ${org} and purpose = 'pick' returning 1`,
    ['V3'],
  ],
  [
    'stock_position',
    'on hand altered',
    (org) => `update inventory.stock_position set on_hand = on_hand + 1 where org_id = ${org} returning 1`,
    ['V4'],
  ],
  [
    'stock_position',
    'reserved altered',
    (org) => `update inventory.stock_position set reserved = reserved - 1 where org_id = ${org} and reserved > 0 returning 1`,
    ['V4'],
  ],
  [
    'stock_position',
    'held altered',
    (org) => `update inventory.stock_position set held = held + 1 where org_id = ${org} and held > 0 returning 1`,
    ['V4'],
  ],
  ['stock_position', 'deleted', (org) => `delete from inventory.stock_position where org_id = ${org} returning 1`, ['V4']],
  [
    'stock_position',
    'inserted',
    (org) =>
      `insert into inventory.stock_position (org_id, warehouse_id, item_id, owner_id, on_hand) select org_id, id, ${B}, '${ZERO_ID}', 1 from inventory.warehouse where org_id = ${org} returning 1`,
    ['V4'],
  ],
  ['reservation', 'altered', (org) => `update inventory.reservation set quantity = quantity + 1 where org_id = ${org} returning 1`, ['V4']],
  ['reservation', 'deleted', (org) => `delete from inventory.reservation where org_id = ${org} returning 1`, ['V4']],
  [
    'reservation',
    'inserted',
    (org) =>
      `insert into inventory.reservation select org_id, gen_random_uuid(), warehouse_id, item_id, owner_id, source_id, 1, 100, promised_at from inventory.reservation where org_id = ${org} returning 1`,
    ['V4'],
  ],
  [
    'reservation',
    'owner swapped',
    (org) => `${newOwner(org)} update inventory.reservation r set owner_id = o.id from o where org_id = ${org} returning 1`,
    ['V4'],
  ],
  ['stock_hold', 'altered', (org) => `update inventory.stock_hold set quantity = quantity - 1 where org_id = ${org} returning 1`, ['V4']],
  ['stock_hold', 'deleted', (org) => `delete from inventory.stock_hold where org_id = ${org} returning 1`, ['V4']],
  [
    'location',
    'made unsellable by hand',
    (org) => `update inventory.location set blocked = true where org_id = ${org} and code = 'A-2' returning 1`,
    ['V4'],
  ],
  [
    'cost_layer',
    'value altered',
    (org) => `update inventory.cost_layer set value_minor = value_minor + 1 where org_id = ${org} and quantity = 30 returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_layer',
    'remaining value altered',
    (org) =>
      `update inventory.cost_layer set remaining_value_minor = remaining_value_minor + 1 where org_id = ${org} and remaining_quantity > 0 returning 1`,
    ['V7'],
  ],
  [
    'cost_layer',
    'remaining quantity altered',
    (org) =>
      `update inventory.cost_layer set remaining_quantity = remaining_quantity - 1 where org_id = ${org} and remaining_quantity > 1 returning 1`,
    ['V7'],
  ],
  [
    'cost_layer',
    'deleted',
    (org) =>
      `delete from inventory.cost_layer l where org_id = ${org} and not exists (select from inventory.cost_use u where u.org_id = l.org_id and l.id in (u.layer_id, u.into_layer_id)) and not exists (select from inventory.cost_layer o where o.org_id = l.org_id and o.origin_layer_id = l.id) returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_layer',
    'inserted',
    (
      org,
    ) => `insert into inventory.cost_layer (org_id, id, owner_id, warehouse_id, item_id, lot_id, received_at, quantity, value_minor, remaining_quantity, remaining_value_minor, movement_seq, source_type, source_line_id, recorded_at)
    select org_id, gen_random_uuid(), owner_id, warehouse_id, item_id, lot_id, received_at, 1, 0, 1, 0, movement_seq, source_type, source_line_id, recorded_at from inventory.cost_layer where org_id = ${org} and quantity = 30 returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_layer',
    'lot swapped',
    (org) => `update inventory.cost_layer l set lot_id = ${lot('l')} where org_id = ${org} and quantity = 20 returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_layer',
    'owner swapped',
    (org) =>
      `${newOwner(org)} update inventory.cost_layer l set owner_id = o.id from o where l.org_id = ${org} and quantity = 20 returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'value altered',
    (org) => `update inventory.cost_use set value_minor = value_minor + 1 where org_id = ${org} and kind = 'consumed' returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'quantity altered',
    (org) => `update inventory.cost_use set quantity = quantity + 1 where org_id = ${org} and kind = 'consumed' returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'deleted',
    (org) =>
      `delete from inventory.cost_use u where org_id = ${org} and kind = 'consumed' and not exists (select from inventory.cost_use r where r.org_id = u.org_id and r.of_use_seq = u.seq) returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'more given back than was used',
    (org) => `update inventory.cost_use set quantity = quantity + 100 where org_id = ${org} and kind = 'returned' returning 1`,
    ['V2', 'V7'],
  ],
  [
    'cost_use',
    'what came back deleted',
    (org) => `delete from inventory.cost_use where org_id = ${org} and kind = 'returned' returning 1`,
    ['V2'],
  ],
  [
    'adjustment_line',
    'quantity altered',
    (org) => `update inventory.adjustment_line set quantity = quantity + 1 where org_id = ${org} returning 1`,
    ['V2'],
  ],
  [
    'adjustment_line',
    'lot swapped',
    (org) => `update inventory.adjustment_line l set lot_id = ${lot('l')} where org_id = ${org} returning 1`,
    ['V2'],
  ],
  [
    'adjustment_line',
    'owner swapped',
    (org) => `${newOwner(org)} update inventory.adjustment_line l set owner_id = o.id from o where l.org_id = ${org} returning 1`,
    ['V2'],
  ],
  ['adjustment_line', 'deleted', (org) => `delete from inventory.adjustment_line where org_id = ${org} returning 1`, ['V2']],
  [
    'adjustment_line',
    'inserted',
    (org) =>
      `insert into inventory.adjustment_line select org_id, gen_random_uuid(), adjustment_id, 99, location_id, item_id, lot_id, owner_id, 1, null, 2, false from inventory.adjustment_line where org_id = ${org} returning 1`,
    ['V2'],
  ],
  [
    'stock_move_line',
    'quantity altered',
    (org) => `update inventory.stock_move_line set quantity = quantity + 1 where org_id = ${org} returning 1`,
    ['V2'],
  ],
  ['stock_move_line', 'deleted', (org) => `delete from inventory.stock_move_line where org_id = ${org} returning 1`, ['V2']],
  [
    'month_balance',
    'altered',
    (org) => `update inventory.month_balance set on_hand = on_hand + 1 where org_id = ${org} returning 1`,
    ['V1'],
  ],
  [
    'month_balance',
    'deleted',
    (org) =>
      `delete from inventory.month_balance where org_id = ${org} and month = (select min(month) from inventory.month_balance where org_id = ${org}) returning 1`,
    ['V1'],
  ],
  [
    'journal_entry',
    'date altered',
    (org) => `update ledger.journal_entry set accounting_date = accounting_date - 1 where org_id = ${org} returning 1`,
    ['V6', 'V10'],
  ],
  ['journal_entry', 'memo altered', (org) => `update ledger.journal_entry set memo = 'x' where org_id = ${org} returning 1`, ['V10']],
  [
    'posting',
    'amount altered',
    (org) =>
      `update ledger.posting p set base_amount = base_amount + 1 from ledger.account a where a.id = p.account_id and a.role = 'shrinkage' and p.org_id = ${org} returning 1`,
    ['V2', 'V6', 'V10'],
  ],
  [
    'posting',
    'both sides altered',
    (org) => `update ledger.posting p set base_amount = base_amount * 2 where p.org_id = ${org} returning 1`,
    ['V2', 'V6', 'V7', 'V10'],
  ],
  [
    'posting',
    'account swapped',
    (org) =>
      `update ledger.posting p set account_id = (select id from ledger.account b where b.org_id = p.org_id and b.role = 'rounding') from ledger.account a where a.id = p.account_id and a.role = 'inventory' and p.org_id = ${org} returning 1`,
    ['V2', 'V7', 'V10'],
  ],
  [
    'posting',
    'party altered',
    (org) => `update ledger.posting set party_id = gen_random_uuid() where org_id = ${org} returning 1`,
    ['V10'],
  ],
  [
    'posting',
    'deleted',
    (org) =>
      `delete from ledger.posting p using ledger.account a where a.id = p.account_id and a.role = 'inventory' and p.org_id = ${org} returning 1`,
    ['V2', 'V6', 'V7', 'V10'],
  ],
  [
    'event',
    'payload altered',
    (org) => `update kernel.event set payload = payload || '{"x": 1}' where org_id = ${org} returning 1`,
    ['V10'],
  ],
  [
    'event',
    'actor taken away',
    (org) => `update kernel.event set actor_id = null where org_id = ${org} and actor_kind = 'user' returning 1`,
    ['V10', 'V12'],
  ],
  [
    'event',
    'command altered',
    (org) => `update kernel.event set of_events = of_events + 1 where org_id = ${org} returning 1`,
    ['V10', 'V12'],
  ],
  [
    'event',
    'deleted',
    (org) => `delete from kernel.event where org_id = ${org} and type = 'inventory.location_created' and ordinal = 1 returning 1`,
    ['V10', 'V12'],
  ],
  [
    'event_personal',
    'altered',
    (org) => `update kernel.event_personal set personal = personal || '{"name": "Eva"}' where org_id = ${org} returning 1`,
    ['V10'],
  ],
  ['event_personal', 'deleted', (org) => `delete from kernel.event_personal where org_id = ${org} returning 1`, ['V10']],
  [
    'event_personal',
    'erased by request: no fault',
    (org) => `update kernel.event_personal set personal = null, erased_at = now() where org_id = ${org} returning 1`,
    [],
  ],
  [
    'event_failure',
    'failing for two days',
    (org) =>
      `insert into kernel.event_failure (org_id, consumer, event_seq, last_error, retry_at, first_failed_at) select org_id, 'webhooks', seq, 'no answer', now(), now() - interval '2 days' from kernel.event where org_id = ${org} limit 1 returning 1`,
    ['V12'],
  ],
  [
    'event_cursor',
    'stuck for a day',
    (
      org,
    ) => `with aged as (update kernel.event set recorded_at = recorded_at - interval '1 day' where org_id = ${org} and xid < pg_snapshot_xmin(pg_current_snapshot()) returning 1)
    insert into kernel.event_cursor (consumer, xid, seq, moved_at) select 'stuck', '0', 0, now() - interval '1 day' where exists (select from aged) returning 1`,
    ['V10', 'V12'],
  ],
]

/** Breaks of the seals themselves; they do not exist before something is sealed. */
export const sealBreakages: readonly Breakage[] = [
  [
    'seal',
    'digest altered',
    (org) => `update kernel.seal set digest = sha256('x') where org_id = ${org} and chain = 'event' and block = 1 returning 1`,
    ['V10'],
  ],
  [
    'seal',
    'block deleted',
    (org) => `delete from kernel.seal where org_id = ${org} and chain = 'stock_movement' and block = 1 returning 1`,
    ['V10'],
  ],
  [
    'seal',
    'block in the middle deleted',
    (org) => `delete from kernel.seal where org_id = ${org} and chain = 'event' and block = 2 returning 1`,
    ['V10'],
  ],
  [
    'seal',
    'range altered',
    (org) => `update kernel.seal set last_seq = last_seq - 1 where org_id = ${org} and chain = 'journal_entry' and block = 1 returning 1`,
    ['V10'],
  ],
]
