-- Why: what is sold (products, items, kits) and with whom (customers, suppliers).
-- Locks: none, new tables only.

create schema parties;
grant usage on schema parties to tefter_app;

create table parties.party (
  org_id      integer not null,
  id          uuid not null,
  external_id text,
  name        text not null check (length(name) between 1 and 300),
  company     text,
  email       text,
  phone       text,
  is_customer boolean not null default false,
  is_supplier boolean not null default false,
  note        text,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  version     integer not null default 1,
  erased_at   timestamptz,
  primary key (org_id, id),
  unique (org_id, external_id),
  check (is_customer or is_supplier)
);
comment on table parties.party is 'A person or company: customer, supplier or both. Orders keep copies, so a later edit never changes them.';
create index party_name on parties.party (org_id, name collate "und-x-icu", id);
create index party_email on parties.party (org_id, lower(email)) where email is not null;
call kernel.tenant_table('parties.party');

create table parties.party_tax_id (
  org_id   integer not null,
  party_id uuid not null,
  scheme   text not null check (scheme in ('eu_vat', 'rs_pib', 'rs_mb', 'gb_vat', 'other')),
  value    text not null check (length(value) between 1 and 40),
  primary key (org_id, party_id, scheme, value),
  foreign key (org_id, party_id) references parties.party (org_id, id)
);
comment on table parties.party_tax_id is 'Tax numbers by scheme: EU VAT, Serbian PIB (check digit ISO 7064 MOD 11,10) and matični broj, others as given.';
call kernel.tenant_table('parties.party_tax_id');

create table parties.address (
  org_id     integer not null,
  id         uuid not null,
  party_id   uuid not null,
  label      text,
  name       text not null,
  company    text,
  line1      text not null,
  line2      text,
  city       text not null,
  region     text,
  postcode   text,
  country    char(2) not null check (country ~ '^[A-Z]{2}$'),
  phone      text,
  is_default boolean not null default false,
  created_at timestamptz not null,
  primary key (org_id, id),
  foreign key (org_id, party_id) references parties.party (org_id, id)
);
comment on table parties.address is 'Addresses of a party, country by ISO 3166-1 alpha-2.';
create index address_party on parties.address (org_id, party_id);
call kernel.tenant_table('parties.address');

create table parties.contact (
  org_id   integer not null,
  id       uuid not null,
  party_id uuid not null,
  name     text not null,
  email    text,
  phone    text,
  position text,
  primary key (org_id, id),
  foreign key (org_id, party_id) references parties.party (org_id, id)
);
comment on table parties.contact is 'People at a company party.';
create index contact_party on parties.contact (org_id, party_id);
call kernel.tenant_table('parties.contact');

create schema catalog;
grant usage on schema catalog to tefter_app;

create table catalog.tax_class (
  org_id   integer not null,
  id       uuid not null,
  code     text not null check (code ~ '^[a-z0-9_]{1,40}$'),
  name     text not null,
  rate_ppm integer not null check (rate_ppm between 0 and 1000000),
  primary key (org_id, id),
  unique (org_id, code)
);
comment on table catalog.tax_class is 'Tax an item carries unless an order says otherwise. rate_ppm in millionths: 20 % = 200000.';
call kernel.tenant_table('catalog.tax_class');

create table catalog.product (
  org_id      integer not null,
  id          uuid not null,
  name        text not null check (length(name) between 1 and 300),
  description text not null default '',
  status      text not null default 'active' check (status in ('active', 'archived')),
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  version     integer not null default 1,
  primary key (org_id, id)
);
comment on table catalog.product is 'Groups items for people (a T-shirt; its sizes are items).';
call kernel.tenant_table('catalog.product');

create table catalog.item (
  org_id       integer not null,
  id           uuid not null,
  sku          text not null check (length(sku) between 1 and 64 and sku = btrim(sku)),
  product_id   uuid,
  kind         text not null check (kind in ('stocked', 'service', 'voucher', 'kit')),
  name         text not null check (length(name) between 1 and 300),
  unit         text not null default 'piece',
  unit_scale   smallint not null default 0 check (unit_scale between 0 and 6),
  weight_g     integer check (weight_g >= 0),
  length_mm    integer check (length_mm > 0),
  width_mm     integer check (width_mm > 0),
  height_mm    integer check (height_mm > 0),
  price        bigint check (price >= 0),
  price_scale  smallint not null default 2 check (price_scale between 0 and 6),
  price_currency char(3) check (price_currency ~ '^[A-Z]{3}$'),
  tax_class_id uuid,
  image_url    text check (length(image_url) <= 2000),
  cost_method  text not null default 'fifo' check (cost_method in ('fifo', 'average')),
  tracking     text not null default 'none' check (tracking in ('none', 'lot', 'serial')),
  status       text not null default 'active' check (status in ('active', 'archived')),
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  version      integer not null default 1,
  primary key (org_id, id),
  unique (org_id, sku),
  foreign key (org_id, product_id) references catalog.product (org_id, id),
  foreign key (org_id, tax_class_id) references catalog.tax_class (org_id, id),
  check ((price is null) = (price_currency is null))
);
comment on table catalog.item is 'What is sold, by SKU. Quantities of an item are integers of its unit at unit_scale decimals; price is an integer with price_scale decimals.';
create index item_name on catalog.item (org_id, name collate "und-x-icu", id);
create index item_product on catalog.item (org_id, product_id);
call kernel.tenant_table('catalog.item');

create table catalog.barcode (
  org_id   integer not null,
  code     text not null check (length(code) between 1 and 48),
  item_id  uuid not null,
  scheme   text not null check (scheme in ('gtin_8', 'gtin_12', 'gtin_13', 'gtin_14', 'other')),
  quantity bigint not null default 1 check (quantity > 0),
  primary key (org_id, code),
  foreign key (org_id, item_id) references catalog.item (org_id, id)
);
comment on table catalog.barcode is 'Barcodes of an item; quantity says how many base units one scan stands for (a case of 12).';
create index barcode_item on catalog.barcode (org_id, item_id);
call kernel.tenant_table('catalog.barcode');

create table catalog.kit_component (
  org_id       integer not null,
  kit_id       uuid not null,
  component_id uuid not null,
  quantity     bigint not null check (quantity > 0),
  primary key (org_id, kit_id, component_id),
  foreign key (org_id, kit_id) references catalog.item (org_id, id),
  foreign key (org_id, component_id) references catalog.item (org_id, id),
  check (kit_id <> component_id)
);
comment on table catalog.kit_component is 'What one kit is made of. Orders freeze the composition at intake.';
call kernel.tenant_table('catalog.kit_component');
