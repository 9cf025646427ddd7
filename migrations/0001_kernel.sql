-- Why: the ground every room stands on: who may see a row, what happened (events), what is sealed, which request was already answered.
-- Locks: none, new tables only. Ten million rows: no data is touched.

create schema kernel;
grant usage on schema kernel to tefter_app;

-- The organization of the running transaction. Raises when none is set, so a query without one never answers "nothing".
create function kernel.current_org() returns integer language sql stable parallel safe
  as $$ select current_setting('tefter.org_id')::integer $$;

-- Makes a table belong to organizations: row-level security by org_id and the application role's rights.
-- append_only tables (ledgers, events) get neither update nor delete.
create procedure kernel.tenant_table(target regclass, append_only boolean default false) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('create policy tenant on %s using (org_id = kernel.current_org()) with check (org_id = kernel.current_org())', target);
  execute format('grant select, insert %s on %s to tefter_app', case when append_only then '' else ', update, delete' end, target);
end $$;

create table kernel.event (
  org_id         integer not null,
  seq            bigint generated always as identity,
  xid            xid8 not null default pg_current_xact_id(),
  recorded_at    timestamptz not null,
  command_id     uuid not null,
  command        text not null,
  ordinal        integer not null check (ordinal >= 1),
  of_events      integer not null check (of_events >= ordinal),
  request_id     text,
  actor_kind     text not null check (actor_kind in ('user', 'api_key', 'system', 'cli')),
  actor_id       uuid,
  type           text not null,
  version        smallint not null default 1,
  document_type  text not null,
  document_id    uuid not null,
  payload        jsonb not null,
  personal_digest bytea,
  primary key (org_id, seq)
);
comment on table kernel.event is 'What happened: one row for each changed document of a command. Audit trail, activity feed, outbox and source of live updates. Insert-only.';
comment on column kernel.event.xid is 'Transaction that wrote the row: readers go by (xid, seq) below pg_snapshot_xmin, because sequence order is not commit order.';
comment on column kernel.event.ordinal is 'Place of this event among the of_events that its command raised: a deleted row leaves a gap.';
comment on column kernel.event.personal_digest is 'sha256(salt || personal values) of the side record; the values themselves can be erased, the digest stays.';
create index event_feed on kernel.event (xid, seq);
create index event_document on kernel.event (org_id, document_id, seq);
create index event_command on kernel.event (org_id, command_id);
call kernel.tenant_table('kernel.event', append_only => true);

create table kernel.event_personal (
  org_id    integer not null,
  event_seq bigint not null,
  salt      bytea not null,
  personal  jsonb,
  erased_at timestamptz,
  primary key (org_id, event_seq),
  foreign key (org_id, event_seq) references kernel.event (org_id, seq),
  check ((personal is null) = (erased_at is not null))
);
comment on table kernel.event_personal is 'Personal values of an event (names, addresses): the only part of the audit trail that can be erased by request.';
call kernel.tenant_table('kernel.event_personal');

create table kernel.event_cursor (
  consumer   text primary key,
  xid        xid8 not null,
  seq        bigint not null,
  moved_at   timestamptz not null default now()
);
comment on table kernel.event_cursor is 'How far each consumer of the outbox has read. Global: one reader serves all organizations.';
grant select, insert, update on kernel.event_cursor to tefter_app;

create table kernel.event_failure (
  org_id      integer not null,
  consumer    text not null,
  event_seq   bigint not null,
  attempts    integer not null default 1,
  last_error  text not null,
  retry_at    timestamptz not null,
  first_failed_at timestamptz not null,
  primary key (org_id, consumer, event_seq),
  foreign key (org_id, event_seq) references kernel.event (org_id, seq)
);
comment on table kernel.event_failure is 'Deliveries that failed and wait for another try; a row leaves when the delivery succeeds.';
call kernel.tenant_table('kernel.event_failure');

-- The outbox feed across organizations: rows finished by every transaction that could still write before them.
create function kernel.event_feed(after_xid xid8, after_seq bigint, at_most integer)
  returns table (org_id integer, seq bigint, xid xid8, type text)
  language sql stable security definer set search_path = pg_catalog, kernel as $$
  select e.org_id, e.seq, e.xid, e.type from kernel.event e
   where (e.xid, e.seq) > (after_xid, after_seq) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
   order by e.xid, e.seq limit at_most $$;
revoke all on function kernel.event_feed from public;
grant execute on function kernel.event_feed to tefter_app;

create table kernel.idempotency_key (
  org_id       integer not null,
  key          text not null check (length(key) between 1 and 255),
  command      text not null,
  request_hash bytea not null,
  answer       jsonb,
  created_at   timestamptz not null,
  primary key (org_id, key)
);
comment on table kernel.idempotency_key is 'Requests already answered: the same key replays the answer, the same key with other content is a conflict. Kept 24 hours.';
comment on column kernel.idempotency_key.answer is 'What the command answered, as ids and numbers, without personal values.';
create index idempotency_key_age on kernel.idempotency_key (org_id, created_at);
call kernel.tenant_table('kernel.idempotency_key');

create table kernel.counter (
  org_id integer not null,
  name   text not null,
  last   bigint not null default 0 check (last >= 0),
  primary key (org_id, name)
);
comment on table kernel.counter is 'Document numbers, taken inside the writing transaction: issued numbers have no gaps. Locked last.';
call kernel.tenant_table('kernel.counter');

create table kernel.seal (
  org_id     integer not null,
  chain      text not null check (chain in ('stock_movement', 'journal_entry', 'event')),
  block      integer not null check (block >= 1),
  after_seq  bigint not null,
  last_seq   bigint not null check (last_seq > after_seq),
  row_count  bigint not null check (row_count >= 0),
  digest     bytea not null,
  sealed_at  timestamptz not null,
  primary key (org_id, chain, block)
);
comment on table kernel.seal is 'Hash chain: digest = sha256(previous digest || digests of the rows after_seq < seq <= last_seq in order). See docs/adr/0005.';
call kernel.tenant_table('kernel.seal', append_only => true);

create table kernel.seal_horizon (
  org_id     integer not null,
  chain      text not null,
  seq        bigint not null,
  before_xid xid8 not null,
  noted_at   timestamptz not null,
  primary key (org_id, chain)
);
comment on table kernel.seal_horizon is 'A sequence value and the first transaction that started after it was read: once all older ones are finished, rows up to seq are final and can be sealed.';
call kernel.tenant_table('kernel.seal_horizon');

-- Statistics for young tables. A plan cached while a table was empty reads it whole at every foreign-key check;
-- ANALYZE drops such plans. The application role owns no table, hence a definer function over a closed list of schemas.
create function kernel.refresh_statistics() returns integer language plpgsql security definer set search_path = pg_catalog as $$
declare target record; done integer := 0;
begin
  for target in
    select format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r'
       and n.nspname in ('kernel', 'identity', 'catalog', 'parties', 'ledger', 'inventory', 'carriers', 'warehouse', 'orders')
       and pg_relation_size(c.oid) > 8192 * greatest(2, c.relpages * 2)
  loop
    execute 'analyze ' || target.name;
    done := done + 1;
  end loop;
  return done;
end $$;
revoke all on function kernel.refresh_statistics from public;
grant execute on function kernel.refresh_statistics to tefter_app;
