-- Why: telling people: e-mail to customers, alerts to colleagues, webhooks to other systems, the public tracking page.
-- Locks: none, new tables only; kernel.refresh_statistics is replaced: all schemas of ours, not a list that each new room must extend. Ten million rows: no data is touched.

create schema messaging;
grant usage on schema messaging to tefter_app;

create table messaging.sender (
  org_id          integer not null,
  is_on           boolean not null default false,
  on_since        timestamptz,
  host            text check (length(host) between 1 and 255),
  port            integer not null default 587 check (port between 1 and 65535),
  security        text not null default 'starttls' check (security in ('tls', 'starttls', 'none')),
  username        text check (length(username) between 1 and 255),
  password_sealed bytea,
  from_name       text not null default '',
  from_address    text,
  reply_to        text,
  language        text not null default 'auto' check (language in ('auto', 'en', 'sr-Latn', 'sr-Cyrl')),
  version         integer not null default 1,
  primary key (org_id),
  check (not is_on or (host is not null and from_address is not null and on_since is not null))
);
comment on table messaging.sender is 'How an organization sends e-mail: SMTP server and sender. password_sealed is AES-256-GCM under a key derived from TEFTER_SECRET. Nothing recorded before on_since is ever mailed.';
call kernel.tenant_table('messaging.sender');

create table messaging.message_switch (
  org_id     integer not null,
  kind       text not null,
  channel_id uuid not null,
  is_on      boolean not null,
  primary key (org_id, kind, channel_id)
);
comment on table messaging.message_switch is 'Whether a kind of message is sent, for one channel or (the zero id) for all. Without a row: on, but off for marketplaces.';
call kernel.tenant_table('messaging.message_switch');

create table messaging.template (
  org_id     integer not null,
  kind       text not null,
  language   text not null check (language in ('en', 'sr-Latn', 'sr-Cyrl')),
  subject    text not null check (length(subject) between 1 and 500),
  html       text not null check (length(html) between 1 and 100000),
  text       text not null check (length(text) between 1 and 100000),
  version    integer not null default 1,
  updated_at timestamptz not null,
  primary key (org_id, kind, language)
);
comment on table messaging.template is 'A message as the organization words it; without a row the built-in words hold.';
call kernel.tenant_table('messaging.template');

create table messaging.message (
  org_id      integer not null,
  id          uuid not null,
  kind        text not null,
  language    text not null,
  state       text not null check (state in ('queued', 'sending', 'sent', 'failed')),
  event_seq   bigint,
  order_id    uuid,
  user_id     uuid,
  resend_of   uuid,
  attempts    integer not null default 0 check (attempts >= 0),
  next_try_at timestamptz not null,
  lease_until timestamptz,
  last_error  text,
  created_at  timestamptz not null,
  sent_at     timestamptz,
  primary key (org_id, id),
  constraint message_once unique (org_id, event_seq, kind, order_id),
  foreign key (org_id, resend_of) references messaging.message (org_id, id),
  check ((state = 'sent') = (sent_at is not null)),
  check ((state = 'sending') = (lease_until is not null))
);
comment on table messaging.message is 'An e-mail and how far it is. One for an event, kind and order. It holds ids and codes; address and words stand in message_content.';
comment on column messaging.message.last_error is 'What the server said, addresses taken out.';
create index message_due on messaging.message (org_id, next_try_at) where state in ('queued', 'sending');
create index message_order on messaging.message (org_id, order_id, created_at) where order_id is not null;
create index message_recent on messaging.message (org_id, created_at desc, id desc);
call kernel.tenant_table('messaging.message');

create table messaging.message_content (
  org_id     integer not null,
  message_id uuid not null,
  recipient  text,
  subject    text,
  html       text,
  text       text,
  erased_at  timestamptz,
  primary key (org_id, message_id),
  foreign key (org_id, message_id) references messaging.message (org_id, id),
  check ((erased_at is null) = (recipient is not null and subject is not null and html is not null and text is not null))
);
comment on table messaging.message_content is 'Personal side of a message: address and words as sent. Erased by request, the message itself stays.';
call kernel.tenant_table('messaging.message_content');

