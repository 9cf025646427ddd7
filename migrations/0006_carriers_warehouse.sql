-- Why: the work of a warehouse: goods in, shipments, picks, parcels, goods back.
-- Locks: none, new tables only.

create schema carriers;
grant usage on schema carriers to tefter_app;

create table carriers.carrier (
  org_id     integer not null,
  id         uuid not null,
  code       text not null check (code ~ '^[a-z0-9_-]{1,40}$'),
  name       text not null check (length(name) between 1 and 100),
  kind       text not null check (kind in ('manual', 'table_rate')),
  config     jsonb not null default '{}',
  tracking_url text check (length(tracking_url) <= 500),
  is_active  boolean not null default true,
  created_at timestamptz not null,
  version    integer not null default 1,
  primary key (org_id, id),
  unique (org_id, code)
);
comment on table carriers.carrier is 'Who carries parcels: manual (a person types the tracking number) or by a table of zones and weights. tracking_url holds {tracking_number}.';
call kernel.tenant_table('carriers.carrier');

create schema warehouse;
grant usage on schema warehouse to tefter_app;

create table warehouse.goods_receipt (
  org_id       integer not null,
  id           uuid not null,
  number       bigint not null,
  kind         text not null check (kind in ('supplier', 'opening')),
  warehouse_id uuid not null,
  supplier_id  uuid,
  reference    text not null default '',
  currency     char(3) not null,
  base_rate_ppm bigint not null default 1000000 check (base_rate_ppm > 0),
  status       text not null default 'open' check (status in ('open', 'partly_received', 'received', 'reversed')),
  expected_at  timestamptz,
  created_at   timestamptz not null,
  reverses_id  uuid,
  version      integer not null default 1,
  primary key (org_id, id),
  unique (org_id, number),
  unique (org_id, reverses_id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id),
  foreign key (org_id, supplier_id) references parties.party (org_id, id),
  check (kind <> 'supplier' or supplier_id is not null)
);
comment on table warehouse.goods_receipt is 'Goods in from a supplier, or opening stock. Posted in parts; reversed, never edited. base_rate_ppm: base currency minor units per million minor units of currency.';
create index goods_receipt_open on warehouse.goods_receipt (org_id, status, number);
call kernel.tenant_table('warehouse.goods_receipt');

create table warehouse.goods_receipt_line (
  org_id            integer not null,
  id                uuid not null,
  receipt_id        uuid not null,
  line_no           integer not null,
  item_id           uuid not null,
  lot_id            uuid not null,
  owner_id          uuid not null,
  expected_quantity bigint check (expected_quantity > 0),
  received_quantity bigint not null default 0 check (received_quantity >= 0),
  reversed_quantity bigint not null default 0 check (reversed_quantity >= 0 and reversed_quantity <= received_quantity),
  received_value_minor bigint not null default 0 check (received_value_minor >= 0),
  unit_cost         bigint check (unit_cost >= 0),
  unit_cost_scale   smallint not null default 2 check (unit_cost_scale between 0 and 6),
  provisional       boolean not null default false,
  primary key (org_id, id),
  unique (org_id, receipt_id, line_no),
  foreign key (org_id, receipt_id) references warehouse.goods_receipt (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id)
);
comment on table warehouse.goods_receipt_line is 'Expected and received of one item at one unit cost (integer with unit_cost_scale decimals of the receipt''s currency). More than expected is accepted and marked.';
call kernel.tenant_table('warehouse.goods_receipt_line');

create table warehouse.shipment (
  org_id        integer not null,
  id            uuid not null,
  number        bigint not null,
  warehouse_id  uuid not null,
  status        text not null check (status in ('planned', 'released', 'picked', 'packed', 'shipped', 'delivered', 'refused', 'lost', 'canceled', 'voided')),
  source_id     uuid not null,
  source_label  text not null default '',
  ship_to       jsonb not null,
  ship_to_hash  bytea not null,
  party_id      uuid,
  currency      char(3) not null,
  priority      integer not null default 100,
  held          boolean not null default false,
  ready         boolean not null default true,
  carrier_id    uuid,
  service       text not null default '',
  amount_to_collect bigint not null default 0 check (amount_to_collect >= 0),
  pick_list_id  uuid,
  promised_at   timestamptz,
  created_at    timestamptz not null,
  released_at   timestamptz,
  picked_at     timestamptz,
  packed_at     timestamptz,
  shipped_at    timestamptz,
  delivered_at  timestamptz,
  split_from_id uuid,
  version       integer not null default 1,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id),
  foreign key (org_id, carrier_id) references carriers.carrier (org_id, id),
  foreign key (org_id, split_from_id) references warehouse.shipment (org_id, id)
);
comment on table warehouse.shipment is 'One warehouse''s work for one address: lines of one or several orders (source_id is the first; source_label is its number as people read it on documents). held and ready come from the orders: a held or unready shipment is not released.';
create index shipment_board on warehouse.shipment (org_id, status, priority, created_at, id);
create index shipment_party on warehouse.shipment (org_id, party_id) where party_id is not null;
create index shipment_source on warehouse.shipment (org_id, source_id);
create index shipment_pick_list on warehouse.shipment (org_id, pick_list_id) where pick_list_id is not null;
call kernel.tenant_table('warehouse.shipment');

