-- Why: what happens to shipments beside the straight path: combined, moved, short, put back, refused, lost with a claim, voided.
-- Locks: short exclusive locks to add columns and constraints; checks of cost_use and revenue_slice scan their tables (seconds on ten million rows).

alter table warehouse.task
  add column lot_id uuid,
  add column owner_id uuid,
  add column to_location_id uuid,
  add column done_by uuid,
  add column stock_move_id uuid;
comment on column warehouse.task.to_location_id is 'Where the goods should go (put_back: the bin they came from); a person confirms or names another.';
comment on column warehouse.task.stock_move_id is 'The stock move that did it.';

comment on column warehouse.pick.lost_quantity is 'Left staging of this pick without its movement: lost by another fact, or waiting to be put back (task put_back; a stock move then brings it to a bin).';

create table warehouse.pick_list_change (
  org_id          integer not null,
  id              uuid not null,
  pick_list_id    uuid not null,
  shipment_id     uuid not null,
  item_id         uuid not null,
  location_id     uuid,
  kind            text not null check (kind in ('reduced', 'added', 'moved_away')),
  quantity        bigint not null check (quantity > 0),
  created_at      timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  primary key (org_id, id),
  foreign key (org_id, pick_list_id) references warehouse.pick_list (org_id, id)
);
comment on table warehouse.pick_list_change is 'What changed on a pick list after it was handed out; shown to the picker until acknowledged.';
create index pick_list_change_list on warehouse.pick_list_change (org_id, pick_list_id) where acknowledged_at is null;
call kernel.tenant_table('warehouse.pick_list_change');

create table warehouse.pick_short (
  org_id           integer not null,
  id               uuid not null,
  pick_id          uuid not null,
  pick_list_id     uuid not null,
  shipment_id      uuid not null,
  shipment_line_id uuid not null,
  location_id      uuid not null,
  item_id          uuid not null,
  quantity         bigint not null check (quantity > 0),
  reason           text not null check (reason in ('not_found', 'damaged', 'wrong_item', 'other')),
  note             text not null default '',
  adjustment_id    uuid,
  stock_move_id    uuid,
  rechosen_quantity bigint not null check (rechosen_quantity >= 0),
  created_at       timestamptz not null,
  created_by       uuid,
  primary key (org_id, id),
  foreign key (org_id, pick_id) references warehouse.pick (org_id, id),
  check ((adjustment_id is null) <> (stock_move_id is null))
);
comment on table warehouse.pick_short is 'A picker found less than the pick says, and why: booked as a loss (adjustment) or moved to damaged goods (stock move). rechosen_quantity: chosen in other bins at once.';
create index pick_short_list on warehouse.pick_short (org_id, pick_list_id);
create index pick_short_shipment on warehouse.pick_short (org_id, shipment_id);
call kernel.tenant_table('warehouse.pick_short', append_only => true);

create table warehouse.shipment_order (
  org_id       integer not null,
  shipment_id  uuid not null,
  source_id    uuid not null,
  source_label text not null default '',
  held         boolean not null default false,
  primary key (org_id, shipment_id, source_id),
  foreign key (org_id, shipment_id) references warehouse.shipment (org_id, id)
);
comment on table warehouse.shipment_order is 'Orders of a combined shipment, one row each (also the header''s). A shipment of one order has none. held: that order is held, and the shipment with it.';
create index shipment_order_source on warehouse.shipment_order (org_id, source_id);
call kernel.tenant_table('warehouse.shipment_order');

alter table warehouse.shipment
  add column combined_into_id uuid,
  add column replaces_id uuid,
  add column ended_reason text not null default '' check (length(ended_reason) <= 500);
comment on column warehouse.shipment.combined_into_id is 'The shipment that took its lines; it is canceled.';
comment on column warehouse.shipment.replaces_id is 'The voided shipment whose goods it has.';
create index shipment_combinable on warehouse.shipment (org_id, ship_to_hash, warehouse_id, currency) where status in ('planned', 'released');

