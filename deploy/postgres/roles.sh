#!/bin/sh
# Runs once, on the first start of PostgreSQL: the role that owns and migrates, the role the program works as, and the database.
set -eu
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres \
  -v owner_password="${OWNER_PASSWORD:?}" -v app_password="${APP_PASSWORD:?}" <<'SQL'
create role tefter_app login nosuperuser nobypassrls password :'app_password';
create role tefter_owner login createrole nosuperuser nobypassrls password :'owner_password';
grant tefter_app to tefter_owner with admin option;
create database tefter owner tefter_owner;
revoke all on database tefter from public;
grant connect, temporary on database tefter to tefter_app;
SQL
