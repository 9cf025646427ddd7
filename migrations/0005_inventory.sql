-- Why: the double-entry ledger of goods and what is derived from it: levels, positions, promises, cost.
-- Locks: none, new tables only.

create schema inventory;
grant usage on schema inventory to tefter_app;

create table inventory.warehouse (
  org_id     integer not null,
  id         uuid not null,
  code       text not null check (code ~ '^[A-Za-z0-9_-]{1,20}$'),
  name       text not null check (length(name) between 1 and 200),
  kind       text not null default 'own' check (kind in ('own', 'store', 'third_party', 'marketplace', 'supplier')),
  address    jsonb not null default '{}',
  country    char(2) not null check (country ~ '^[A-Z]{2}$'),
  postcode   text not null default '',
  latitude   double precision,
  longitude  double precision,
  priority   integer not null default 100,
  is_active  boolean not null default true,
  created_at timestamptz not null,
  version    integer not null default 1,
  primary key (org_id, id),
  unique (org_id, code)
);
comment on table inventory.warehouse is 'A place that holds stock. Sourcing prefers the lower priority number; latitude and longitude sharpen "nearest".';
call kernel.tenant_table('inventory.warehouse');

create table inventory.location (
  org_id       integer not null,
  id           uuid not null,
  warehouse_id uuid,
  kind         text not null check (kind in ('real', 'supplier', 'customer', 'production', 'transit', 'shrinkage', 'write_off', 'opening')),
  role         text not null check (role in ('pick', 'reserve', 'receiving', 'staging', 'packing', 'quarantine', 'damaged', 'returns', 'container', 'virtual')),
  code         text not null check (length(code) between 1 and 60),
  zone         text, aisle text, bay text, level text, bin text,
  sort_key     text collate "C" not null default '',
  parent_id    uuid,
  blocked      boolean not null default false,
  sellable     boolean generated always as (kind = 'real' and not blocked and role in ('pick', 'reserve', 'receiving', 'staging', 'packing', 'container')) stored,
  created_at   timestamptz not null,
  version      integer not null default 1,
  primary key (org_id, id),
  unique nulls not distinct (org_id, warehouse_id, code),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id),
  foreign key (org_id, parent_id) references inventory.location (org_id, id),
  check ((kind = 'real') = (role <> 'virtual')),
  check (kind <> 'real' or warehouse_id is not null)
);
comment on table inventory.location is 'Where goods are: bins, staging, containers that move — and the virtual other sides: supplier, customer, production, transit, shrinkage, write-off, opening.';
comment on column inventory.location.sort_key is 'Walking order of the pick path; the code padded so that A-2 comes before A-10 unless set otherwise.';
create index location_warehouse on inventory.location (org_id, warehouse_id, sort_key, id);
call kernel.tenant_table('inventory.location');

create table inventory.lot (
  org_id     integer not null,
  id         uuid not null,
  item_id    uuid,
  code       text not null,
  expires_on date,
  created_at timestamptz not null,
  primary key (org_id, id),
  unique nulls not distinct (org_id, item_id, code),
  foreign key (org_id, item_id) references catalog.item (org_id, id)
);
comment on table inventory.lot is 'Batches. Goods without one carry the organization''s row "none" (id zero): no NULL in a key.';
call kernel.tenant_table('inventory.lot');

create table inventory.owner (
  org_id   integer not null,
  id       uuid not null,
  code     text not null,
  party_id uuid,
  primary key (org_id, id),
  unique (org_id, code),
  foreign key (org_id, party_id) references parties.party (org_id, id)
);
comment on table inventory.owner is 'Whose goods: "self" (id zero) or a party (consignment, 3PL). Only our own are promised and valued.';
call kernel.tenant_table('inventory.owner');

create table inventory.serial (
  org_id     integer not null,
  id         uuid not null,
  item_id    uuid not null,
  code       text not null,
  created_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, item_id, code),
  foreign key (org_id, item_id) references catalog.item (org_id, id)
);
comment on table inventory.serial is 'Single pieces by serial number.';
call kernel.tenant_table('inventory.serial');

