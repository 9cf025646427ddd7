-- Why: the money of an order beside the straight path: authorizations that end, vouchers as liabilities, couriers' lists of what they
-- collected, write-offs, and what exactly a courier collects for each order of a shipment.
-- Locks: short exclusive locks for new columns with constant defaults and checks on orders.payment and ledger.account (one pass each,
-- seconds on ten million rows); one pass over cash-on-delivery shipments. Else new tables only.

alter table orders.payment drop constraint payment_kind_check;
alter table orders.payment
  add constraint payment_kind_check check (kind in ('authorized', 'captured', 'refunded', 'collected', 'voided', 'expired', 'failed', 'written_off', 'kept')),
  add column provider text not null default '' check (length(provider) <= 100),
  add column authorization_id uuid,
  add column expires_at timestamptz,
  add column voucher_id uuid,
  add constraint payment_authorization foreign key (org_id, authorization_id) references orders.payment (org_id, id),
  add constraint payment_expires check (expires_at is null or kind = 'authorized'),
  add constraint payment_voucher check (voucher_id is null or kind in ('captured', 'refunded'));
comment on table orders.payment is 'Payment facts of an order: authorized, captured, refunded, collected by a courier, voided, expired, failed; written_off (a debt given up) and kept (a small credit not paid back). Insert-only.';
comment on column orders.payment.authorization_id is 'The authorization that a capture, void or expiry belongs to. More captured than authorized is shown, never refused.';
comment on column orders.payment.voucher_id is 'The voucher that paid or was paid back to; such a fact moves the voucher liability, not payment clearing.';
create index payment_authorization on orders.payment (org_id, authorization_id) where authorization_id is not null;
create index payment_expiring on orders.payment (org_id, expires_at) where expires_at is not null;
create index payment_reference on orders.payment (org_id, reference) where reference is not null;

alter table orders.sales_order add column written_off_amount bigint not null default 0 check (written_off_amount >= 0);
comment on column orders.sales_order.written_off_amount is 'Debt given up: with what was captured it settles the order.';

-- Roles are a closed list in the code (ledger, GENERIC_CHART); the database keeps them unique.
alter table ledger.account drop constraint account_role_check;
alter table ledger.account add constraint account_role_check check (role ~ '^[a-z_]{1,40}$');
insert into ledger.account (org_id, id, code, name, type, role)
  select o.org_id, gen_random_uuid(), a.code, a.name, a.type, a.role from (select distinct org_id from ledger.account) o
    cross join (values ('4130', 'Expired vouchers', 'income', 'voucher_breakage'), ('6120', 'Courier fees', 'expense', 'courier_fees')) as a(code, name, type, role)
  on conflict do nothing;

create table warehouse.shipment_collection (
  org_id      integer not null,
  shipment_id uuid not null,
  source_id   uuid not null,
  quantity    bigint not null check (quantity >= 0),
  amount      bigint not null check (amount >= 0),
  fixed_at    timestamptz not null,
  primary key (org_id, shipment_id, source_id),
  foreign key (org_id, shipment_id) references warehouse.shipment (org_id, id)
);
comment on table warehouse.shipment_collection is 'What a courier collects with a packed or shipped shipment, by order (source_id); their sum is amount_to_collect of the shipment and of its parcels. Before packing the shipment''s own amount is an estimate.';
create index shipment_collection_source on warehouse.shipment_collection (org_id, source_id);
call kernel.tenant_table('warehouse.shipment_collection');
insert into warehouse.shipment_collection (org_id, shipment_id, source_id, quantity, amount, fixed_at)
  select org_id, id, source_id, (select coalesce(sum(l.quantity), 0) from warehouse.shipment_line l where l.org_id = s.org_id and l.shipment_id = s.id), amount_to_collect, coalesce(packed_at, shipped_at, created_at) from warehouse.shipment s
   where amount_to_collect > 0 and status in ('packed', 'shipped', 'delivered');

create schema billing;
grant usage on schema billing to tefter_app;

create table billing.voucher (
  org_id        integer not null,
  id            uuid not null,
  number        bigint not null,
  kind          text not null check (kind in ('gift', 'store_credit')),
  code_hash     bytea check (length(code_hash) = 32),
  code_last4    text check (length(code_last4) = 4),
  currency      char(3) not null,
  issued_amount bigint not null check (issued_amount > 0),
  balance       bigint not null,
  party_id      uuid,
  order_id      uuid,
  order_line_id uuid,
  document_line_id uuid,
  issued_at     timestamptz not null,
  expires_at    timestamptz,
  version       integer not null default 1,
  primary key (org_id, id),
  unique (org_id, number),
  constraint voucher_code_once unique (org_id, code_hash),
  constraint voucher_balance check (balance >= 0)
);
comment on table billing.voucher is 'A promise of later goods for money taken now: a liability (account voucher_liability) until redeemed, expired or canceled. A gift voucher is paid by its code, store credit by the customer it is bound to or by its code.';
comment on column billing.voucher.code_hash is 'sha256 of the code, which itself is shown once and kept nowhere.';
create index voucher_party on billing.voucher (org_id, party_id) where party_id is not null;
create index voucher_order on billing.voucher (org_id, order_id) where order_id is not null;
create index voucher_document_line on billing.voucher (org_id, document_line_id) where document_line_id is not null;
call kernel.tenant_table('billing.voucher');

