-- Why: what customers asked for, how far each line is, and the payment facts.
-- Locks: none, new tables only.

create schema orders;
grant usage on schema orders to tefter_app;

create table orders.channel (
  org_id     integer not null,
  id         uuid not null,
  code       text not null check (code ~ '^[a-z0-9_-]{1,40}$'),
  name       text not null check (length(name) between 1 and 100),
  kind       text not null check (kind in ('shop', 'marketplace', 'social', 'counter', 'phone', 'b2b', 'import')),
  is_active  boolean not null default true,
  created_at timestamptz not null,
  version    integer not null default 1,
  primary key (org_id, id),
  unique (org_id, code)
);
comment on table orders.channel is 'One account that orders come from: a shop, a marketplace account, the counter, the phone.';
call kernel.tenant_table('orders.channel');

create table orders.channel_warehouse (
  org_id       integer not null,
  channel_id   uuid not null,
  warehouse_id uuid not null,
  primary key (org_id, channel_id, warehouse_id),
  foreign key (org_id, channel_id) references orders.channel (org_id, id),
  foreign key (org_id, warehouse_id) references inventory.warehouse (org_id, id)
);
comment on table orders.channel_warehouse is 'Which warehouses may serve a channel; a channel without rows sells from all of kind own and store.';
call kernel.tenant_table('orders.channel_warehouse');

create table orders.sourcing_policy (
  org_id         integer not null,
  id             uuid not null,
  channel_id     uuid,
  prefer         text not null default 'nearest' check (prefer in ('priority', 'nearest')),
  keep_together  boolean not null default true,
  allow_split    boolean not null default true,
  max_shipments  integer not null default 3 check (max_shipments between 1 and 10),
  on_shortage    text not null default 'backorder' check (on_shortage in ('backorder', 'refuse')),
  version        integer not null default 1,
  primary key (org_id, id),
  unique nulls not distinct (org_id, channel_id),
  foreign key (org_id, channel_id) references orders.channel (org_id, id)
);
comment on table orders.sourcing_policy is 'How the shipping warehouse is chosen; the row without a channel is the organization''s own.';
call kernel.tenant_table('orders.sourcing_policy');

