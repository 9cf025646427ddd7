-- Why: imports of files with their reports, and the history of verification.
-- Locks: none, new tables only.

create schema imports;
grant usage on schema imports to tefter_app;

create table imports.import_run (
  org_id      integer not null,
  id          uuid not null,
  kind        text not null check (kind in ('items', 'orders', 'stock', 'customers')),
  format      text not null,
  file_name   text not null,
  file_sha256 bytea not null,
  file_bytes  bigint not null,
  status      text not null check (status in ('previewed', 'running', 'done', 'failed')),
  skip_bad    boolean not null default false,
  rows_total  bigint not null default 0,
  rows_done   bigint not null default 0,
  rows_bad    bigint not null default 0,
  report      jsonb not null default '{}',
  created_at  timestamptz not null,
  created_by  uuid,
  finished_at timestamptz,
  primary key (org_id, id)
);
comment on table imports.import_run is 'A file taken in: its report lists every bad row with row, column and fix.';
create index import_run_recent on imports.import_run (org_id, created_at desc);
call kernel.tenant_table('imports.import_run');

create table imports.import_file (
  org_id integer not null,
  run_id uuid not null,
  content bytea not null,
  primary key (org_id, run_id),
  foreign key (org_id, run_id) references imports.import_run (org_id, id)
);
comment on table imports.import_file is 'The uploaded bytes, kept until the run has ended and its report was written.';
call kernel.tenant_table('imports.import_file');

create schema reports;
grant usage on schema reports to tefter_app;

create table reports.verification (
  org_id      integer not null,
  id          uuid not null,
  started_at  timestamptz not null,
  finished_at timestamptz not null,
  ok          boolean not null,
  checks      jsonb not null,
  primary key (org_id, id)
);
comment on table reports.verification is 'Each run of verify with the outcome of every check.';
create index verification_recent on reports.verification (org_id, finished_at desc);
call kernel.tenant_table('reports.verification', append_only => true);
