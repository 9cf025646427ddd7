-- Why: who may do what: organizations, memberships, API keys. Users and sessions live in the schema auth.
-- Locks: none, new tables only.

create schema identity;
grant usage on schema identity to tefter_app;

create sequence identity.organization_number;
grant usage on sequence identity.organization_number to tefter_app;

create table identity.organization (
  org_id        integer primary key,
  name          text not null check (length(name) between 1 and 200),
  slug          text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  time_zone     text not null,
  base_currency char(3) not null check (base_currency ~ '^[A-Z]{3}$'),
  language      text not null check (language in ('en', 'sr-Latn', 'sr-Cyrl')),
  revenue_on    text not null default 'dispatch' check (revenue_on in ('dispatch', 'delivery')),
  address       jsonb not null default '{}',
  gs1_prefix    text check (gs1_prefix ~ '^[0-9]{4,12}$'),
  is_demo       boolean not null default false,
  created_at    timestamptz not null
);
comment on table identity.organization is 'A business: everything else belongs to one by org_id.';
comment on column identity.organization.gs1_prefix is 'GS1 company prefix for SSCC on parcels; without one, numbers are for internal use (prefix 0000000).';
call kernel.tenant_table('identity.organization');

create table identity.membership (
  org_id     integer not null references identity.organization (org_id),
  user_id    uuid not null,
  role       text not null check (role in ('owner', 'operations', 'warehouse', 'support', 'viewer')),
  created_at timestamptz not null,
  primary key (org_id, user_id)
);
comment on table identity.membership is 'A user''s role in an organization; a role is a set of permissions in code.';
call kernel.tenant_table('identity.membership');

create table identity.api_key (
  org_id       integer not null references identity.organization (org_id),
  id           uuid not null,
  name         text not null check (length(name) between 1 and 100),
  hint         text not null,
  hash         bytea not null check (length(hash) = 32),
  scopes       text[] not null check (cardinality(scopes) between 1 and 100),
  created_by   uuid,
  created_at   timestamptz not null,
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz,
  primary key (org_id, id)
);
comment on table identity.api_key is 'Bearer keys for machines. Only the SHA-256 of 256 random bits is kept; hint is the first characters, for people to tell keys apart.';
create index api_key_hash on identity.api_key (hash);
call kernel.tenant_table('identity.api_key');

-- Turns a key's hash into its organization before there is an organization context. Answers at most one usable key.
create function identity.find_api_key(key_hash bytea)
  returns table (org_id integer, id uuid, name text, scopes text[], expires_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, identity as $$
  select k.org_id, k.id, k.name, k.scopes, k.expires_at from identity.api_key k
   where k.hash = key_hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) limit 1 $$;
revoke all on function identity.find_api_key from public;
grant execute on function identity.find_api_key to tefter_app;

-- A signed-in user's organizations, before one is chosen.
create function identity.memberships_of(member uuid)
  returns table (org_id integer, role text, name text, slug text, language text, time_zone text, base_currency text, is_demo boolean)
  language sql stable security definer set search_path = pg_catalog, identity as $$
  select m.org_id, m.role, o.name, o.slug, o.language, o.time_zone, o.base_currency::text, o.is_demo
    from identity.membership m join identity.organization o on o.org_id = m.org_id
   where m.user_id = member order by m.org_id limit 200 $$;
revoke all on function identity.memberships_of from public;
grant execute on function identity.memberships_of to tefter_app;

-- The organizations of this installation, for jobs and the command line that work through all of them.
create function identity.all_organizations()
  returns table (org_id integer, name text, slug text)
  language sql stable security definer set search_path = pg_catalog, identity as $$
  select o.org_id, o.name, o.slug from identity.organization o order by o.org_id $$;
revoke all on function identity.all_organizations from public;
grant execute on function identity.all_organizations to tefter_app;
