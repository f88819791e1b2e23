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

# build FOLDER: the commit's package, built in a folder of its own with the same releases of what it depends on.
build() {
    [ -f Package.resolved ] || swift package resolve
    git clone --quiet . "$work/$1"
    cp Package.resolved "$work/$1/"
    "$work/$1/scripts/package.sh" --output "$work/$1.made"
}

if [ -n "$rebuild" ]; then
    echo "== the same bytes in two folders"
    build here
    build quite/another/place
    # The symbols name the compiler's module cache, which is called after its folder.
    diff <(grep -v debug "$work/here.made/SHA256SUMS") <(grep -v debug "$work/quite/another/place.made/SHA256SUMS")
    package=${package:-$(echo "$work"/here.made/*.deb)}
elif [ -z "$package" ]; then
    scripts/package.sh --output "$work/made"
    package=$(echo "$work"/made/*.deb)
fi

echo "== lintian"
lintian --fail-on error,warning "$package"

echo "== a root without Swift"
(cd Tests/Package && PACKAGE=$package "$venv_python" -m pytest -q)
