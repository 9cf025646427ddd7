-- Why: what may be promised before it is there: expected supply by date, promise dates of waiting lines, preorders; counts of stock; late cost
-- that follows goods into running averages.
-- Locks: new columns with constant defaults (an instant each); expected_supply is filled by one pass over open goods receipts. The check of
-- cost_adjustment is replaced, its table is empty before this migration.

create table inventory.expected_supply (
  org_id         integer not null,
  source_line_id uuid not null,
  source_id      uuid not null,
  source_type    text not null,
  item_id        uuid not null,
  warehouse_id   uuid not null,
  owner_id       uuid not null,
  quantity       bigint not null check (quantity > 0),
  expected_at    timestamptz,
  primary key (org_id, source_line_id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table inventory.expected_supply is 'What a document line (source_line_id) still expects to bring to a warehouse, and when; null when nobody knows. The sum by position is its incoming (V4). A row leaves when nothing more is expected.';
create index expected_supply_item on inventory.expected_supply (org_id, item_id, expected_at);
create index expected_supply_document on inventory.expected_supply (org_id, source_id);
call kernel.tenant_table('inventory.expected_supply');

insert into inventory.expected_supply (org_id, source_line_id, source_id, source_type, item_id, warehouse_id, owner_id, quantity, expected_at)
select l.org_id, l.id, r.id, 'goods_receipt', l.item_id, r.warehouse_id, l.owner_id, l.expected_quantity - l.received_quantity, r.expected_at
  from warehouse.goods_receipt r join warehouse.goods_receipt_line l on l.org_id = r.org_id and l.receipt_id = r.id
 where r.status <> 'reversed' and l.expected_quantity > l.received_quantity;

create table inventory.line_promise (
  org_id         integer not null,
  source_line_id uuid not null,
  supply_line_id uuid not null,
  item_id        uuid not null,
  warehouse_id   uuid not null,
  quantity       bigint not null check (quantity > 0),
  expected_at    timestamptz not null,
  primary key (org_id, source_line_id, supply_line_id)
);
comment on table inventory.line_promise is 'Which expected supply a waiting order line (source_line_id) is promised from, and when. Derived from the queue of backorders and expected_supply; no supply is promised twice (V4).';
create index line_promise_supply on inventory.line_promise (org_id, supply_line_id);
create index line_promise_item on inventory.line_promise (org_id, item_id);
call kernel.tenant_table('inventory.line_promise');

create index stock_hold_reference on inventory.stock_hold (org_id, reference);

alter table catalog.item
  add column preorder       text not null default 'none' check (preorder in ('none', 'open', 'expected')),
  add column preorder_from  timestamptz,
  add column preorder_until timestamptz,
  add constraint item_preorder_window check (preorder_from is null or preorder_until is null or preorder_from < preorder_until);
comment on column catalog.item.preorder is 'Whether the item is sold before it is there, from preorder_from until preorder_until: none (the channel''s rule for shortage applies), open (any quantity), expected (no more than expected receipts bring).';

alter table orders.order_line
  add column expected_at       timestamptz,
  add column first_expected_at timestamptz;
comment on column orders.order_line.expected_at is 'When expected receipts cover all that is backordered of the line; null when nothing waits or a part has no date. first_expected_at: the first such date.';
alter table orders.sales_order
  add column expected_at       timestamptz,
  add column first_expected_at timestamptz;
comment on column orders.sales_order.expected_at is 'Latest expected_at of its waiting lines, null when one of them has none. first_expected_at: the first such date, the promise where promised_at does not say one.';
create index sales_order_promised on orders.sales_order (org_id, coalesce(promised_at, first_expected_at)) where state = 'open';

create table inventory.stock_count (
  org_id       integer not null,
  id           uuid not null,
  number       bigint not null,
  warehouse_id uuid not null,
  scope        text not null check (scope in ('lines', 'location', 'item')),
  note         text not null default '',
  task_id      uuid,
  counted_at   timestamptz not null,
  recorded_at  timestamptz not null,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table inventory.stock_count is 'Goods counted in bins. scope location or item: what of the named locations (items) is not among the lines was counted as nothing. counted_at: the last scan.';
call kernel.tenant_table('inventory.stock_count', append_only => true);

create table inventory.stock_count_line (
  org_id         integer not null,
  id             uuid not null,
  stock_count_id uuid not null,
  line_no        integer not null,
  location_id    uuid not null,
  item_id        uuid not null,
  lot_id         uuid not null,
  owner_id       uuid not null,
  counted        bigint not null check (counted >= 0),
  expected       bigint not null,
  difference     bigint not null,
  scanned_at     timestamptz not null,
  reason         text not null check (reason in ('count', 'recount', 'misplaced', 'miscounted', 'damaged', 'stolen', 'other')),
  listed         boolean not null,
  primary key (org_id, id),
  unique (org_id, stock_count_id, line_no),
  foreign key (org_id, stock_count_id) references inventory.stock_count (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, location_id) references inventory.location (org_id, id),
  check (difference = counted - expected)
);
comment on table inventory.stock_count_line is 'One item and lot in one location: counted, expected at the instant of the scan, and the difference, which was booked against shrinkage. listed: a person counted it; else the scope says it is not there.';
create index stock_count_line_item on inventory.stock_count_line (org_id, item_id, location_id);
call kernel.tenant_table('inventory.stock_count_line', append_only => true);

alter table inventory.cost_adjustment
  add column carried_value_minor bigint not null default 0,
  add column source_type    text not null,
  add column source_id      uuid not null,
  add column source_line_id uuid not null,
  add column note           text not null default '',
  drop constraint cost_adjustment_check,
  add constraint cost_adjustment_parts check (value_minor = left_value_minor + used_value_minor + carried_value_minor);
comment on column inventory.cost_adjustment.carried_value_minor is 'Part that followed goods into the running layer of an average-cost item, which has a row of its own.';
create index cost_adjustment_layer on inventory.cost_adjustment (org_id, layer_id);
create index cost_adjustment_document on inventory.cost_adjustment (org_id, source_id);

alter table warehouse.goods_receipt_line add column adjusted_value_minor bigint not null default 0;
comment on column warehouse.goods_receipt_line.adjusted_value_minor is 'Late cost added to (or taken off) the goods of this line, base currency minor units; received_value_minor is what they came in at.';
