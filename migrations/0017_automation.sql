-- Why: rules "when an event happens, if a condition holds, then act": their versions and the log of what they did.
-- Locks: adds two nullable columns to orders.order_hold (a moment, no rewrite) and builds a BRIN index on kernel.event, which holds
-- writes of events while it scans (about 10 seconds on ten million rows). All else is new.

create schema automation;
grant usage on schema automation to tefter_app;

create table automation.rule (
  org_id     integer not null,
  id         uuid not null,
  name       text not null check (length(name) between 1 and 100),
  trigger    text not null check (length(trigger) between 1 and 60),
  condition  text not null check (length(condition) between 1 and 2000),
  actions    jsonb not null,
  stop       boolean not null default false,
  place      integer not null check (place >= 1),
  is_enabled boolean not null,
  enabled_at timestamptz,
  created_at timestamptz not null,
  version    integer not null default 1,
  primary key (org_id, id),
  check (not is_enabled or enabled_at is not null)
);
comment on table automation.rule is 'What a rule says now. Rules of one trigger are asked by place; a matching rule with stop ends the asking. enabled_at: events before it are none of its business.';
comment on column automation.rule.condition is 'Expression in CEL that answers true or false; checked against the fields of its trigger when it is saved.';
create index rule_asked on automation.rule (org_id, trigger, place) where is_enabled;
call kernel.tenant_table('automation.rule');

create table automation.rule_version (
  org_id    integer not null,
  rule_id   uuid not null,
  version   integer not null check (version >= 1),
  name      text not null,
  trigger   text not null,
  condition text not null,
  actions   jsonb not null,
  stop      boolean not null,
  is_enabled boolean not null,
  saved_at  timestamptz not null,
  saved_by  uuid,
  primary key (org_id, rule_id, version),
  foreign key (org_id, rule_id) references automation.rule (org_id, id)
);
comment on table automation.rule_version is 'Each state a rule was saved in. Insert-only.';
call kernel.tenant_table('automation.rule_version', append_only => true);

create table automation.rule_run (
  org_id        integer not null,
  id            uuid not null,
  rule_id       uuid not null,
  rule_version  integer not null,
  occurrence    text not null check (length(occurrence) between 1 and 200),
  trigger       text not null,
  document_type text not null,
  document_id   uuid not null,
  order_id      uuid,
  outcome       text not null check (outcome in ('matched', 'failed')),
  error         text check (length(error) <= 2000),
  results       jsonb not null default '[]',
  is_pending    boolean not null default false,
  ran_at        timestamptz not null,
  primary key (org_id, id),
  constraint rule_run_once unique (org_id, rule_id, occurrence),
  foreign key (org_id, rule_id, rule_version) references automation.rule_version (org_id, rule_id, version)
);
comment on table automation.rule_run is 'A rule matched (or its condition could not be worked out) on one occurrence of an event: once, whatever is delivered again. results says what each action did; is_pending: some wait for the time after the commit.';
create index rule_run_recent on automation.rule_run (org_id, rule_id, ran_at desc, id);
create index rule_run_all on automation.rule_run (org_id, ran_at desc, id);
create index rule_run_order on automation.rule_run (org_id, order_id, ran_at desc) where order_id is not null;
create index rule_run_pending on automation.rule_run (org_id, document_id) where is_pending;
call kernel.tenant_table('automation.rule_run');

alter table orders.order_hold add column rule_id uuid;
alter table orders.order_hold add column release_when text check (release_when in ('paid'));
comment on column orders.order_hold.rule_id is 'The automation rule that put the hold; null when a person or a check did.';
comment on column orders.order_hold.release_when is 'paid: released by itself once everything the order costs was captured.';

create index event_recorded on kernel.event using brin (recorded_at) with (pages_per_range = 32);