create table inventory.stock_movement (
  org_id           integer not null,
  seq              bigint generated always as identity,
  item_id          uuid not null,
  lot_id           uuid not null,
  serial_id        uuid,
  owner_id         uuid not null,
  quantity         bigint not null check (quantity > 0),
  from_location_id uuid not null,
  to_location_id   uuid not null,
  happened_at      timestamptz not null,
  recorded_at      timestamptz not null,
  actor_kind       text not null,
  actor_id         uuid,
  reason           text not null,
  source_type      text not null,
  source_id        uuid not null,
  source_line_id   uuid not null,
  reverses_seq     bigint,
  entry_id         uuid,
  command_id       uuid not null,
  primary key (org_id, seq),
  unique (org_id, reverses_seq),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, lot_id) references inventory.lot (org_id, id),
  foreign key (org_id, owner_id) references inventory.owner (org_id, id),
  foreign key (org_id, from_location_id) references inventory.location (org_id, id),
  foreign key (org_id, to_location_id) references inventory.location (org_id, id),
  foreign key (org_id, entry_id) references ledger.journal_entry (org_id, id),
  check (from_location_id <> to_location_id)
);
comment on table inventory.stock_movement is 'A fact: quantity of an item went from one location to another. Insert-only; reversed by a movement that points back. entry_id is the journal entry of a movement that changes value.';
create index stock_movement_item on inventory.stock_movement (org_id, item_id, happened_at);
create index stock_movement_source on inventory.stock_movement (org_id, source_line_id);
create index stock_movement_document on inventory.stock_movement (org_id, source_id);
call kernel.tenant_table('inventory.stock_movement', append_only => true);

create table inventory.stock_level (
  org_id      integer not null,
  location_id uuid not null,
  item_id     uuid not null,
  lot_id      uuid not null,
  owner_id    uuid not null,
  on_hand     bigint not null default 0,
  allocated   bigint not null default 0,
  primary key (org_id, item_id, location_id, lot_id, owner_id),
  foreign key (org_id, location_id) references inventory.location (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, lot_id) references inventory.lot (org_id, id),
  foreign key (org_id, owner_id) references inventory.owner (org_id, id),
  constraint stock_level_allocated_within_on_hand check (0 <= allocated and allocated <= on_hand)
) with (fillfactor = 80);
comment on table inventory.stock_level is 'Balance of a real location, derived from movements in the same transaction (V1). allocated is chosen for picking (V3).';
-- With the item: on location alone the planner prefers it to the primary key, and reads all of a staging location for each row.
create index stock_level_location on inventory.stock_level (org_id, location_id, item_id);
call kernel.tenant_table('inventory.stock_level');

create table inventory.stock_position (
  org_id       integer not null,
  warehouse_id uuid not null,
  item_id      uuid not null,
  owner_id     uuid not null,
  on_hand      bigint not null default 0 check (on_hand >= 0),
  reserved     bigint not null default 0 check (reserved >= 0),
  held         bigint not null default 0 check (held >= 0),
  incoming     bigint not null default 0 check (incoming >= 0),
  primary key (org_id, item_id, warehouse_id, owner_id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, owner_id) references inventory.owner (org_id, id),
  constraint stock_position_promised_within_on_hand check (reserved + held <= on_hand)
) with (fillfactor = 70);
comment on table inventory.stock_position is 'What a warehouse can promise of an item: sellable on hand, reserved, held, incoming. available = on_hand - reserved - held (V4).';
create index stock_position_warehouse on inventory.stock_position (org_id, warehouse_id, item_id);
call kernel.tenant_table('inventory.stock_position');

