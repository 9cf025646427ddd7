-- Why: lists of the office: views that people save and share, columns and density of each person, and actions on many documents that run
-- in the background with their progress and a report.
-- Locks: none, new tables only. A bulk item is written and changed once; ten million of them are about 1.5 GB.

create schema lists;
grant usage on schema lists to tefter_app;

create table lists.saved_view (
  org_id     integer not null,
  id         uuid not null,
  list       text not null check (list in ('orders', 'shipments', 'items', 'stock', 'movements', 'customers', 'entries')),
  name       text not null check (length(name) between 1 and 60),
  filters    jsonb not null,
  owner_id   uuid not null,
  is_shared  boolean not null,
  created_at timestamptz not null,
  primary key (org_id, id),
  constraint saved_view_name_once unique (org_id, owner_id, list, name)
);
comment on table lists.saved_view is 'Filters of a list under a name: its owner''s, or everyone''s when it is shared.';
comment on column lists.saved_view.filters is 'Parameters of the list''s address, text by name.';
call kernel.tenant_table('lists.saved_view');

create table lists.preference (
  org_id  integer not null,
  user_id uuid not null,
  list    text not null,
  hidden  jsonb not null default '[]',
  density text not null check (density in ('compact', 'normal', 'comfortable')),
  primary key (org_id, user_id, list)
);
comment on table lists.preference is 'How a person wants to see a list: columns left out, height of rows.';
call kernel.tenant_table('lists.preference');

create table lists.bulk_run (
  org_id       integer not null,
  id           uuid not null,
  list         text not null check (list in ('orders', 'shipments')),
  action       text not null check (length(action) between 1 and 40),
  options      jsonb not null default '{}',
  status       text not null check (status in ('queued', 'running', 'done')),
  total        integer not null check (total between 1 and 10000),
  done_count   integer not null default 0 check (done_count >= 0),
  refused_count integer not null default 0 check (refused_count >= 0),
  created_at   timestamptz not null,
  actor_kind   text not null,
  actor_id     uuid,
  heartbeat_at timestamptz not null,
  finished_at  timestamptz,
  primary key (org_id, id),
  check (done_count + refused_count <= total)
);
comment on table lists.bulk_run is 'One action on many documents of a list, done by a worker piece by piece in the name of who asked for it.';
comment on column lists.bulk_run.heartbeat_at is 'Moved with every piece; an old one means that the process is gone and another may go on.';
create index bulk_run_recent on lists.bulk_run (org_id, created_at desc);
create index bulk_run_open on lists.bulk_run (org_id, heartbeat_at) where status <> 'done';
call kernel.tenant_table('lists.bulk_run');

create table lists.bulk_item (
  org_id      integer not null,
  run_id      uuid not null,
  place       integer not null check (place >= 1),
  document_id uuid not null,
  outcome     text check (outcome in ('done', 'refused')),
  code        text,
  message     text check (length(message) <= 1000),
  primary key (org_id, run_id, place),
  foreign key (org_id, run_id) references lists.bulk_run (org_id, id)
);
comment on table lists.bulk_item is 'A document of a bulk run and what became of it; none yet while it waits.';
call kernel.tenant_table('lists.bulk_item');
