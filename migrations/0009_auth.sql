-- Why: users, their passwords and sessions, as better-auth 1.7.5 keeps them; leases of outbox readers; memberships that can be switched off.
-- Locks: new tables; identity.membership and kernel.event_cursor get a nullable column (an instant, whatever their size).

create schema auth;
grant usage on schema auth to tefter_app;

-- Global, not by organization: a person signs in once and may belong to several organizations.
create table auth.user (
  id             uuid primary key,
  name           text not null check (length(name) between 1 and 200),
  email          text not null check (email = lower(email) and length(email) between 3 and 254),
  email_verified boolean not null default false,
  image          text,
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  constraint user_email_once unique (email)
);
comment on table auth.user is 'A person who can sign in. What they may do stands in identity.membership.';

create table auth.session (
  id         uuid primary key,
  user_id    uuid not null references auth.user (id) on delete cascade,
  token      text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
comment on table auth.session is 'A signed-in browser. token is what its signed cookie carries.';
create index session_by_user on auth.session (user_id);
create index session_expiry on auth.session (expires_at);

create table auth.account (
  id            uuid primary key,
  user_id       uuid not null references auth.user (id) on delete cascade,
  account_id    text not null,
  provider_id   text not null,
  access_token  text,
  refresh_token text,
  id_token      text,
  access_token_expires_at  timestamptz,
  refresh_token_expires_at timestamptz,
  scope         text,
  password      text,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  constraint account_once unique (provider_id, account_id)
);
comment on table auth.account is 'A way to sign in. provider_id credential: password holds salt and scrypt hash.';
create index account_user on auth.account (user_id);

create table auth.verification (
  id         uuid primary key,
  identifier text not null,
  value      text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
comment on table auth.verification is 'One-time values on their way to a person (second factor, new password).';
create index verification_identifier on auth.verification (identifier);
create index verification_expiry on auth.verification (expires_at);

grant select, insert, update, delete on all tables in schema auth to tefter_app;

alter table identity.membership add column disabled_at timestamptz;
comment on column identity.membership.disabled_at is 'Since when the user may not act in this organization; null while they may.';

create or replace function identity.memberships_of(member uuid)
  returns table (org_id integer, role text, name text, slug text, language text, time_zone text, base_currency text, is_demo boolean)
  language sql stable security definer set search_path = pg_catalog, identity as $$
  select m.org_id, m.role, o.name, o.slug, o.language, o.time_zone, o.base_currency::text, o.is_demo
    from identity.membership m join identity.organization o on o.org_id = m.org_id
   where m.user_id = member and m.disabled_at is null order by m.org_id limit 200 $$;

alter table kernel.event_cursor add column leased_by uuid, add column leased_until timestamptz;
comment on column kernel.event_cursor.leased_by is 'The process that delivers to this consumer until leased_until; another takes over when it stops renewing.';

-- Failed deliveries of a consumer that are due again, in order, across organizations.
create function kernel.due_event_failures(of_consumer text, at_most integer)
  returns table (org_id integer, event_seq bigint, attempts integer)
  language sql stable security definer set search_path = pg_catalog, kernel as $$
  select f.org_id, f.event_seq, f.attempts from kernel.event_failure f
   where f.consumer = of_consumer and f.retry_at <= now() order by f.org_id, f.event_seq limit at_most $$;
revoke all on function kernel.due_event_failures from public;
grant execute on function kernel.due_event_failures to tefter_app;

-- The newest position below which every event is final: where a live reader starts.
create function kernel.event_horizon() returns xid8
  language sql stable set search_path = pg_catalog as $$ select pg_snapshot_xmin(pg_current_snapshot()) $$;
grant execute on function kernel.event_horizon to tefter_app;

-- How old the oldest event is that a consumer has not been told, in seconds; 0 when none waits. For /metrics.
create function kernel.outbox_lag(of_consumer text) returns double precision
  language sql stable security definer set search_path = pg_catalog, kernel as $$
  select coalesce((select extract(epoch from now() - e.recorded_at) from kernel.event e, kernel.event_cursor c
                    where c.consumer = of_consumer and (e.xid, e.seq) > (c.xid, c.seq) order by e.xid, e.seq limit 1), 0)::double precision $$;
revoke all on function kernel.outbox_lag from public;
grant execute on function kernel.outbox_lag to tefter_app;
