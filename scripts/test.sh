#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test: format, Swift, the real binary, Prometheus and Alertmanager, torture.
# On a machine with two cores and nothing else to do it is to take a quarter of an hour.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/setup.sh
. scripts/lib/together.sh

# As a release is built, each module whole, which takes half of the processor's time of a debug build; without optimisation, and so with all
# that is asserted. In a folder of its own, where nobody takes it for a release.
building=(-c release -Xswiftc -Onone -Xswiftc -enable-testing --scratch-path .build-tests)

# give_way N: lets others have the processors first. Alerts come by the clock, and so everything gives way to their tests.
give_way() { renice -n "$1" "$BASHPID" >/dev/null; }

# A test that fails is tried once more and listed as RERUN: such a test is unsteady, and to be mended, but a machine's hiccup isn't to cost
# the other three thousand their say.
swift_tests() {
    local unsteady
    give_way 5
    swift test "${building[@]}" --skip-build --xunit-output "$results/swift.xml" && return
    unsteady=$(python3 scripts/lib/failed_swift_tests.py "$results/swift-swift-testing.xml")
    [ -n "$unsteady" ] || return 1
    echo "RERUN $unsteady"
    swift test "${building[@]}" --skip-build --filter "$unsteady"
}

# pytest_in FOLDER ARGUMENT...
pytest_in() { cd "Tests/$1" && "$venv_python" -m pytest -q -rR --reruns 1 "${@:2}"; }

# Four at a time, a file each, since they wait more than they reckon.
tests_of_the_real_binary() { give_way 5 && JOBSWEEP_BIN=$jobsweep pytest_in Acceptance -n 4 --dist loadfile --no-loadscope-reorder -m "not alone"; }
# One for each core.
tests_that_measure() { JOBSWEEP_BIN=$jobsweep pytest_in Acceptance -n 2 --dist loadfile -m alone; }
tests_of_dashboards_and_alerts() { TESTED_JOBSWEEP=$jobsweep pytest_in Observability --ignore test_rules.py; }
# They need no binary, and take what the build leaves of the machine, which waits for the network, or for one module.
tests_of_rules() { need_venv && give_way 10 && pytest_in Observability test_rules.py; }
# Each scene once; CONTRIBUTING.md says how to go on for an hour.
torture() { give_way 5 && scripts/torture.sh --jobsweep "$jobsweep" --minutes 0; }

need_swift
need_packages "${build_packages[@]}" python3 python3-venv sqlite3 curl openssl util-linux \
    prometheus prometheus-alertmanager chromium chromium-driver nginx-light tzdata postgresql libpq5 pgbouncer \
    binutils dpkg-dev lintian mandoc man-db bash-completion fish zsh caddy systemd xz-utils

results=$(mktemp -d)
trap 'end_together; rm -rf "$results"' EXIT

begin tests_of_rules

echo "== format"
swift format lint --strict --recursive --parallel Sources Tests Package.swift

echo "== build (a warning is an error)"
swift build "${building[@]}" --build-tests
jobsweep=$(python3 scripts/lib/linked_whole.py "$(swift build "${building[@]}" --show-bin-path)")
need_venv

echo "== all tests but those that measure"
begin swift_tests tests_of_the_real_binary tests_of_dashboards_and_alerts torture
finish

echo "== tests that measure, and have the machine to themselves"
tests_that_measure
