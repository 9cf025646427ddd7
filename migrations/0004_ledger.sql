-- Why: the double-entry ledger of money. It knows no document: a posting says where it came from by type and id.
-- Locks: none, new tables only.

create schema ledger;
grant usage on schema ledger to tefter_app;

create table ledger.account (
  org_id     integer not null,
  id         uuid not null,
  code       text not null check (code ~ '^[0-9A-Za-z.-]{1,20}$'),
  name       text not null check (length(name) between 1 and 200),
  type       text not null check (type in ('asset', 'liability', 'equity', 'income', 'expense')),
  role       text check (role in ('inventory', 'goods_in_transit', 'received_not_invoiced', 'opening_equity', 'cost_of_goods_sold', 'write_off',
               'shrinkage', 'revenue', 'shipping_income', 'other_income', 'sales_discount', 'tax_payable', 'customer_account', 'payment_clearing',
               'voucher_liability', 'cash_in_courier', 'bank', 'price_difference', 'rounding', 'bad_debt', 'fees', 'production', 'supplier_account')),
  is_active  boolean not null default true,
  primary key (org_id, id),
  unique (org_id, code),
  unique (org_id, role)
);
comment on table ledger.account is 'Chart of accounts. role names the account that the posting rules use for a purpose.';
call kernel.tenant_table('ledger.account');

create table ledger.period (
  org_id    integer not null,
  starts_on date not null,
  ends_on   date not null,
  status    text not null default 'open' check (status in ('open', 'closed')),
  closed_at timestamptz,
  primary key (org_id, starts_on),
  check (ends_on >= starts_on)
);
comment on table ledger.period is 'Accounting periods. A date in no period is open; a closed period refuses entries.';
call kernel.tenant_table('ledger.period');

create table ledger.journal_entry (
  org_id          integer not null,
  seq             bigint generated always as identity,
  id              uuid not null,
  accounting_date date not null,
  recorded_at     timestamptz not null,
  base_currency   char(3) not null,
  base_debit      bigint not null check (base_debit >= 0),
  base_credit     bigint not null check (base_credit >= 0),
  kind            text not null,
  source_type     text not null,
  source_id       uuid not null,
  reverses_id     uuid,
  memo            text not null default '',
  actor_kind      text not null,
  actor_id        uuid,
  command_id      uuid not null,
  primary key (org_id, id),
  unique (org_id, seq),
  unique (org_id, reverses_id),
  foreign key (org_id, reverses_id) references ledger.journal_entry (org_id, id),
  constraint journal_entry_balances check (base_debit = base_credit)
);
comment on table ledger.journal_entry is 'A balanced entry, insert-only; seq is its number; a mistake is reversed by an entry that points back. accounting_date is in the organization''s time zone.';
create index journal_entry_source on ledger.journal_entry (org_id, source_id);
create index journal_entry_date on ledger.journal_entry (org_id, accounting_date, seq);
call kernel.tenant_table('ledger.journal_entry', append_only => true);

create table ledger.posting (
  org_id          integer not null,
  entry_id        uuid not null,
  line            integer not null check (line >= 1),
  account_id      uuid not null,
  accounting_date date not null,
  amount          bigint not null check (amount <> 0 or base_amount <> 0),
  currency        char(3) not null,
  base_amount     bigint not null,
  party_id        uuid,
  document_type   text,
  document_id     uuid,
  line_id         uuid,
  item_id         uuid,
  warehouse_id    uuid,
  channel_id      uuid,
  primary key (org_id, entry_id, line),
  foreign key (org_id, entry_id) references ledger.journal_entry (org_id, id),
  foreign key (org_id, account_id) references ledger.account (org_id, id)
);
comment on table ledger.posting is 'One side of an entry: debit positive, credit negative, in minor units of currency and of the base currency. document is what the amount belongs to (the order of a customer account, the receipt of received not invoiced).';
create index posting_account on ledger.posting (org_id, account_id, accounting_date) include (base_amount);
create index posting_document on ledger.posting (org_id, document_id) where document_id is not null;
call kernel.tenant_table('ledger.posting', append_only => true);

create view ledger.document_balance with (security_invoker = true) as
  select p.org_id, a.role, p.document_type, p.document_id, p.currency, sum(p.amount)::bigint as amount, sum(p.base_amount)::bigint as base_amount
    from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
   where p.document_id is not null and a.role is not null
   group by p.org_id, a.role, p.document_type, p.document_id, p.currency;
comment on view ledger.document_balance is 'What an account holds for each document (an order''s customer account, a receipt''s received not invoiced). Published for checks of rooms above (V8).';
grant select on ledger.document_balance to tefter_app;

create view ledger.role_balance with (security_invoker = true) as
  select p.org_id, a.role, sum(p.base_amount)::bigint as base_amount, count(*) as postings
    from ledger.posting p join ledger.account a on a.org_id = p.org_id and a.id = p.account_id
   where a.role is not null group by p.org_id, a.role;
comment on view ledger.role_balance is 'Balance of each role''s account in the base currency. Published for checks of rooms above (V7, V8).';
grant select on ledger.role_balance to tefter_app;
