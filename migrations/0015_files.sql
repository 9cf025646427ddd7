-- Why: files other systems write: settings of a reading (mapping, constants), edited rows, saved mappings, what an import made (for undo),
-- runs in the background with a heartbeat, and opening balances loaded as one document.
-- Locks: short exclusive locks on imports.import_run for two checks and new columns without rewriting; a few hundred rows at most. Else new tables only.

alter table imports.import_run drop constraint import_run_status_check;
alter table imports.import_run add constraint import_run_status_check
  check (status in ('previewed', 'queued', 'running', 'done', 'failed', 'undone'));
alter table imports.import_run
  add column settings jsonb not null default '{}',
  add column edits jsonb not null default '{}',
  add column heartbeat_at timestamptz;
comment on column imports.import_run.settings is 'How the file is read: encoding, columns by our field, constants, decimal comma, order of dates, sheet.';
comment on column imports.import_run.edits is 'Cells corrected in the preview: row → header → text; a row that is null is left out. The file itself is never changed.';
comment on column imports.import_run.heartbeat_at is 'Moved every few seconds while a process works on the import; an old one means that the process is gone.';
create index import_run_open on imports.import_run (org_id, status) where status in ('queued', 'running');

create table imports.import_mapping (
  org_id     integer not null,
  id         uuid not null,
  name       text not null check (length(name) between 1 and 100),
  kind       text not null check (kind in ('items', 'orders', 'stock')),
  settings   jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, kind, name)
);
comment on table imports.import_mapping is 'Columns of a file that an organization gets again and again, saved under a name.';
call kernel.tenant_table('imports.import_mapping');

create table imports.import_document (
  org_id        integer not null,
  run_id        uuid not null,
  document_type text not null check (document_type in ('order', 'goods_receipt', 'item')),
  document_id   uuid not null,
  primary key (org_id, run_id, document_type, document_id),
  foreign key (org_id, run_id) references imports.import_run (org_id, id)
);
comment on table imports.import_document is 'What an import made, so that it can be undone while nothing of it was used.';
call kernel.tenant_table('imports.import_document');

create table imports.opening (
  org_id      integer not null,
  id          uuid not null,
  status      text not null check (status in ('loaded', 'accepted', 'discarded')),
  file_name   text not null,
  settings    jsonb not null default '{}',
  report      jsonb not null default '{}',
  computed    jsonb not null default '{}',
  stated      jsonb,
  created_at  timestamptz not null,
  created_by  uuid,
  accepted_at timestamptz,
  primary key (org_id, id)
);
comment on table imports.opening is 'Opening balances: items, stock, open orders and customers of the old system as one document, accepted only when its totals match.';
comment on column imports.opening.computed is 'Totals of what the files hold: counts, and amounts in minor units of the base currency.';
comment on column imports.opening.stated is 'Totals of the old system as the user entered them.';
create index opening_recent on imports.opening (org_id, created_at desc);
call kernel.tenant_table('imports.opening');

create table imports.opening_file (
  org_id     integer not null,
  opening_id uuid not null,
  part       text not null check (part in ('items', 'stock', 'orders', 'customers')),
  content    bytea not null,
  primary key (org_id, opening_id, part),
  foreign key (org_id, opening_id) references imports.opening (org_id, id)
);
comment on table imports.opening_file is 'The sheets of an opening, as UTF-8 CSV, kept until it is accepted or discarded.';
call kernel.tenant_table('imports.opening_file');