create table orders.sales_order (
  org_id             integer not null,
  id                 uuid not null,
  number             bigint not null,
  channel_id         uuid not null,
  external_id        text check (length(external_id) between 1 and 200),
  intake_hash        bytea not null,
  placed_at          timestamptz not null,
  received_at        timestamptz not null,
  currency           char(3) not null,
  prices_include_tax boolean not null,
  payment_terms      text not null check (payment_terms in ('prepaid', 'cash_on_delivery', 'on_account')),
  party_id           uuid,
  customer_name      text,
  customer_email     text,
  customer_phone     text,
  tax_ids            jsonb not null default '[]',
  bill_to            jsonb,
  ship_to            jsonb not null,
  ship_country       char(2) not null,
  priority           integer not null default 100,
  promised_at        timestamptz,
  note               text not null default '',
  tags               text[] not null default '{}',
  base_rate_ppm      bigint not null default 1000000 check (base_rate_ppm > 0),
  channel_total      bigint,
  lines_amount       bigint not null,
  charges_amount     bigint not null,
  discounts_amount   bigint not null,
  tax_amount         bigint not null,
  marketplace_tax_amount bigint not null default 0,
  total              bigint not null,
  state              text not null check (state in ('open', 'done', 'canceled')),
  payment_status     text not null default 'unpaid' check (payment_status in ('unpaid', 'authorized', 'partly_paid', 'paid', 'partly_refunded', 'refunded')),
  reservation_status text not null check (reservation_status in ('none', 'pending', 'partly_reserved', 'reserved', 'backordered')),
  fulfillment_status text not null check (fulfillment_status in ('unfulfilled', 'in_progress', 'partly_shipped', 'shipped', 'delivered', 'canceled')),
  invoicing_status   text not null default 'not_invoiced' check (invoicing_status in ('not_invoiced', 'partly_invoiced', 'invoiced')),
  return_status      text not null default 'none' check (return_status in ('none', 'partly_returned', 'returned')),
  authorized_amount  bigint not null default 0 check (authorized_amount >= 0),
  captured_amount    bigint not null default 0 check (captured_amount >= 0),
  refunded_amount    bigint not null default 0 check (refunded_amount >= 0),
  hold_count         integer not null default 0 check (hold_count >= 0),
  first_shipment_id  uuid,
  is_history         boolean not null default false,
  version            integer not null default 1,
  primary key (org_id, id),
  unique (org_id, number),
  constraint sales_order_external_once unique (org_id, channel_id, external_id),
  foreign key (org_id, channel_id) references orders.channel (org_id, id)
) with (fillfactor = 80);
comment on table orders.sales_order is 'What was asked for. Money in minor units of currency; prices_include_tax says whether line amounts carry tax. Statuses are derived from the lines and payments.';
comment on column orders.sales_order.channel_total is 'The total the channel stated; when ours differs the order is held as total_mismatch.';
comment on column orders.sales_order.intake_hash is 'sha256 of the request as taken in: the same order again is the same order, another one under the same external id is a conflict.';
create index sales_order_placed on orders.sales_order (org_id, placed_at desc, id);
create index sales_order_open on orders.sales_order (org_id, placed_at desc, id) where state = 'open';
create index sales_order_fulfillment on orders.sales_order (org_id, fulfillment_status, placed_at desc, id);
create index sales_order_payment on orders.sales_order (org_id, payment_status, placed_at desc, id);
create index sales_order_waiting on orders.sales_order (org_id, reservation_status, placed_at desc, id) where reservation_status in ('pending', 'partly_reserved', 'backordered');
create index sales_order_held on orders.sales_order (org_id, placed_at desc, id) where hold_count > 0;
create index sales_order_channel on orders.sales_order (org_id, channel_id, placed_at desc, id);
create index sales_order_party on orders.sales_order (org_id, party_id, placed_at desc, id) where party_id is not null;
create index sales_order_name on orders.sales_order (org_id, lower(customer_name) text_pattern_ops);
create index sales_order_email on orders.sales_order (org_id, lower(customer_email) text_pattern_ops) where customer_email is not null;
call kernel.tenant_table('orders.sales_order');

create table orders.order_line (
  org_id           integer not null,
  id               uuid not null,
  order_id         uuid not null,
  line_no          integer not null check (line_no >= 1),
  external_line_id text,
  item_id          uuid not null,
  sku              text not null,
  name             text not null,
  kind             text not null check (kind in ('stocked', 'service', 'voucher', 'kit')),
  supply           text not null check (supply in ('stock', 'dropship', 'external', 'none')),
  parent_line_id   uuid,
  kit_quantity     bigint check (kit_quantity > 0),
  sold_quantity    bigint not null check (sold_quantity > 0),
  multiplier       integer not null default 1 check (multiplier >= 1),
  unit_price       bigint,
  unit_price_scale smallint not null default 2 check (unit_price_scale between 0 and 6),
  amount           bigint not null,
  discount         bigint not null default 0,
  tax              bigint not null default 0,
  marketplace_tax  bigint not null default 0,
  replaces_line_id uuid,
  reason           text,
  ordered          bigint not null check (ordered > 0),
  canceled         bigint not null default 0 check (canceled >= 0),
  pending          bigint not null default 0 check (pending >= 0),
  reserved         bigint not null default 0 check (reserved >= 0),
  backordered      bigint not null default 0 check (backordered >= 0),
  supplied_elsewhere bigint not null default 0 check (supplied_elsewhere >= 0),
  shipped          bigint not null default 0 check (shipped >= 0),
  picked           bigint not null default 0,
  returned         bigint not null default 0 check (returned >= 0),
  refused          bigint not null default 0 check (refused >= 0),
  lost             bigint not null default 0 check (lost >= 0),
  sliced_quantity  bigint not null default 0,
  sliced_amount    bigint not null default 0,
  sliced_discount  bigint not null default 0,
  sliced_tax       bigint not null default 0,
  primary key (org_id, id),
  unique (org_id, order_id, line_no),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id),
  foreign key (org_id, item_id) references catalog.item (org_id, id),
  foreign key (org_id, parent_line_id) references orders.order_line (org_id, id),
  constraint order_line_vector check (ordered = canceled + pending + reserved + backordered + supplied_elsewhere + shipped),
  constraint order_line_picked check (0 <= picked and picked <= reserved),
  constraint order_line_back check (returned + refused + lost <= shipped),
  constraint order_line_sliced check (sliced_quantity = canceled + shipped + supplied_elsewhere)
) with (fillfactor = 70);
comment on table orders.order_line is 'One asked-for item with its vector of quantities. amount is the fact as stated (before discount), discount and tax are this line''s share; a kit''s children carry the vector and shares of its amounts.';
comment on column orders.order_line.sliced_amount is 'Part of amount - discount already frozen on shipments or canceled: part k takes amount × cumulative quantity ÷ total, rounded down, less what is already taken.';
create index order_line_item on orders.order_line (org_id, item_id, order_id);
call kernel.tenant_table('orders.order_line');

