-- Why: goods that a channel shipped itself are booked as supplied elsewhere, by a shipment that moves no goods of ours; parcels written
-- off as lost that turn up again are booked back, and claims paid late or paid back.
-- Locks: short exclusive locks to change checks of shipment_line, order_line, revenue_slice and carrier_claim; each check is added
-- unvalidated and validated after (one pass that blocks nobody, seconds on ten million rows). Else new columns and tables only.

alter table warehouse.shipment_line drop constraint shipment_line_supply_check;
alter table warehouse.shipment_line add constraint shipment_line_supply_check check (supply in ('stock', 'none', 'elsewhere')) not valid;
alter table warehouse.shipment_line validate constraint shipment_line_supply_check;
comment on table warehouse.shipment_line is 'Part of an order line (source_line_id of order source_id) that this shipment carries. supply none: services and vouchers, which go with the first shipment and are not picked. elsewhere: goods that the channel sent, none of ours moved.';

alter table orders.order_line drop constraint order_line_back;
alter table orders.order_line add constraint order_line_back check (returned + refused + lost <= shipped + supplied_elsewhere) not valid;
alter table orders.order_line validate constraint order_line_back;
comment on column orders.order_line.supplied_elsewhere is 'Sent by the channel itself (its own warehouse, its supplier), not by us.';

alter table orders.channel
  add column fulfilled_by text not null default 'us' check (fulfilled_by in ('us', 'channel'));
comment on column orders.channel.fulfilled_by is 'Who ships its orders. channel: what its messages say was shipped is booked as supplied elsewhere without asking.';

-- found: goods written off as lost that the customer has after all, earned again.
alter table orders.revenue_slice drop constraint revenue_slice_kind_check;
alter table orders.revenue_slice add constraint revenue_slice_kind_check
  check (kind in ('shipped', 'returned', 'refused', 'voided', 'lost', 'reduced', 'fee', 'sent_back', 'found')) not valid;
alter table orders.revenue_slice validate constraint revenue_slice_kind_check;

alter table warehouse.carrier_claim
  add column repaid_minor bigint check (repaid_minor > 0),
  add column repaid_at timestamptz,
  add constraint carrier_claim_repaid check (repaid_minor is null or (paid_minor is not null and repaid_minor <= paid_minor));
comment on column warehouse.carrier_claim.repaid_minor is 'Compensation given back to the carrier because the goods were found, in minor units of the base currency.';

create table warehouse.parcel_finding (
  org_id            integer not null,
  id                uuid not null,
  number            bigint not null,
  claim_id          uuid not null,
  shipment_id       uuid not null,
  outcome           text not null check (outcome in ('delivered', 'returned')),
  return_receipt_id uuid,
  note              text not null default '' check (length(note) <= 500),
  happened_at       timestamptz not null,
  created_at        timestamptz not null,
  created_by        uuid,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, claim_id) references warehouse.carrier_claim (org_id, id),
  foreign key (org_id, shipment_id) references warehouse.shipment (org_id, id),
  foreign key (org_id, return_receipt_id) references warehouse.return_receipt (org_id, id),
  check ((outcome = 'returned') = (return_receipt_id is not null))
);
comment on table warehouse.parcel_finding is 'Goods written off as lost turned up: the customer has them after all (delivered), or they came back to us (returned, on a return receipt). Insert-only.';
create index parcel_finding_claim on warehouse.parcel_finding (org_id, claim_id);
create index parcel_finding_shipment on warehouse.parcel_finding (org_id, shipment_id);
call kernel.tenant_table('warehouse.parcel_finding', append_only => true);

create table warehouse.parcel_finding_line (
  org_id           integer not null,
  id               uuid not null,
  finding_id       uuid not null,
  line_no          integer not null,
  claim_line_id    uuid not null,
  shipment_line_id uuid not null,
  item_id          uuid not null,
  lot_id           uuid not null,
  owner_id         uuid not null,
  quantity         bigint not null check (quantity > 0),
  cost_minor       bigint not null check (cost_minor >= 0),
  primary key (org_id, id),
  unique (org_id, finding_id, line_no),
  foreign key (org_id, finding_id) references warehouse.parcel_finding (org_id, id),
  foreign key (org_id, claim_line_id) references warehouse.carrier_claim_line (org_id, id),
  foreign key (org_id, shipment_line_id) references warehouse.shipment_line (org_id, id)
);
comment on table warehouse.parcel_finding_line is 'Found goods of one line of the claim, at the part of what was written off for them.';
create index parcel_finding_line_claim_line on warehouse.parcel_finding_line (org_id, claim_line_id);
create index parcel_finding_line_shipment_line on warehouse.parcel_finding_line (org_id, shipment_line_id);
call kernel.tenant_table('warehouse.parcel_finding_line', append_only => true);
