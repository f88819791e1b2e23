#!/usr/bin/env bash
# Builds the package and tries it in a root without Swift: installed, set up, run as the unit runs it, upgraded, purged.
# Kept out of test.sh: a release build and a debootstrap take a quarter of an hour. It must be root.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib/setup.sh

package='' rebuild=''
while [ $# -gt 0 ]; do
    case $1 in
        --package) package=$(realpath "${2:?--package wants a file}"); shift 2 ;;
        --rebuild) rebuild=yes; shift ;;
        *) echo "usage: scripts/test-package.sh [--package FILE.deb] [--rebuild]" >&2; exit 2 ;;
    esac
done

need_packages debootstrap curl lintian mandoc systemd python3 python3-venv git
need_venv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "$package" ]; then
    scripts/package.sh --output "$work/first"
    package=$(echo "$work"/first/*.deb)
fi

if [ -n "$rebuild" ]; then
    echo "== the same bytes in another folder"
    git clone --quiet . "$work/another folder"
    # The same releases of what it depends on.
    cp Package.resolved "$work/another folder/"
    "$work/another folder/scripts/package.sh" --output "$work/second"
    diff <(cd "$(dirname "$package")" && cat SHA256SUMS) "$work/second/SHA256SUMS"
fi

echo "== lintian"
lintian --fail-on error,warning "$package"

echo "== a root without Swift"
(cd Tests/Package && PACKAGE=$package "$venv_python" -m pytest -q)
