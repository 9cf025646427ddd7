-- Why: a second step of signing in (TOTP and recovery codes, as better-auth 1.7.5 keeps them), codes that count once, and failed
--      sign-ins counted by account across processes.
-- Locks: new tables; auth.user gets a column with a constant default (an instant, whatever its size).

alter table auth.user add column two_factor_enabled boolean not null default false;
comment on column auth.user.two_factor_enabled is 'Whether signing in asks for a code after the password.';

create table auth.two_factor (
  id           uuid primary key,
  user_id      uuid not null references auth.user (id) on delete cascade,
  secret       text not null,
  backup_codes text not null,
  verified     boolean not null default false,
  failed_verification_count integer not null default 0 check (failed_verification_count >= 0),
  locked_until timestamptz,
  constraint two_factor_once unique (user_id)
);
comment on table auth.two_factor is 'The authenticator app of a user. secret and backup_codes are encrypted with the installation''s secret; verified once a code of the app was right.';
comment on column auth.two_factor.locked_until is 'Codes are refused until then, after too many wrong ones in a row; only who knows the password can cause it.';

create table auth.used_code (
  user_id   uuid not null references auth.user (id) on delete cascade,
  code_hash bytea not null check (length(code_hash) = 32),
  used_at   timestamptz not null,
  primary key (user_id, code_hash)
);
comment on table auth.used_code is 'Codes of authenticator apps that were taken: within their 90 seconds each signs in once (RFC 6238 § 5.2).';

create table auth.failed_sign_in (
  account  bytea not null check (length(account) = 32),
  place    text not null check (length(place) between 1 and 100),
  failures integer not null check (failures > 0),
  ends_at  timestamptz not null,
  primary key (account, place)
);
comment on table auth.failed_sign_in is 'Wrong passwords for one account until ends_at. account is the SHA-256 of an e-mail, because those that belong to nobody are counted too; place is a network, a browser that signed in before, or anywhere.';
create index failed_sign_in_end on auth.failed_sign_in (ends_at);

grant select, insert, update, delete on auth.two_factor, auth.used_code, auth.failed_sign_in to tefter_app;
