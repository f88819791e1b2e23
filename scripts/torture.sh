#!/usr/bin/env bash
# Tortures jobsweep: races with application processes under a ledger, kills, signals, random schemas and rows against a model,
# migrations and replaced files in mid-run, damaged files, malformed HTTP. Every finding prints its seed and the command that repeats it.
#   scripts/torture.sh [--minutes N] [--seed S] [--only SCENE,...] [--sanitize address|thread]    (--help has the rest)
# With --sanitize the binary is built with the toolchain's sanitizer, into .build-address or .build-thread. Every scene works with either.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/setup.sh

sanitize='' help='' given=${JOBSWEEP_BIN:-} arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --sanitize) sanitize=${2:?"--sanitize takes address or thread"}; arguments+=("$1" "$2"); shift ;;
        -h | --help) help=yes; arguments+=("$1") ;;
        --jobsweep) given=${2:?"--jobsweep takes a path"}; shift ;;
        *) arguments+=("$1") ;;
    esac
    shift
done

need_packages python3 python3-venv sqlite3
need_venv
if [ -z "$given$help" ]; then
    need_swift
    need_packages "${build_packages[@]}"
    # A build of its own, so that the usual one needn't be made anew.
    build=(swift build --product jobsweep ${sanitize:+--sanitize "$sanitize" --scratch-path ".build-$sanitize"})
    "${build[@]}" >&2
    given=$("${build[@]}" --show-bin-path)/jobsweep
fi
# What a process still has when it ends is its own: the scenes look for writes and reads out of bounds, and after a release.
export ASAN_OPTIONS=detect_leaks=0
export TSAN_OPTIONS=suppressions=$PWD/scripts/torture/thread.suppressions
[ -n "$given" ] || given=.build/debug/jobsweep
exec "$venv_python" scripts/torture --jobsweep "$given" "${arguments[@]}"