create table inventory.reservation (
  org_id         integer not null,
  source_line_id uuid not null,
  warehouse_id   uuid not null,
  item_id        uuid not null,
  owner_id       uuid not null,
  source_id      uuid not null,
  quantity       bigint not null check (quantity > 0),
  priority       integer not null default 100,
  promised_at    timestamptz not null,
  primary key (org_id, source_line_id, warehouse_id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
) with (fillfactor = 85);
comment on table inventory.reservation is 'A warehouse''s promise to an order line (source_line_id); leaves when it is shipped or released.';
create index reservation_item on inventory.reservation (org_id, item_id, warehouse_id);
call kernel.tenant_table('inventory.reservation');

create table inventory.backorder (
  org_id         integer not null,
  source_line_id uuid not null,
  source_id      uuid not null,
  item_id        uuid not null,
  owner_id       uuid not null,
  quantity       bigint not null check (quantity > 0),
  priority       integer not null default 100,
  waiting_since  timestamptz not null,
  warehouse_ids  uuid[] not null,
  primary key (org_id, source_line_id),
  foreign key (org_id, item_id) references catalog.item (org_id, id)
);
comment on table inventory.backorder is 'Promises that found no stock, waiting by priority, then first come. warehouse_ids: who may serve it, in order of preference.';
create index backorder_queue on inventory.backorder (org_id, item_id, priority, waiting_since, source_line_id);
call kernel.tenant_table('inventory.backorder');

create table inventory.stock_hold (
  org_id       integer not null,
  id           uuid not null,
  warehouse_id uuid not null,
  item_id      uuid not null,
  owner_id     uuid not null,
  quantity     bigint not null check (quantity > 0),
  reference    text not null,
  expires_at   timestamptz not null,
  created_at   timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table inventory.stock_hold is 'A checkout''s claim with a time limit; leaves when it expires, is released or becomes an order.';
create index stock_hold_expiry on inventory.stock_hold (org_id, expires_at);
create index stock_hold_item on inventory.stock_hold (org_id, item_id, warehouse_id);
call kernel.tenant_table('inventory.stock_hold');

create table inventory.allocation (
  org_id      integer not null,
  source_id   uuid not null,
  location_id uuid not null,
  item_id     uuid not null,
  lot_id      uuid not null,
  owner_id    uuid not null,
  quantity    bigint not null check (quantity > 0),
  purpose     text not null check (purpose in ('pick', 'staged')),
  primary key (org_id, source_id, location_id, lot_id, owner_id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, location_id) references inventory.location (org_id, id)
);
comment on table inventory.allocation is 'Bin and lot chosen for a pick (source_id is the pick), or goods staged for a shipment line (source_id is that line).';
create index allocation_level on inventory.allocation (org_id, item_id, location_id);
call kernel.tenant_table('inventory.allocation');

create table inventory.cost_layer (
  org_id             integer not null,
  seq                bigint generated always as identity,
  id                 uuid not null,
  owner_id           uuid not null,
  warehouse_id       uuid not null,
  item_id            uuid not null,
  lot_id             uuid not null,
  received_at        timestamptz not null,
  quantity           bigint not null check (quantity > 0),
  value_minor        bigint not null check (value_minor >= 0),
  remaining_quantity bigint not null,
  remaining_value_minor bigint not null,
  provisional        boolean not null default false,
  assumed            boolean not null default false,
  origin_layer_id    uuid,
  movement_seq       bigint not null,
  source_type        text not null,
  source_line_id     uuid not null,
  recorded_at        timestamptz not null,
  primary key (org_id, id),
  unique (org_id, seq),
  foreign key (org_id, owner_id) references inventory.owner (org_id, id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, lot_id) references inventory.lot (org_id, id),
  foreign key (org_id, origin_layer_id) references inventory.cost_layer (org_id, id),
  foreign key (org_id, movement_seq) references inventory.stock_movement (org_id, seq),
  constraint cost_layer_remaining check (0 <= remaining_quantity and remaining_quantity <= quantity and remaining_value_minor >= 0
    and (remaining_quantity > 0 or remaining_value_minor = 0))
) with (fillfactor = 85);
comment on table inventory.cost_layer is 'Goods that came in together at one cost, consumed in the order recorded (seq). value in base currency minor units. assumed: the cost is not known from a sale or a receipt.';
create index cost_layer_open on inventory.cost_layer (org_id, item_id, warehouse_id, owner_id, lot_id, seq) where remaining_quantity > 0;
create index cost_layer_item on inventory.cost_layer (org_id, item_id, owner_id, seq);
call kernel.tenant_table('inventory.cost_layer');

create table inventory.cost_use (
  org_id       integer not null,
  seq          bigint generated always as identity,
  layer_id     uuid not null,
  movement_seq bigint not null,
  kind         text not null default 'consumed' check (kind in ('consumed', 'merged', 'returned')),
  quantity     bigint not null check (quantity > 0),
  value_minor  bigint not null check (value_minor >= 0),
  into_layer_id uuid,
  of_use_seq   bigint,
  primary key (org_id, seq),
  foreign key (org_id, layer_id) references inventory.cost_layer (org_id, id),
  foreign key (org_id, into_layer_id) references inventory.cost_layer (org_id, id),
  foreign key (org_id, of_use_seq) references inventory.cost_use (org_id, seq),
  check ((kind = 'consumed') = (into_layer_id is null)),
  check ((kind = 'returned') = (of_use_seq is not null)),
  foreign key (org_id, movement_seq) references inventory.stock_movement (org_id, seq)
);
comment on table inventory.cost_use is 'What a movement took from a layer. merged: carried into the running layer of an average-cost item. returned: part of the shipment''s use of_use_seq given back into into_layer_id, so that no more comes back than was used.';
create index cost_use_movement on inventory.cost_use (org_id, movement_seq);
create index cost_use_layer on inventory.cost_use (org_id, layer_id);
call kernel.tenant_table('inventory.cost_use', append_only => true);

create table inventory.cost_adjustment (
  org_id             integer not null,
  id                 uuid not null,
  layer_id           uuid not null,
  value_minor        bigint not null,
  left_value_minor   bigint not null,
  used_value_minor   bigint not null,
  reason             text not null check (reason in ('landed_cost', 'price_difference', 'provisional_final')),
  entry_id           uuid not null,
  recorded_at        timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, layer_id) references inventory.cost_layer (org_id, id),
  foreign key (org_id, entry_id) references ledger.journal_entry (org_id, id),
  check (value_minor = left_value_minor + used_value_minor)
);
comment on table inventory.cost_adjustment is 'Late cost: a new dated entry, split between what is left of a layer and what was used. History is not rewritten.';
call kernel.tenant_table('inventory.cost_adjustment', append_only => true);

create table inventory.adjustment (
  org_id       integer not null,
  id           uuid not null,
  number       bigint not null,
  warehouse_id uuid not null,
  kind         text not null check (kind in ('loss', 'found', 'scrap', 'damage')),
  note         text not null default '',
  happened_at  timestamptz not null,
  recorded_at  timestamptz not null,
  reverses_id  uuid,
  primary key (org_id, id),
  unique (org_id, number),
  unique (org_id, reverses_id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id),
  foreign key (org_id, reverses_id) references inventory.adjustment (org_id, id)
);
comment on table inventory.adjustment is 'Stock put right, with a reason: loss and find go against shrinkage, scrap and damage against write-off.';
call kernel.tenant_table('inventory.adjustment', append_only => true);

create table inventory.adjustment_line (
  org_id        integer not null,
  id            uuid not null,
  adjustment_id uuid not null,
  line_no       integer not null,
  location_id   uuid not null,
  item_id       uuid not null,
  lot_id        uuid not null,
  owner_id      uuid not null,
  quantity      bigint not null check (quantity > 0),
  unit_cost     bigint check (unit_cost >= 0),
  unit_cost_scale smallint not null default 2 check (unit_cost_scale between 0 and 6),
  needs_recount boolean not null default false,
  primary key (org_id, id),
  unique (org_id, adjustment_id, line_no),
  foreign key (org_id, adjustment_id) references inventory.adjustment (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, location_id) references inventory.location (org_id, id)
);
comment on table inventory.adjustment_line is 'One item in one location; unit_cost only for finds whose cost is known.';
call kernel.tenant_table('inventory.adjustment_line', append_only => true);

create table inventory.stock_move (
  org_id       integer not null,
  id           uuid not null,
  number       bigint not null,
  warehouse_id uuid not null,
  note         text not null default '',
  happened_at  timestamptz not null,
  recorded_at  timestamptz not null,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table inventory.stock_move is 'Bin-to-bin move within a warehouse.';
call kernel.tenant_table('inventory.stock_move', append_only => true);

create table inventory.stock_move_line (
  org_id           integer not null,
  id               uuid not null,
  stock_move_id    uuid not null,
  line_no          integer not null,
  item_id          uuid not null,
  lot_id           uuid not null,
  owner_id         uuid not null,
  from_location_id uuid not null,
  to_location_id   uuid not null,
  quantity         bigint not null check (quantity > 0),
  primary key (org_id, id),
  unique (org_id, stock_move_id, line_no),
  foreign key (org_id, stock_move_id) references inventory.stock_move (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id)
);
comment on table inventory.stock_move_line is 'One item from one bin to another.';
call kernel.tenant_table('inventory.stock_move_line', append_only => true);

create table inventory.low_stock_threshold (
  org_id       integer not null,
  warehouse_id uuid not null,
  item_id      uuid not null,
  threshold    bigint not null check (threshold >= 0),
  primary key (org_id, item_id, warehouse_id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table inventory.low_stock_threshold is 'Below this available quantity an item is on the low-stock list of its warehouse.';
call kernel.tenant_table('inventory.low_stock_threshold');

create table inventory.month_balance (
  org_id      integer not null,
  item_id     uuid not null,
  location_id uuid not null,
  lot_id      uuid not null,
  owner_id    uuid not null,
  month       date not null check (extract(day from month) = 1),
  on_hand     bigint not null,
  up_to_seq   bigint not null,
  primary key (org_id, item_id, location_id, lot_id, owner_id, month)
);
comment on table inventory.month_balance is 'Stock at the start of a month (UTC) by happened_at, over movements up to_seq: a past instant reads it and what came after (V1).';
call kernel.tenant_table('inventory.month_balance');

create table inventory.supplier_stock (
  org_id      integer not null,
  supplier_id uuid not null,
  item_id     uuid not null,
  quantity    bigint not null check (quantity >= 0),
  seen_at     timestamptz not null,
  primary key (org_id, supplier_id, item_id),
  foreign key (org_id, supplier_id) references parties.party (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id)
);
comment on table inventory.supplier_stock is 'What a supplier says it has: information, not ours, promised only for drop-ship.';
call kernel.tenant_table('inventory.supplier_stock');
