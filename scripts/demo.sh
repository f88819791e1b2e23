#!/usr/bin/env bash
# Builds jobsweep, makes a demonstration database where there is none, shows what a sweep would do, and serves it.
#   scripts/demo.sh [--preset NAME]    (the application whose tables it has: stashhog, uptime_kuma or prefect; default stashhog)
#   scripts/demo.sh --postgres         (the first application's tables on a PostgreSQL server of the demonstration's own)
#
# Settings from the environment: DEMO_DIR (where the demonstration lives, default ./demo), DEMO_LISTEN (default
# 127.0.0.1:9745), DEMO_EVERY (how often it sweeps, default 30s), DEMO_PGPORT (the server's port, default 54329).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/setup.sh

preset=stashhog
postgres=
while [ $# -gt 0 ]; do
    case $1 in
        --preset) preset=${2:?"--preset takes a name"}; shift ;;
        --preset=*) preset=${1#--preset=} ;;
        --postgres) postgres=yes ;;
        -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit ;;
        *) echo "$0: what is $1? There is --preset NAME and --postgres." >&2; exit 2 ;;
    esac
    shift
done

need_swift
need_packages "${build_packages[@]}" ${postgres:+postgresql libpq5 util-linux}
swift build -c release --product jobsweep
jobsweep=$(swift build -c release --show-bin-path)/jobsweep

directory=${DEMO_DIR:-demo}
listen=${DEMO_LISTEN:-127.0.0.1:9745}
# Each application has a folder of its own.
[ "$preset" = stashhog ] || directory=$directory/$preset
if [ -n "$postgres" ]; then
    . scripts/lib/postgres.sh
    directory=$directory/postgres
    mkdir -p "$directory"
    directory=$(cd "$directory" && pwd)
    port=${DEMO_PGPORT:-54329}
    server=$directory/server
    # Where root's own folders are closed to others, its server lives elsewhere.
    as_ordinary_user test -x "$directory" || server=/tmp/jobsweep-demo-postgres
    start_postgres "$server" "$port"
    trap 'stop_postgres "$server"' EXIT
    psql=(psql -q -v ON_ERROR_STOP=1 -h "$server" -p "$port" -U postgres)
    if ! "${psql[@]}" -l | grep -q '^ app '; then
        "${psql[@]}" -c 'CREATE DATABASE app'
        "${psql[@]}" -d app -f scripts/demo/postgres.sql
    fi
    database=postgresql://postgres@127.0.0.1:$port/app
else
    mkdir -p "$directory"
    database=$directory/app.db
    [ -e "$database" ] || "$jobsweep" demo --preset "$preset" --database "$database"
fi
export JOBSWEEP_PRESET=$preset

echo
echo "What a sweep would do:"
"$jobsweep" preview --database "$database" --state "$directory/state"

# The link carries the control token behind its #, which browsers keep to themselves.
token=$("$jobsweep" token --state "$directory/state")
export JOBSWEEP_SCHEDULE_EVERY=${DEMO_EVERY:-30s} JOBSWEEP_SCHEDULE_FIRST_RUN_AFTER=20s
cat <<TEXT

jobsweep now sweeps $database every $JOBSWEEP_SCHEDULE_EVERY, the first time in $JOBSWEEP_SCHEDULE_FIRST_RUN_AFTER. Ctrl-C ends it.
  Status page  http://$listen/#token=$token
  Metrics      http://$listen/metrics

TEXT
# The demonstration's server has to be stopped in the end.
[ -n "$postgres" ] || exec "$jobsweep" serve --database "$database" --state "$directory/state" --web.listen-address "$listen"
"$jobsweep" serve --database "$database" --state "$directory/state" --web.listen-address "$listen"
