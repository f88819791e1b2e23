#!/usr/bin/env bash
# Builds jobsweep, makes a demonstration database where there is none, shows what a sweep would do, and serves it.
#   scripts/demo.sh [--preset NAME]    (the application whose tables it has: stashhog, uptime_kuma or prefect; default stashhog)
#
# Settings from the environment: DEMO_DIR (where the demonstration lives, default ./demo), DEMO_LISTEN (default
# 127.0.0.1:9745), DEMO_EVERY (how often it sweeps, default 30s).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/setup.sh

preset=stashhog
while [ $# -gt 0 ]; do
    case $1 in
        --preset) preset=${2:?"--preset takes a name"}; shift ;;
        --preset=*) preset=${1#--preset=} ;;
        -h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit ;;
        *) echo "$0: what is $1? There is --preset NAME." >&2; exit 2 ;;
    esac
    shift
done

need_swift
need_packages "${build_packages[@]}"
swift build -c release --product jobsweep
jobsweep=$(swift build -c release --show-bin-path)/jobsweep

directory=${DEMO_DIR:-demo}
listen=${DEMO_LISTEN:-127.0.0.1:9745}
# Each application has a folder of its own.
[ "$preset" = stashhog ] || directory=$directory/$preset
mkdir -p "$directory"
database=$directory/app.db
[ -e "$database" ] || "$jobsweep" demo --preset "$preset" --database "$database"
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
exec "$jobsweep" serve --database "$database" --state "$directory/state" --web.listen-address "$listen"
