#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test: format, Swift, the real binary, Prometheus and Alertmanager.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/setup.sh

need_swift
need_packages "${build_packages[@]}" python3 python3-venv sqlite3 curl openssl util-linux \
    prometheus prometheus-alertmanager chromium chromium-driver

echo "== format"
swift format lint --strict --recursive --parallel Sources Tests Package.swift

echo "== build (a warning is an error)"
swift build --build-tests

echo "== Swift tests"
swift test --skip-build

echo "== tests of the real binary"
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --requirement Tests/requirements.txt
JOBSWEEP_BIN=$(swift build --show-bin-path)/jobsweep
export JOBSWEEP_BIN
python=$PWD/.venv/bin/python
for suite in Acceptance Observability; do
    (cd "Tests/$suite" && "$python" -m pytest -q)
done
