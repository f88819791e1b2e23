#!/usr/bin/env bash
# Holds presets against the applications themselves: installs each application from PyPI at the versions that its preset names, has it
# make and fill its own database, sweeps that, and has it read everything again; on SQLite and on PostgreSQL. Prints a table.
#   scripts/verify-presets.sh [--engine sqlite|postgresql] [--keep DIR] [--jobsweep PATH] [APPLICATION...]    (--help has the rest)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/setup.sh

given=${JOBSWEEP_BIN:-} arguments=()
# To jobsweep itself every variable of that form is a setting, and this is none.
unset JOBSWEEP_BIN
while [ $# -gt 0 ]; do
    case $1 in
        --jobsweep) given=${2:?"--jobsweep takes a path"}; shift ;;
        *) arguments+=("$1") ;;
    esac
    shift
done

need_packages python3 python3-venv postgresql
need_venv
if [ -z "$given" ]; then
    need_swift
    need_packages "${build_packages[@]}"
    swift build --product jobsweep >&2
    given=$(swift build --show-bin-path)/jobsweep
fi
exec "$venv_python" scripts/presets --jobsweep "$given" ${arguments[@]+"${arguments[@]}"}
