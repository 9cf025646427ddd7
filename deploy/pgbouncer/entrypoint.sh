#!/bin/sh
# Writes PgBouncer's settings from the environment and starts it. POSTGRES_HOST and APP_PASSWORD must be set.
set -eu
umask 077
home=$(mktemp -d)

# A quote inside a quoted value is doubled.
password=$(printf '%s' "${APP_PASSWORD:?}" | sed 's/"/""/g')
printf '"tefter_app" "%s"\n' "$password" > "$home/users.txt"

cat > "$home/pgbouncer.ini" <<SETTINGS
[databases]
tefter = host=${POSTGRES_HOST:?} port=${POSTGRES_PORT:-5432} dbname=tefter

[pgbouncer]
listen_addr = ${LISTEN_ADDRESS:-0.0.0.0}
listen_port = ${LISTEN_PORT:-6432}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $home/users.txt
pool_mode = transaction
# Connections to PostgreSQL: about twice its cores, and below its max_connections.
default_pool_size = ${POOL_SIZE:-20}
# Connections of all API and worker processes together.
max_client_conn = ${MAX_CLIENTS:-1000}
# Who waits longer than this for a connection is told so, and Tefter answers 503.
query_wait_timeout = 30
server_login_retry = 1
log_connections = 0
log_disconnections = 0
SETTINGS

exec pgbouncer "$home/pgbouncer.ini"
