#!/bin/sh
# Starts PostgreSQL on the folder PGDATA, and makes a new cluster there when it does not exist yet.
#
#   PGDATA              a folder of the volume, not the volume itself
#   POSTGRES_USER       the role that owns the database           (default: app)
#   POSTGRES_PASSWORD   its password                              (required for a new cluster)
#   POSTGRES_DB         the database                              (default: the role's name)
#
# The last three matter for a new cluster only. Started as root, it takes over the volume and goes on as postgres;
# started as another user, it needs a volume that this user may write to (fsGroup). Arguments go to the server.
set -eu
umask 077

role=${POSTGRES_USER:-app}
database=${POSTGRES_DB:-$role}
volume=${PGDATA%/*}
: "${volume:?PGDATA must be a folder of the volume, not the volume itself}"

become_postgres() {
  mkdir -p "$volume"
  find "$volume" ! -user postgres -exec chown -h postgres:postgres {} +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
}

# In SQL, a quote inside of quotes is written twice.
as_literal() { printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"; }
as_identifier() { printf '"%s"' "$(printf '%s' "$1" | sed 's/"/""/g')"; }

# The cluster is made beside its place and moved there when it is complete: a start that is interrupted leaves nothing
# that the next one would take for a cluster. No server runs meanwhile, so nobody can connect too early.
make_cluster() {
  : "${POSTGRES_PASSWORD:?must be set to make a new cluster}"
  unfinished=$volume/unfinished
  rm -rf "$unfinished"
  initdb --pgdata="$unfinished" --username=postgres --encoding=UTF8 --locale=C.UTF-8 --auth=peer
  # A single-user server reads one statement a line.
  postgres --single -D "$unfinished" -c exit_on_error=on postgres >/dev/null <<SQL
CREATE ROLE $(as_identifier "$role") LOGIN PASSWORD $(as_literal "$POSTGRES_PASSWORD")
CREATE DATABASE $(as_identifier "$database") OWNER $(as_identifier "$role")
SQL
  mv "$unfinished" "$PGDATA"
}

if [ "$(id -u)" = 0 ]; then
  become_postgres "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  make_cluster
fi
exec postgres -D "$PGDATA" -c config_file=/etc/postgresql/postgresql.conf "$@"