create table orders.order_charge (
  org_id   integer not null,
  id       uuid not null,
  order_id uuid not null,
  line_no  integer not null,
  kind     text not null check (kind in ('shipping', 'gift_wrap', 'cod_fee', 'surcharge', 'other')),
  name     text not null default '',
  amount   bigint not null,
  discount bigint not null default 0,
  tax      bigint not null default 0,
  marketplace_tax bigint not null default 0,
  recognized_shipment_id uuid,
  canceled_at timestamptz,
  primary key (org_id, id),
  unique (org_id, order_id, line_no),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id)
);
comment on table orders.order_charge is 'Shipping, gift wrap, cash-on-delivery fee … Recognized with the first shipment.';
call kernel.tenant_table('orders.order_charge');

create table orders.order_discount (
  org_id    integer not null,
  id        uuid not null,
  order_id  uuid not null,
  line_id   uuid,
  code      text not null default '',
  name      text not null default '',
  amount    bigint not null check (amount > 0),
  funded_by text not null default 'merchant' check (funded_by in ('merchant', 'marketplace', 'supplier')),
  primary key (org_id, id),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id)
);
comment on table orders.order_discount is 'Discount of an order or a line and who pays it; its shares stand on the lines.';
create index order_discount_order on orders.order_discount (org_id, order_id);
call kernel.tenant_table('orders.order_discount');

create table orders.order_tax (
  org_id       integer not null,
  id           uuid not null,
  order_id     uuid not null,
  line_id      uuid,
  charge_id    uuid,
  rate_ppm     integer not null check (rate_ppm between 0 and 10000000),
  base         bigint not null,
  amount       bigint not null,
  jurisdiction text not null default '',
  collected_by text not null default 'merchant' check (collected_by in ('merchant', 'marketplace')),
  primary key (org_id, id),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id)
);
comment on table orders.order_tax is 'Tax by rate on a line, a charge or the order. base is the net amount it was computed on.';
create index order_tax_order on orders.order_tax (org_id, order_id);
call kernel.tenant_table('orders.order_tax');

create table orders.order_hold (
  org_id      integer not null,
  id          uuid not null,
  order_id    uuid not null,
  type        text not null check (type in ('fraud', 'address', 'payment', 'total_mismatch', 'channel_changed', 'manual')),
  note        text not null default '',
  placed_at   timestamptz not null,
  placed_by   uuid,
  released_at timestamptz,
  released_by uuid,
  primary key (org_id, id),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id)
);
comment on table orders.order_hold is 'A typed reason not to release; several at once.';
create index order_hold_order on orders.order_hold (org_id, order_id);
call kernel.tenant_table('orders.order_hold');

