-- Why: revenue earned on delivery instead of dispatch, by organization or channel: what was sent is deferred, with its cost, until it is
-- delivered. Channels may say which tax follows a changed country of delivery. Automation rules can be deleted; what they did stays.
-- Locks: new columns without a rewrite, new tables, one insert for each organization.

alter table orders.channel
  add column revenue_on text check (revenue_on in ('dispatch', 'delivery')),
  add column tax_rates jsonb not null default '[]' check (jsonb_typeof(tax_rates) = 'array');
comment on column orders.channel.revenue_on is 'When its sales are earned; null: as the organization says.';
comment on column orders.channel.tax_rates is 'Tax that follows the country of delivery when it changes: [{country, tax_class or null, rate_ppm}]. Empty: tax stays as it was taken in.';

alter table automation.rule add column deleted_at timestamptz;
alter table automation.rule add constraint rule_deleted_off check (deleted_at is null or not is_enabled);
comment on column automation.rule.deleted_at is 'When it was deleted: it is not shown or asked any more, its versions and runs stay.';

create table billing.deferral (
  org_id           integer not null,
  id               uuid not null,
  slice_id         uuid not null,
  order_id         uuid not null,
  shipment_id      uuid not null,
  shipment_line_id uuid,
  charge_id        uuid,
  income_role      text not null,
  channel_id       uuid not null,
  party_id         uuid,
  item_id          uuid,
  warehouse_id     uuid,
  currency         char(3) not null,
  quantity         bigint check (quantity > 0),
  net_amount       bigint not null,
  net_base         bigint not null,
  cost_base        bigint not null,
  deferred_at      timestamptz not null,
  primary key (org_id, id),
  unique (org_id, slice_id),
  check ((shipment_line_id is null) <> (charge_id is null)),
  check ((shipment_line_id is null) = (quantity is null))
);
comment on table billing.deferral is 'A sent line or charge whose revenue is earned on delivery: its net in the order''s and the base currency, and what the goods cost, in minor units. Insert-only; deferral_release says what of it was earned or fell away.';
create index deferral_shipment on billing.deferral (org_id, shipment_id);
create index deferral_line on billing.deferral (org_id, shipment_line_id) where shipment_line_id is not null;
call kernel.tenant_table('billing.deferral', append_only => true);

create table billing.deferral_release (
  org_id      integer not null,
  id          uuid not null,
  deferral_id uuid not null,
  reason      text not null check (reason in ('delivered', 'refused', 'lost', 'voided', 'returned')),
  quantity    bigint check (quantity > 0),
  net_amount  bigint not null,
  net_base    bigint not null,
  cost_base   bigint not null,
  released_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, deferral_id) references billing.deferral (org_id, id)
);
comment on table billing.deferral_release is 'What of a deferral was earned (delivered), or is shown as earned because its sale is taken back at the same time. Insert-only.';
create index deferral_release_deferral on billing.deferral_release (org_id, deferral_id);
call kernel.tenant_table('billing.deferral_release', append_only => true);

insert into ledger.account (org_id, id, code, name, type, role)
  select o.org_id, gen_random_uuid(), a.code, a.name, a.type, a.role from (select distinct org_id from ledger.account) o
   cross join (values ('1340', 'Goods on their way to customers', 'asset', 'deferred_cost'), ('2320', 'Deferred revenue', 'liability', 'deferred_revenue')) as a (code, name, type, role)
      on conflict do nothing;
