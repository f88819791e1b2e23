#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test: format, Swift, the real binary, Prometheus and Alertmanager.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/setup.sh

need_swift
need_packages "${build_packages[@]}" python3 python3-venv sqlite3 curl openssl util-linux \
    prometheus prometheus-alertmanager chromium chromium-driver nginx-light tzdata postgresql libpq5 pgbouncer \
    binutils dpkg-dev lintian mandoc man-db bash-completion fish zsh caddy systemd xz-utils

echo "== format"
swift format lint --strict --recursive --parallel Sources Tests Package.swift

echo "== build (a warning is an error)"
swift build --build-tests

# A test that fails is tried once more and listed as RERUN: such a test is unsteady, and to be mended, but a machine's hiccup isn't to cost
# the other three thousand their say.
echo "== Swift tests"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
if ! swift test --skip-build --xunit-output "$results/swift.xml"; then
    unsteady=$(python3 scripts/lib/failed_swift_tests.py "$results/swift-swift-testing.xml")
    [ -n "$unsteady" ] || exit 1
    echo "RERUN $unsteady"
    swift test --skip-build --filter "$unsteady"
fi

echo "== tests of the real binary"
need_venv
jobsweep=$(swift build --show-bin-path)/jobsweep
# Three at a time, a file each, since they wait more than they reckon; what measures has the machine to itself afterwards.
(cd Tests/Acceptance && export JOBSWEEP_BIN=$jobsweep \
    && "$venv_python" -m pytest -q -rR --reruns 1 -n 3 --dist loadfile --no-loadscope-reorder -m "not alone" \
    && "$venv_python" -m pytest -q -rR --reruns 1 -m alone)

echo "== tests of rules, dashboards and alerts"
(cd Tests/Observability && TESTED_JOBSWEEP=$jobsweep "$venv_python" -m pytest -q -rR --reruns 1)

echo "== torture, for two minutes"
scripts/torture.sh --jobsweep "$jobsweep" --minutes 2