create table orders.sourcing_decision (
  org_id     integer not null,
  order_id   uuid not null,
  attempt    integer not null check (attempt >= 1),
  decided_at timestamptz not null,
  reasons    jsonb not null,
  primary key (org_id, order_id, attempt),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id)
);
comment on table orders.sourcing_decision is 'Why this warehouse: the candidates, what each could ship, the rule that decided.';
call kernel.tenant_table('orders.sourcing_decision', append_only => true);

create table orders.payment (
  org_id       integer not null,
  id           uuid not null,
  order_id     uuid not null,
  kind         text not null check (kind in ('authorized', 'captured', 'refunded', 'collected', 'voided')),
  amount       bigint not null check (amount > 0),
  currency     char(3) not null,
  method       text not null default '',
  reference    text check (length(reference) between 1 and 200),
  return_receipt_id uuid,
  reason       text not null default '',
  happened_at  timestamptz not null,
  recorded_at  timestamptz not null,
  primary key (org_id, id),
  constraint payment_reference_once unique (org_id, order_id, kind, reference),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id)
);
comment on table orders.payment is 'Payment facts of an order: authorized, captured, refunded, collected by a courier. Insert-only.';
create index payment_order on orders.payment (org_id, order_id);
call kernel.tenant_table('orders.payment', append_only => true);

create table orders.refund_line (
  org_id     integer not null,
  id         uuid not null,
  payment_id uuid not null,
  line_id    uuid,
  charge_id  uuid,
  quantity   bigint check (quantity > 0),
  amount     bigint not null,
  tax        bigint not null default 0,
  reason     text not null default '',
  primary key (org_id, id),
  foreign key (org_id, payment_id) references orders.payment (org_id, id)
);
comment on table orders.refund_line is 'What a refund was for: a line, a charge; money without goods is normal.';
create index refund_line_payment on orders.refund_line (org_id, payment_id);
call kernel.tenant_table('orders.refund_line', append_only => true);

create table orders.revenue_slice (
  org_id            integer not null,
  id                uuid not null,
  order_id          uuid not null,
  line_id           uuid,
  charge_id         uuid,
  kind              text not null check (kind in ('shipped', 'returned', 'refused', 'voided')),
  document_id       uuid not null,
  document_line_id  uuid,
  of_slice_id       uuid,
  quantity          bigint check (quantity > 0),
  amount            bigint not null,
  discount          bigint not null default 0,
  tax               bigint not null default 0,
  recorded_at       timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, order_id) references orders.sales_order (org_id, id),
  check (line_id is not null or charge_id is not null or kind <> 'shipped')
);
comment on table orders.revenue_slice is 'What a shipment line or return froze of the order''s money: amount is gross (tax included) after discount, tax the merchant''s tax in it; a returned slice points at the shipped one (of_slice_id). Insert-only.';
create index revenue_slice_order on orders.revenue_slice (org_id, order_id);
create index revenue_slice_document_line on orders.revenue_slice (org_id, document_line_id);
create index revenue_slice_of on orders.revenue_slice (org_id, of_slice_id) where of_slice_id is not null;
call kernel.tenant_table('orders.revenue_slice', append_only => true);

create table orders.channel_snapshot (
  org_id          integer not null,
  id              uuid not null,
  channel_id      uuid not null,
  external_id     text not null,
  order_id        uuid,
  channel_version text,
  hash            bytea not null,
  body            jsonb,
  received_at     timestamptz not null,
  outcome         text not null check (outcome in ('taken', 'unchanged', 'older', 'held', 'refused')),
  primary key (org_id, id),
  foreign key (org_id, channel_id) references orders.channel (org_id, id)
);
comment on table orders.channel_snapshot is 'What a channel said of an order, as it said it: base of the three-way merge. body can be erased.';
create index channel_snapshot_order on orders.channel_snapshot (org_id, channel_id, external_id, received_at);
call kernel.tenant_table('orders.channel_snapshot');