create table warehouse.carrier_claim (
  org_id          integer not null,
  id              uuid not null,
  number          bigint not null,
  shipment_id     uuid not null,
  warehouse_id    uuid not null,
  carrier_id      uuid,
  status          text not null check (status in ('waived', 'open', 'accepted', 'rejected', 'paid')),
  currency        char(3) not null,
  cost_minor      bigint not null check (cost_minor >= 0),
  claimed_minor   bigint not null check (claimed_minor >= 0),
  accepted_minor  bigint check (accepted_minor >= 0),
  paid_minor      bigint check (paid_minor >= 0),
  reference       text not null default '' check (length(reference) <= 100),
  reason          text not null default '',
  note            text not null default '',
  happened_at     timestamptz not null,
  created_at      timestamptz not null,
  decided_at      timestamptz,
  paid_at         timestamptz,
  version         integer not null default 1,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, shipment_id) references warehouse.shipment (org_id, id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id),
  foreign key (org_id, carrier_id) references carriers.carrier (org_id, id),
  check ((status in ('accepted', 'paid')) = (accepted_minor is not null)),
  check ((status = 'paid') = (paid_minor is not null))
);
comment on table warehouse.carrier_claim is 'Goods lost on their way, and what the carrier is asked for, in minor units of the base currency. cost_minor: what the goods had cost. waived: nothing is claimed.';
create index carrier_claim_list on warehouse.carrier_claim (org_id, status, number);
create index carrier_claim_shipment on warehouse.carrier_claim (org_id, shipment_id);
call kernel.tenant_table('warehouse.carrier_claim');

create table warehouse.carrier_claim_line (
  org_id           integer not null,
  id               uuid not null,
  claim_id         uuid not null,
  line_no          integer not null,
  shipment_line_id uuid not null,
  item_id          uuid not null,
  lot_id           uuid not null,
  owner_id         uuid not null,
  quantity         bigint not null check (quantity > 0),
  cost_minor       bigint not null check (cost_minor >= 0),
  primary key (org_id, id),
  unique (org_id, claim_id, line_no),
  foreign key (org_id, claim_id) references warehouse.carrier_claim (org_id, id),
  foreign key (org_id, shipment_line_id) references warehouse.shipment_line (org_id, id)
);
comment on table warehouse.carrier_claim_line is 'Lost goods of one shipment line and lot.';
create index carrier_claim_line_shipment_line on warehouse.carrier_claim_line (org_id, shipment_line_id);
call kernel.tenant_table('warehouse.carrier_claim_line', append_only => true);

-- Part of a sale's use that is written off: it left for good, so it cannot come back a second time.
alter table inventory.cost_use drop constraint cost_use_kind_check;
alter table inventory.cost_use drop constraint cost_use_check;
alter table inventory.cost_use drop constraint cost_use_check1;
alter table inventory.cost_use
  add constraint cost_use_kind_check check (kind in ('consumed', 'merged', 'returned', 'lost')),
  add constraint cost_use_check check ((kind in ('consumed', 'lost')) = (into_layer_id is null)),
  add constraint cost_use_check1 check ((kind in ('returned', 'lost')) = (of_use_seq is not null));
comment on table inventory.cost_use is 'What a movement took from a layer. merged: carried into the running layer of an average-cost item. returned: part of the shipment''s use of_use_seq given back into into_layer_id. lost: part of it written off. No more comes back or is lost than was used.';

alter table orders.revenue_slice drop constraint revenue_slice_kind_check;
alter table orders.revenue_slice add constraint revenue_slice_kind_check check (kind in ('shipped', 'returned', 'refused', 'voided', 'lost'));

-- Roles are a closed list in the code (ledger, GENERIC_CHART); the database keeps them unique.
alter table ledger.account drop constraint account_role_check;
alter table ledger.account add constraint account_role_check check (role ~ '^[a-z_]{1,40}$');
insert into ledger.account (org_id, id, code, name, type, role)
select o.org_id, gen_random_uuid(), a.code, a.name, a.type, a.role
  from (select distinct org_id from ledger.account) o
 cross join (values ('1260', 'Claims on carriers', 'asset', 'carrier_claims'), ('4160', 'Compensation from carriers', 'income', 'claim_income')) a (code, name, type, role)
    on conflict do nothing;
