#!/usr/bin/env bash
# Measures jobsweep: sweeps beside a busy application against one DELETE and fixed batches, scrapes against a bare
# libmicrohttpd server, and how time and memory grow. Writes docs/benchmarks; takes about 12 minutes. --help has the options.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/setup.sh

# These decide what has to be there; the rest is for the program that measures.
given='' only='' plot=yes
arguments=("$@")
for ((i = 0; i < $#; i++)); do
    case ${arguments[i]} in
        --jobsweep | --jobsweep=*) given=yes ;;
        --only) only=${arguments[i + 1]:-} ;;
        --only=*) only=${arguments[i]#--only=} ;;
        --no-plot) plot='' ;;
        -h | --help) exec python3 scripts/bench --help ;;
    esac
done

packages=(gcc libc6-dev libsqlite3-dev pkg-config python3 sqlite3)
[ "$only" = sweep ] || [ "$only" = growth ] || [ "$only" = politeness ] || [ "$only" = postgres ] || packages+=(libmicrohttpd-dev wrk)
if [ "$only" = postgres ]; then packages=(gcc libc6-dev postgresql libpq5 util-linux python3 python3-psycopg2); fi
[ -z "$plot" ] || packages+=(python3-matplotlib python3-pil)

# Debian's own Python, since that is the one that Debian's Matplotlib is for.
if [ -n "$given" ]; then
    need_packages "${packages[@]}"
    exec /usr/bin/python3 scripts/bench "$@"
fi
need_swift
need_packages "${build_packages[@]}" "${packages[@]}"
swift build -c release --product jobsweep >&2
commit=$(git describe --always --dirty 2>/dev/null || true)
exec /usr/bin/python3 scripts/bench --jobsweep "$(swift build -c release --show-bin-path)/jobsweep" --commit "$commit" "$@"