create table messaging.tracking_link (
  org_id     integer not null,
  order_id   uuid not null,
  generation integer not null default 1 check (generation >= 1),
  token_hash bytea not null check (length(token_hash) = 32),
  created_at timestamptz not null,
  revoked_at timestamptz,
  primary key (org_id, order_id)
);
comment on table messaging.tracking_link is 'The public page of an order. Only the SHA-256 of its 192-bit token is kept; the token follows from TEFTER_SECRET, order and generation.';
create index tracking_link_hash on messaging.tracking_link (token_hash);
call kernel.tenant_table('messaging.tracking_link');

-- Turns a token's hash into its order before there is an organization. Answers at most one link in use.
create function messaging.find_tracking_link(hash bytea) returns table (org_id integer, order_id uuid)
  language sql stable security definer set search_path = pg_catalog, messaging as $$
  select l.org_id, l.order_id from messaging.tracking_link l where l.token_hash = hash and l.revoked_at is null limit 1 $$;
revoke all on function messaging.find_tracking_link from public;
grant execute on function messaging.find_tracking_link to tefter_app;

create table messaging.subscription (
  org_id   integer not null,
  user_id  uuid not null,
  kind     text not null,
  in_app   boolean not null,
  by_email boolean not null,
  primary key (org_id, user_id, kind)
);
comment on table messaging.subscription is 'Which alerts a user is told, and how. Without a row: owners and operations in the office, nobody by e-mail.';
call kernel.tenant_table('messaging.subscription');

create table messaging.alert (
  org_id       integer not null,
  id           uuid not null,
  kind         text not null check (kind in ('low_stock', 'verify_fault', 'import_failed', 'webhook_failed', 'notice')),
  subject_key  text not null check (length(subject_key) between 1 and 200),
  subject_type text not null,
  subject_id   uuid,
  facts        jsonb not null default '{}',
  raised_at    timestamptz not null,
  recovered_at timestamptz,
  primary key (org_id, id)
);
comment on table messaging.alert is 'Something people should know: told once until it has recovered.';
create unique index alert_once on messaging.alert (org_id, kind, subject_key) where recovered_at is null;
create index alert_recent on messaging.alert (org_id, raised_at desc);
call kernel.tenant_table('messaging.alert');

create table messaging.notification (
  org_id     integer not null,
  id         uuid not null,
  user_id    uuid not null,
  alert_id   uuid not null,
  created_at timestamptz not null,
  read_at    timestamptz,
  in_app     boolean not null,
  mail_due   boolean not null,
  mailed_at  timestamptz,
  primary key (org_id, id),
  unique (org_id, user_id, alert_id),
  foreign key (org_id, alert_id) references messaging.alert (org_id, id)
);
comment on table messaging.notification is 'An alert for one person. mail_due waits for the next digest.';
create index notification_user on messaging.notification (org_id, user_id, created_at desc, id desc);
create index notification_mail on messaging.notification (org_id, user_id) where mail_due;
call kernel.tenant_table('messaging.notification');

create table messaging.webhook_endpoint (
  org_id            integer not null,
  id                uuid not null,
  url               text not null check (length(url) between 8 and 2000),
  description       text not null default '' check (length(description) <= 200),
  event_types       text[] not null check (cardinality(event_types) between 1 and 100),
  secret_sealed     bytea not null,
  old_secret_sealed bytea,
  old_secret_until  timestamptz,
  is_active         boolean not null default true,
  failing_since     timestamptz,
  disabled_at       timestamptz,
  disabled_reason   text,
  created_at        timestamptz not null,
  deleted_at        timestamptz,
  version           integer not null default 1,
  primary key (org_id, id),
  check ((old_secret_sealed is null) = (old_secret_until is null)),
  check ((disabled_at is null) = (disabled_reason is null))
);
comment on table messaging.webhook_endpoint is 'An address that is told of events by signed requests. Secrets are sealed with AES-256-GCM; the one before a rotation signs too until old_secret_until.';
call kernel.tenant_table('messaging.webhook_endpoint');