create table billing.voucher_entry (
  org_id      integer not null,
  id          uuid not null,
  voucher_id  uuid not null,
  kind        text not null check (kind in ('issued', 'redeemed', 'refunded', 'expired', 'canceled')),
  amount      bigint not null check (amount <> 0),
  payment_id  uuid,
  document_id uuid,
  happened_at timestamptz not null,
  recorded_at timestamptz not null,
  reason      text not null default '',
  primary key (org_id, id),
  constraint voucher_entry_payment_once unique (org_id, payment_id),
  foreign key (org_id, voucher_id) references billing.voucher (org_id, id),
  constraint voucher_entry_sign check (case when kind in ('issued', 'refunded') then amount > 0 else amount < 0 end)
);
comment on table billing.voucher_entry is 'What raised (positive) and lowered a voucher; the balance is their sum. Insert-only.';
create index voucher_entry_voucher on billing.voucher_entry (org_id, voucher_id);
call kernel.tenant_table('billing.voucher_entry', append_only => true);

create table billing.courier_remittance (
  org_id         integer not null,
  id             uuid not null,
  number         bigint not null,
  carrier_id     uuid not null,
  reference      text not null check (length(reference) between 1 and 200),
  statement_on   date not null,
  currency       char(3) not null,
  deposit_amount bigint check (deposit_amount >= 0),
  status         text not null check (status in ('open', 'accepted', 'canceled')),
  note           text not null default '',
  created_at     timestamptz not null,
  created_by     uuid,
  accepted_at    timestamptz,
  accepted_by    uuid,
  version        integer not null default 1,
  primary key (org_id, id),
  unique (org_id, number),
  constraint courier_remittance_once unique (org_id, carrier_id, reference),
  foreign key (org_id, carrier_id) references carriers.carrier (org_id, id)
);
comment on table billing.courier_remittance is 'A courier''s list of cash it collected at doors and pays out: read from a file, compared with parcels, accepted as a whole. deposit_amount is what arrived at the bank; null: what the lines come to.';
call kernel.tenant_table('billing.courier_remittance');

create table billing.courier_remittance_line (
  org_id          integer not null,
  id              uuid not null,
  remittance_id   uuid not null,
  line_no         integer not null check (line_no >= 1),
  tracking_number text not null check (length(tracking_number) between 1 and 100),
  amount          bigint not null check (amount >= 0),
  fee             bigint not null default 0 check (fee >= 0),
  collected_on    date,
  parcel_id       uuid,
  shipment_id     uuid,
  difference      text not null check (difference in ('none', 'too_little', 'too_much', 'unknown', 'not_cod', 'not_shipped', 'repeated', 'already_remitted')),
  expected        bigint not null default 0,
  primary key (org_id, id),
  unique (org_id, remittance_id, line_no),
  foreign key (org_id, remittance_id) references billing.courier_remittance (org_id, id)
);
comment on table billing.courier_remittance_line is 'One parcel of a courier''s list with what was found to it. Compared anew whenever an open list is shown or accepted, fixed by acceptance.';
create index courier_remittance_line_tracking on billing.courier_remittance_line (org_id, tracking_number);
create index courier_remittance_line_shipment on billing.courier_remittance_line (org_id, shipment_id) where shipment_id is not null;
call kernel.tenant_table('billing.courier_remittance_line');

create table billing.courier_remittance_part (
  org_id      integer not null,
  line_id     uuid not null,
  order_id    uuid not null,
  parcel_id   uuid not null,
  payment_id  uuid,
  amount      bigint not null check (amount > 0),
  primary key (org_id, line_id, order_id),
  foreign key (org_id, line_id) references billing.courier_remittance_line (org_id, id)
);
comment on table billing.courier_remittance_part is 'What of an accepted line pays which order, with the payment fact collected that it made (null: it had been recorded before). Insert-only.';
create index courier_remittance_part_order on billing.courier_remittance_part (org_id, order_id);
create index courier_remittance_part_parcel on billing.courier_remittance_part (org_id, parcel_id);
call kernel.tenant_table('billing.courier_remittance_part', append_only => true);

create view ledger.customer_balance with (security_invoker = true) as
  select p.org_id, p.document_type, p.document_id, p.currency, sum(p.amount)::bigint as amount, sum(p.base_amount)::bigint as base_amount,
         (array_agg(p.party_id) filter (where p.party_id is not null))[1] as party_id, min(p.accounting_date) as first_on, count(*) as postings
    from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
   where a.role = 'customer_account' and p.document_id is not null
   group by p.org_id, p.document_type, p.document_id, p.currency;
comment on view ledger.customer_balance is 'The customer account by document (order, return receipt): a debit is a receivable, a credit a deposit. Published for the rooms above.';
grant select on ledger.customer_balance to tefter_app;
