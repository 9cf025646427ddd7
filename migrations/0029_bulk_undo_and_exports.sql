-- Why: an action on many documents can be taken back where its inverse is known (tags, holds, priorities), and a large list is written to a
-- file in the background, with its progress.
-- Locks: two columns without a default and a partial index on lists.bulk_run and lists.bulk_item (short, no rewrite); the rest are new tables.
-- On ten million bulk items: under a second for the columns, a few seconds for the index on runs.

alter table lists.bulk_run add column undoes_id uuid;
comment on column lists.bulk_run.undoes_id is 'The run that this one takes back; a run is taken back once.';
create unique index bulk_run_undone_once on lists.bulk_run (org_id, undoes_id) where undoes_id is not null;
alter table lists.bulk_item add column undo jsonb;
comment on column lists.bulk_item.undo is 'What the inverse must know of this document; none where there is nothing to take back.';

create table lists.export_run (
  org_id       integer not null,
  id           uuid not null,
  list         text not null check (list in ('orders', 'shipments', 'items', 'stock', 'movements', 'customers', 'entries')),
  format       text not null check (format in ('csv', 'xlsx')),
  filters      jsonb not null default '{}',
  status       text not null check (status in ('queued', 'running', 'done', 'failed', 'expired')),
  expected     integer not null check (expected >= 0),
  row_count    integer not null default 0 check (row_count >= 0),
  part_count   integer not null default 0 check (part_count >= 0),
  byte_count   bigint not null default 0 check (byte_count >= 0),
  problem      text check (length(problem) <= 1000),
  created_at   timestamptz not null,
  actor_kind   text not null,
  actor_id     uuid,
  heartbeat_at timestamptz not null,
  finished_at  timestamptz,
  primary key (org_id, id)
);
comment on table lists.export_run is 'A list as a file, written by a worker in the name of who asked for it, kept for a day.';
comment on column lists.export_run.expected is 'Rows that were counted when it was asked for; an estimate for large lists.';
comment on column lists.export_run.heartbeat_at is 'Moved with every part; an old one means that the process is gone and another begins anew.';
create index export_run_recent on lists.export_run (org_id, created_at desc);
create index export_run_open on lists.export_run (org_id, heartbeat_at) where status in ('queued', 'running');
call kernel.tenant_table('lists.export_run');

create table lists.export_part (
  org_id    integer not null,
  export_id uuid not null,
  place     integer not null check (place >= 1),
  content   bytea not null,
  primary key (org_id, export_id, place),
  foreign key (org_id, export_id) references lists.export_run (org_id, id)
);
comment on table lists.export_part is 'Pieces of an exported file in order, each at most a few megabytes; deleted when the file expires.';
call kernel.tenant_table('lists.export_part');