create table warehouse.shipment_line (
  org_id            integer not null,
  id                uuid not null,
  shipment_id       uuid not null,
  source_id         uuid not null,
  source_line_id    uuid not null,
  item_id           uuid not null,
  owner_id          uuid not null,
  supply            text not null check (supply in ('stock', 'none')),
  quantity          bigint not null check (quantity >= 0),
  canceled_quantity bigint not null default 0 check (canceled_quantity >= 0),
  picked_quantity   bigint not null default 0,
  shipped_quantity  bigint not null default 0,
  returned_quantity bigint not null default 0,
  refused_quantity  bigint not null default 0,
  lost_quantity     bigint not null default 0,
  primary key (org_id, id),
  foreign key (org_id, shipment_id) references warehouse.shipment (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  constraint shipment_line_steps check (0 <= shipped_quantity and shipped_quantity <= quantity and 0 <= picked_quantity and picked_quantity <= quantity),
  constraint shipment_line_back check (returned_quantity >= 0 and refused_quantity >= 0 and lost_quantity >= 0
    and returned_quantity + refused_quantity + lost_quantity <= shipped_quantity)
);
comment on table warehouse.shipment_line is 'Part of an order line (source_line_id of order source_id) that this shipment carries. supply none: services and vouchers, which go with the first shipment and are not picked.';
create index shipment_line_shipment on warehouse.shipment_line (org_id, shipment_id);
create index shipment_line_source on warehouse.shipment_line (org_id, source_line_id);
call kernel.tenant_table('warehouse.shipment_line');

create table warehouse.pick_list (
  org_id       integer not null,
  id           uuid not null,
  number       bigint not null,
  warehouse_id uuid not null,
  status       text not null check (status in ('open', 'done', 'canceled')),
  created_at   timestamptz not null,
  done_at      timestamptz,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table warehouse.pick_list is 'The picks of a release, walked in the order of locations.';
call kernel.tenant_table('warehouse.pick_list');

create table warehouse.pick (
  org_id           integer not null,
  id               uuid not null,
  root_id          uuid not null,
  pick_list_id     uuid not null,
  shipment_id      uuid not null,
  shipment_line_id uuid not null,
  location_id      uuid not null,
  item_id          uuid not null,
  lot_id           uuid not null,
  owner_id         uuid not null,
  quantity         bigint not null check (quantity > 0),
  picked_quantity  bigint not null default 0,
  put_back_quantity bigint not null default 0,
  lost_quantity    bigint not null default 0,
  status           text not null check (status in ('open', 'picked', 'short', 'canceled')),
  picked_at        timestamptz,
  picked_by        uuid,
  primary key (org_id, id),
  foreign key (org_id, pick_list_id) references warehouse.pick_list (org_id, id),
  foreign key (org_id, shipment_line_id) references warehouse.shipment_line (org_id, id),
  foreign key (org_id, location_id) references inventory.location (org_id, id),
  check (0 <= picked_quantity and picked_quantity <= quantity and 0 <= put_back_quantity and 0 <= lost_quantity and put_back_quantity + lost_quantity <= picked_quantity)
);
comment on table warehouse.pick is 'Take this quantity from this bin into staging. put_back_quantity went back to the bin when a shipment was canceled; lost_quantity left staging by another fact (a loss, scrap). root_id: the pick this one was split from (else itself); movements belong to the root.';
create index pick_list_picks on warehouse.pick (org_id, pick_list_id);
create index pick_shipment on warehouse.pick (org_id, shipment_id);
create index pick_root on warehouse.pick (org_id, root_id);
create index pick_shipment_line on warehouse.pick (org_id, shipment_line_id);
call kernel.tenant_table('warehouse.pick');

create table warehouse.parcel (
  org_id          integer not null,
  id              uuid not null,
  shipment_id     uuid not null,
  parcel_no       integer not null check (parcel_no >= 1),
  sscc            char(18) not null check (sscc ~ '^[0-9]{18}$'),
  weight_g        integer check (weight_g > 0),
  length_mm       integer check (length_mm > 0),
  width_mm        integer check (width_mm > 0),
  height_mm       integer check (height_mm > 0),
  carrier_id      uuid,
  service         text not null default '',
  tracking_number text check (length(tracking_number) between 1 and 100),
  amount_to_collect bigint not null default 0 check (amount_to_collect >= 0),
  postage_minor   bigint check (postage_minor >= 0),
  created_at      timestamptz not null,
  primary key (org_id, id),
  unique (org_id, shipment_id, parcel_no),
  unique (org_id, sscc),
  foreign key (org_id, shipment_id) references warehouse.shipment (org_id, id),
  foreign key (org_id, carrier_id) references carriers.carrier (org_id, id)
);
comment on table warehouse.parcel is 'A box with a label: SSCC, weight in grams, dimensions in millimeters, tracking number, cash to collect.';
create index parcel_tracking on warehouse.parcel (org_id, tracking_number);
call kernel.tenant_table('warehouse.parcel');

create table warehouse.parcel_line (
  org_id           integer not null,
  parcel_id        uuid not null,
  shipment_line_id uuid not null,
  quantity         bigint not null check (quantity > 0),
  primary key (org_id, parcel_id, shipment_line_id),
  foreign key (org_id, parcel_id) references warehouse.parcel (org_id, id),
  foreign key (org_id, shipment_line_id) references warehouse.shipment_line (org_id, id)
);
comment on table warehouse.parcel_line is 'What is in which parcel, where packed by scan.';
call kernel.tenant_table('warehouse.parcel_line');

create table warehouse.return_receipt (
  org_id       integer not null,
  id           uuid not null,
  number       bigint not null,
  warehouse_id uuid not null,
  source_id    uuid,
  party_id     uuid,
  kind         text not null default 'return' check (kind in ('return', 'refused')),
  reason       text not null,
  note         text not null default '',
  currency     char(3) not null,
  happened_at  timestamptz not null,
  recorded_at  timestamptz not null,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table warehouse.return_receipt is 'Goods that came back, with or without a known sale (source_id: the order).';
create index return_receipt_source on warehouse.return_receipt (org_id, source_id);
call kernel.tenant_table('warehouse.return_receipt', append_only => true);

create table warehouse.return_receipt_line (
  org_id           integer not null,
  id               uuid not null,
  receipt_id       uuid not null,
  line_no          integer not null,
  shipment_line_id uuid,
  source_line_id   uuid,
  item_id          uuid not null,
  lot_id           uuid not null,
  owner_id         uuid not null,
  location_id      uuid not null,
  quantity         bigint not null check (quantity > 0),
  disposition      text not null default 'restock' check (disposition in ('restock', 'quarantine', 'repair', 'refurbish', 'scrap', 'supplier', 'reject')),
  cost_assumed     boolean not null default false,
  stated_amount    bigint check (stated_amount >= 0),
  stated_tax       bigint check (stated_tax >= 0 and stated_tax <= stated_amount),
  primary key (org_id, id),
  unique (org_id, receipt_id, line_no),
  foreign key (org_id, receipt_id) references warehouse.return_receipt (org_id, id),
  foreign key (org_id, shipment_line_id) references warehouse.shipment_line (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, location_id) references inventory.location (org_id, id)
);
comment on table warehouse.return_receipt_line is 'One item back into one location; shipment_line_id names the sale whose cost comes back; stated_amount is the credit for goods of no known sale.';
create index return_receipt_line_shipment_line on warehouse.return_receipt_line (org_id, shipment_line_id);
call kernel.tenant_table('warehouse.return_receipt_line', append_only => true);

create table warehouse.task (
  org_id        integer not null,
  id            uuid not null,
  warehouse_id  uuid not null,
  kind          text not null check (kind in ('recount', 'put_back', 'rechoose', 'put_away', 'inspect')),
  status        text not null default 'open' check (status in ('open', 'done', 'canceled')),
  document_type text not null,
  document_id   uuid not null,
  item_id       uuid,
  location_id   uuid,
  quantity      bigint,
  note          text not null default '',
  created_at    timestamptz not null,
  done_at       timestamptz,
  primary key (org_id, id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table warehouse.task is 'Work for a person that a fact left behind: recount, put back, choose again.';
create index task_open on warehouse.task (org_id, warehouse_id, created_at) where status = 'open';
call kernel.tenant_table('warehouse.task');
