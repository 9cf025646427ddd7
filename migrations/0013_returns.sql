-- Why: goods and money that come back: authorizations (RMA), inspections with dispositions, refunds that lower revenue or keep a fee.
-- Locks: a short exclusive lock for the check of revenue_slice (one pass, seconds on ten million rows); one pass over return receipt
-- lines to note what still stands uninspected. Else new tables only.

create table orders.return_reason (
  org_id             integer not null,
  code               text not null check (code ~ '^[a-z][a-z0-9_]{0,39}$'),
  name               text not null check (length(name) between 1 and 100),
  restocking_fee_ppm integer not null default 0 check (restocking_fee_ppm between 0 and 1000000),
  is_active          boolean not null default true,
  primary key (org_id, code)
);
comment on table orders.return_reason is 'Why goods come back. restocking_fee_ppm: millionths of the goods'' money that a refund for this reason keeps unless a person says otherwise.';
call kernel.tenant_table('orders.return_reason');

create table orders.return_policy (
  org_id       integer not null,
  window_days  integer not null default 14 check (window_days between 0 and 3650),
  auto_approve boolean not null default false,
  warehouse_id uuid,
  version      integer not null default 1,
  primary key (org_id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table orders.return_policy is 'When a return is approved by itself: within window_days of delivery (of dispatch where delivery is not known). warehouse_id: where returns are sent unless said otherwise.';
call kernel.tenant_table('orders.return_policy');

create table orders.rma (
  org_id        integer not null,
  id            uuid not null,
  number        bigint not null,
  order_id      uuid not null,
  party_id      uuid,
  warehouse_id  uuid not null,
  state         text not null check (state in ('requested', 'approved', 'rejected', 'partly_received', 'received', 'closed', 'canceled')),
  note          text not null default '' check (length(note) <= 2000),
  decision_note text not null default '' check (length(decision_note) <= 2000),
  auto_decided  boolean not null default false,
  requested_at  timestamptz not null,
  decided_at    timestamptz,
  decided_by    uuid,
  received_at   timestamptz,
  closed_at     timestamptz,
  version       integer not null default 1,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table orders.rma is 'The authorization to send goods of an order back. The goods themselves are return receipts, the money refunds; both also exist without one.';
create index rma_list on orders.rma (org_id, state, number desc);
create index rma_order on orders.rma (org_id, order_id);
call kernel.tenant_table('orders.rma');

create table orders.rma_line (
  org_id            integer not null,
  id                uuid not null,
  rma_id            uuid not null,
  line_no           integer not null check (line_no >= 1),
  order_line_id     uuid not null,
  item_id           uuid not null,
  quantity          bigint not null check (quantity > 0),
  received_quantity bigint not null default 0 check (received_quantity >= 0),
  replaced_quantity bigint not null default 0 check (replaced_quantity >= 0),
  reason            text not null,
  outcome           text not null check (outcome in ('refund', 'exchange', 'replacement', 'repair', 'store_credit')),
  note              text not null default '' check (length(note) <= 1000),
  primary key (org_id, id),
  unique (org_id, rma_id, line_no),
  foreign key (org_id, rma_id) references orders.rma (org_id, id),
  foreign key (org_id, order_line_id) references orders.order_line (org_id, id),
  constraint rma_line_replaced check (replaced_quantity <= quantity)
);
comment on table orders.rma_line is 'What the customer wants to send back, why, and what for. received_quantity may exceed quantity: more came than announced is a fact.';
create index rma_line_order_line on orders.rma_line (org_id, order_line_id);
call kernel.tenant_table('orders.rma_line');

create table orders.rma_receipt_line (
  org_id          integer not null,
  receipt_line_id uuid not null,
  receipt_id      uuid not null,
  rma_id          uuid not null,
  rma_line_id     uuid,
  quantity        bigint not null check (quantity > 0),
  kind            text not null check (kind in ('expected', 'over', 'unexpected')),
  primary key (org_id, receipt_line_id),
  foreign key (org_id, rma_id) references orders.rma (org_id, id),
  foreign key (org_id, rma_line_id) references orders.rma_line (org_id, id),
  check ((kind = 'unexpected') = (rma_line_id is null))
);
comment on table orders.rma_receipt_line is 'Which return receipt line answers which authorization. over: more than announced; unexpected: another item than announced. Insert-only.';
create index rma_receipt_line_rma on orders.rma_receipt_line (org_id, rma_id);
call kernel.tenant_table('orders.rma_receipt_line', append_only => true);

create table orders.refund (
  org_id         integer not null,
  payment_id     uuid not null,
  order_id       uuid not null,
  rma_id         uuid,
  goods_amount   bigint not null default 0,
  reduced_amount bigint not null default 0 check (reduced_amount >= 0),
  reduced_tax    bigint not null default 0,
  fee_amount     bigint not null default 0 check (fee_amount >= 0),
  fee_tax        bigint not null default 0 check (fee_tax >= 0 and fee_tax <= fee_amount),
  note           text not null default '' check (length(note) <= 2000),
  primary key (org_id, payment_id),
  foreign key (org_id, payment_id) references orders.payment (org_id, id),
  foreign key (org_id, rma_id) references orders.rma (org_id, id)
);
comment on table orders.refund is 'What a refund was made of, besides the payment fact: reduced_amount lowered revenue without goods coming back, fee_amount was kept as restocking fee (tax in it). Refunds that only repeat a channel''s message have none. Insert-only.';
create index refund_order on orders.refund (org_id, order_id);
create index refund_rma on orders.refund (org_id, rma_id) where rma_id is not null;
call kernel.tenant_table('orders.refund', append_only => true);

-- reduced: revenue lowered without goods; fee: a restocking fee earned; sent_back: returned goods that went back to the customer, earned again.
alter table orders.revenue_slice drop constraint revenue_slice_kind_check;
alter table orders.revenue_slice add constraint revenue_slice_kind_check
  check (kind in ('shipped', 'returned', 'refused', 'voided', 'lost', 'reduced', 'fee', 'sent_back'));

insert into ledger.account (org_id, id, code, name, type, role)
  select o.org_id, gen_random_uuid(), a.code, a.name, a.type, a.role from (select distinct org_id from ledger.account) o
   cross join (values ('4140', 'Restocking fees', 'income', 'restocking_fees'), ('4920', 'Sales returns and allowances', 'income', 'sales_allowances')) as a (code, name, type, role)
      on conflict do nothing;

insert into orders.return_reason (org_id, code, name)
  select o.org_id, r.code, r.name from (select distinct org_id from orders.sourcing_policy) o
   cross join (values ('does_not_fit', 'Does not fit'), ('defective', 'Defective'), ('damaged_in_transit', 'Damaged in transit'), ('wrong_item', 'Wrong item sent'),
                      ('not_as_described', 'Not as described'), ('changed_mind', 'Changed mind'), ('late', 'Came too late'), ('other', 'Other')) as r (code, name);
insert into orders.return_policy (org_id) select distinct org_id from orders.sourcing_policy;

create table warehouse.return_line_state (
  org_id          integer not null,
  receipt_line_id uuid not null,
  receipt_id      uuid not null,
  warehouse_id    uuid not null,
  waiting         bigint not null default 0 check (waiting >= 0),
  repair          bigint not null default 0 check (repair >= 0),
  refurbish       bigint not null default 0 check (refurbish >= 0),
  supplier        bigint not null default 0 check (supplier >= 0),
  reject          bigint not null default 0 check (reject >= 0),
  done            bigint not null default 0 check (done >= 0),
  primary key (org_id, receipt_line_id),
  foreign key (org_id, receipt_line_id) references warehouse.return_receipt_line (org_id, id)
);
comment on table warehouse.return_line_state is 'Where returned goods of a line are on their way: waiting for inspection, kept for repair, refurbishing, the supplier or the customer, done. Sums to the line''s quantity.';
create index return_line_state_open on warehouse.return_line_state (org_id, warehouse_id, receipt_id) where waiting + repair + refurbish + supplier + reject > 0;
create index return_line_state_receipt on warehouse.return_line_state (org_id, receipt_id);
call kernel.tenant_table('warehouse.return_line_state');
insert into warehouse.return_line_state (org_id, receipt_line_id, receipt_id, warehouse_id, waiting, done)
  select l.org_id, l.id, l.receipt_id, r.warehouse_id, case when c.sellable then 0 else l.quantity end, case when c.sellable then l.quantity else 0 end
    from warehouse.return_receipt_line l join warehouse.return_receipt r on r.org_id = l.org_id and r.id = l.receipt_id
    join inventory.location c on c.org_id = l.org_id and c.id = l.location_id;

create table warehouse.inspection (
  org_id       integer not null,
  id           uuid not null,
  number       bigint not null,
  receipt_id   uuid not null,
  warehouse_id uuid not null,
  happened_at  timestamptz not null,
  recorded_at  timestamptz not null,
  recorded_by  uuid,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, receipt_id) references warehouse.return_receipt (org_id, id)
);
comment on table warehouse.inspection is 'A look at returned goods and what was decided for them, unit by unit. Insert-only: goods that were kept for repair, the supplier or the customer are finished by another one.';
create index inspection_receipt on warehouse.inspection (org_id, receipt_id);
call kernel.tenant_table('warehouse.inspection', append_only => true);

create table warehouse.inspection_line (
  org_id           integer not null,
  id               uuid not null,
  inspection_id    uuid not null,
  line_no          integer not null,
  receipt_line_id  uuid not null,
  stage            text not null check (stage in ('waiting', 'repair', 'refurbish', 'supplier', 'reject')),
  disposition      text not null check (disposition in ('restock', 'repair', 'refurbish', 'scrap', 'supplier', 'reject', 'send_to_supplier', 'send_to_customer')),
  item_id          uuid not null,
  lot_id           uuid not null,
  owner_id         uuid not null,
  quantity         bigint not null check (quantity > 0),
  from_location_id uuid not null,
  to_location_id   uuid not null,
  value_minor      bigint not null default 0,
  note             text not null default '' check (length(note) <= 1000),
  primary key (org_id, id),
  unique (org_id, inspection_id, line_no),
  foreign key (org_id, inspection_id) references warehouse.inspection (org_id, id),
  foreign key (org_id, receipt_line_id) references warehouse.return_receipt_line (org_id, id),
  foreign key (org_id, from_location_id) references inventory.location (org_id, id),
  foreign key (org_id, to_location_id) references inventory.location (org_id, id)
);
comment on table warehouse.inspection_line is 'One decision: so many units of a return line from a stage to a disposition. Goods that stay where they stand (from = to) have no movement. value_minor: what left the books with them, in minor units of the base currency.';
create index inspection_line_receipt_line on warehouse.inspection_line (org_id, receipt_line_id);
call kernel.tenant_table('warehouse.inspection_line', append_only => true);