create table messaging.webhook_delivery (
  org_id        integer not null,
  id            uuid not null,
  endpoint_id   uuid not null,
  event_seq     bigint not null,
  event_type    text not null,
  state         text not null check (state in ('waiting', 'sending', 'delivered', 'failed')),
  attempts      integer not null default 0 check (attempts >= 0),
  round         integer not null default 0 check (round >= 0),
  next_try_at   timestamptz not null,
  lease_until   timestamptz,
  last_status   integer,
  last_error    text,
  created_at    timestamptz not null,
  delivered_at  timestamptz,
  primary key (org_id, id),
  constraint webhook_delivery_once unique (org_id, endpoint_id, event_seq),
  foreign key (org_id, endpoint_id) references messaging.webhook_endpoint (org_id, id),
  check ((state = 'sending') = (lease_until is not null)),
  check ((state = 'delivered') = (delivered_at is not null))
);
comment on table messaging.webhook_delivery is 'One event for one endpoint. attempts counts since it was queued or replayed (round), and picks the next pause.';
create index webhook_delivery_due on messaging.webhook_delivery (org_id, endpoint_id, event_seq) where state in ('waiting', 'sending');
create index webhook_delivery_recent on messaging.webhook_delivery (org_id, endpoint_id, event_seq desc);
call kernel.tenant_table('messaging.webhook_delivery');

create table messaging.webhook_attempt (
  org_id       integer not null,
  id           uuid not null,
  delivery_id  uuid not null,
  started_at   timestamptz not null,
  duration_ms  integer not null check (duration_ms >= 0),
  status       integer,
  error        text,
  response_excerpt text,
  primary key (org_id, id),
  foreign key (org_id, delivery_id) references messaging.webhook_delivery (org_id, id)
);
comment on table messaging.webhook_attempt is 'Each request that was sent: status or error, time taken, the beginning of the answer. Kept 30 days.';
create index webhook_attempt_delivery on messaging.webhook_attempt (org_id, delivery_id, started_at);
create index webhook_attempt_age on messaging.webhook_attempt (org_id, started_at);
call kernel.tenant_table('messaging.webhook_attempt');

-- Organizations with e-mail or webhooks to send now, for the workers' look every second.
create function messaging.due_organizations(of_what text, at timestamptz) returns table (org_id integer)
  language sql stable security definer set search_path = pg_catalog, messaging as $$
  select m.org_id from messaging.message m
   where of_what = 'messages' and m.state in ('queued', 'sending') and coalesce(m.lease_until, m.next_try_at) <= at
  union
  select d.org_id from messaging.webhook_delivery d
   where of_what = 'webhooks' and d.state in ('waiting', 'sending') and coalesce(d.lease_until, d.next_try_at) <= at
  union
  select n.org_id from messaging.notification n where of_what = 'digests' and n.mail_due
  limit 1000 $$;
revoke all on function messaging.due_organizations from public;
grant execute on function messaging.due_organizations to tefter_app;

create or replace function kernel.refresh_statistics() returns integer language plpgsql security definer set search_path = pg_catalog as $$
declare target record; done integer := 0;
begin
  for target in
    select format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r'
       and n.nspname <> all (array['pg_catalog', 'pg_toast', 'information_schema', 'public', 'pgboss', 'auth', 'migration'])
       and pg_relation_size(c.oid) > 8192 * greatest(2, c.relpages * 2)
  loop
    execute 'analyze ' || target.name;
    done := done + 1;
  end loop;
  return done;
end $$;

-- An installation that exists already begins to tell at the present, not with its whole past.
insert into kernel.event_cursor (consumer, xid, seq)
select consumer, kernel.event_horizon(), 0 from unnest(array['messaging.messages', 'messaging.alerts', 'messaging.webhooks']) as consumer;
