#!/usr/bin/env bash
# Makes what people install: a Debian package, a tarball for other systems, the symbols, a bill of materials and checksums.
# Two runs over one commit, with the same toolchain and the same releases of what it depends on (Package.resolved), give the same bytes wherever
# the checkout lies (scripts/test-package.sh --rebuild).
set -euo pipefail

usage() {
    echo "usage: scripts/package.sh --output DIR [--binary FILE] [--fast]"
    echo "  --output DIR    where the files go; made if need be"
    echo "  --binary FILE   package this jobsweep, and don't build one"
    echo "  --fast          compress little, for a try"
}

output='' binary='' level=6
while [ $# -gt 0 ]; do
    case $1 in
        --output) output=$(realpath -m "${2:?--output wants a folder}"); shift 2 ;;
        --output=*) output=$(realpath -m "${1#*=}"); shift ;;
        --binary) binary=$(realpath "${2:?--binary wants a file}"); shift 2 ;;
        --binary=*) binary=$(realpath "${1#*=}"); shift ;;
        --fast) level=0; shift ;;
        -h | --help) usage; exit 0 ;;
        *) echo "package.sh: $1 is unknown here" >&2; usage >&2; exit 2 ;;
    esac
done
[ -n "$output" ] || { usage >&2; exit 2; }

cd "$(dirname "$0")/.."
. scripts/lib/setup.sh
[ -n "$binary" ] || need_swift
need_packages "${build_packages[@]}" binutils dpkg-dev python3 xz-utils git

# The checkout's commit, marked where files differ from it. Its date stands for the time of the build.
SOURCE_COMMIT=$(git rev-parse HEAD)
git diff --quiet HEAD -- || SOURCE_COMMIT=$SOURCE_COMMIT-changed
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_COMMIT SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Where what is linked into the binary can be seen, and of which version its C++ library is, where it has one of its own.
built=. cxx='' checkouts=.build/checkouts
# Where it was test.sh that built.
[ -d "$checkouts" ] || checkouts=.build-tests/checkouts

if [ -z "$binary" ]; then
    # Paths of this machine would make the bytes this machine's; they are mapped away, but Swift writes even then into the code how long a
    # file's path was. So a copy is built, under a name that is always equally long. Swift's runtime goes in, the system's libraries don't. What
    # the loader reads at every start is kept short: relocations in their packed form, and no names for others to link with. And what serving
    # calls lies together (package/order.py), and so does what sweeps call besides, so that less of the program has to be in memory: each
    # function has a section of its own for that. The linker is told by the names of sections, since the compiler's private functions have no
    # symbol, and by those of symbols, since some of the toolchain's objects have all of their functions in one section.
    xz --decompress --stdout scripts/package/order.txt.xz >"$work/functions"
    awk 'BEGIN { print "SECTIONS { .text.serving : {" } NF { print "*(.text." $0 ")" } !NF { print "} .text.sweeping : {" }
        END { print "} } INSERT BEFORE .text;" }' "$work/functions" >"$work/usual.ld"
    grep . "$work/functions" >"$work/order"
    copy=$(mktemp -d /tmp/jobsweep-package-XXXXXXXXXX)
    trap 'rm -rf "$work" "$copy"' EXIT
    git ls-files -z --cached --others --exclude-standard | tar --create --null --ignore-failed-read --files-from - | tar --extract --directory "$copy"
    [ ! -f Package.resolved ] || cp Package.resolved "$copy/"
    # The compiler goes through some of its sets in the order of addresses (of two instructions that don't depend on each other, either came
    # first), and through others in that of random hashes. So addresses aren't randomized, one thread compiles a module, and hashes are fixed.
    # A container may forbid the first of these.
    still=(setarch "$(uname -m)" --addr-no-randomize)
    "${still[@]}" true 2>/dev/null || { echo "Addresses can't be kept still here: another build may differ in some bytes." >&2; still=(); }
    export SWIFT_DETERMINISTIC_HASHING=1
    # Of the C++ library the runtime uses little, so it goes in as well. The linker finds it alone in this folder, before the shared one elsewhere.
    mkdir "$work/cxx"
    archive=$(realpath "$(clang -print-file-name=libstdc++.a)")
    ln -s "$archive" "$work/cxx/"
    cxx=$(dpkg-query -W -f '${Version}' "$(dpkg-query -S "$archive" | cut -d: -f1)")
    "${still[@]}" swift build --package-path "$copy" -c release --product jobsweep --static-swift-stdlib --disable-local-rpath \
        -Xswiftc -L -Xswiftc "$work/cxx" \
        -Xswiftc -no-toolchain-stdlib-rpath -Xswiftc -file-prefix-map -Xswiftc "$copy=." -Xcc "-ffile-prefix-map=$copy=." \
        -Xswiftc -num-threads -Xswiftc 1 -Xswiftc -Xfrontend -Xswiftc -function-sections -Xcc -ffunction-sections \
        -Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --no-export-dynamic \
        -Xlinker -T -Xlinker "$work/usual.ld" -Xlinker "--symbol-ordering-file=$work/order" -Xlinker --no-warn-symbol-ordering \
        -Xlinker -z -Xlinker now -Xlinker "--build-id=0x${SOURCE_COMMIT%-changed}"
    binary=$(swift build --package-path "$copy" -c release --static-swift-stdlib --show-bin-path)/jobsweep
    built=$copy checkouts=$copy/.build/checkouts
fi
mkdir -p "$output"

version=$("$binary" version --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["version"])')
architecture=$(dpkg --print-architecture)

echo "== symbols" >&2
objcopy --only-keep-debug "$binary" "$work/jobsweep.debug"
strip --strip-all --remove-section=.comment --remove-section=.swift_ast -o "$work/jobsweep" "$binary"
# A fingerprint of what the compiler was told, paths included, which nobody reads after the build.
objcopy --dump-section .swift_modhash="$work/modhash" "$work/jobsweep" "$work/copy" 2>/dev/null || true
if [ -s "$work/modhash" ]; then
    head --bytes="$(stat --format=%s "$work/modhash")" /dev/zero >"$work/zeros"
    objcopy --update-section .swift_modhash="$work/zeros" "$work/jobsweep"
fi

echo "== files" >&2
root=$work/root
install -D -m 755 "$work/jobsweep" "$root/usr/bin/jobsweep"
"$binary" --experimental-dump-help | python3 scripts/package/man.py "$root/usr/share/man/man1" "$version"
gzip -9n "$root"/usr/share/man/man1/*
completion() { mkdir -p "$(dirname "$2")"; "$binary" --generate-completion-script "$1" | sed '1{/^#!/d}' >"$2"; }
completion bash "$root/usr/share/bash-completion/completions/jobsweep"
completion zsh "$root/usr/share/zsh/vendor-completions/_jobsweep"
completion fish "$root/usr/share/fish/vendor_completions.d/jobsweep.fish"
install -D -m 644 -t "$root/lib/systemd/system" deploy/systemd/jobsweep@.service
install -D -m 644 -t "$root/etc/jobsweep" deploy/etc/*
share=$root/usr/share/jobsweep
install -D -m 644 -t "$share/grafana/dashboards" grafana/dashboards/*.json
for folder in dashboards datasources; do
    install -D -m 644 -t "$share/grafana/provisioning/$folder" grafana/provisioning/$folder/*
done
install -D -m 644 -t "$share/prometheus/rules" prometheus/rules/*.yml
install -D -m 644 -t "$share/prometheus" prometheus/prometheus.yml prometheus/alertmanager.yml
documents=$root/usr/share/doc/jobsweep
install -D -m 644 -t "$documents" prometheus/RUNBOOK.md docs/*.md
for folder in systemd proxy kubernetes; do
    install -D -m 644 -t "$documents/examples/$folder" deploy/$folder/*
done
rm "$documents/examples/systemd/jobsweep@.service"
gzip -9nc CHANGELOG.md >"$documents/changelog.gz"
python3 scripts/package/copyright.py "$built/Package.resolved" "$checkouts" "$cxx" >"$documents/copyright"

echo "== tarball" >&2
name=jobsweep-$version-linux-$(uname -m)
mkdir "$work/tar"
cp -a "$root" "$work/tar/$name"
cp deploy/INSTALL "$work/tar/$name/INSTALL"
tar --create --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --directory "$work/tar" "$name" |
    xz -T1 -$level >"$output/$name.tar.xz"
xz -T1 -$level --stdout "$work/jobsweep.debug" >"$output/$name.debug.xz"

echo "== Debian package" >&2
printf 'jobsweep (%s-1) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- The jobsweep project <jobsweep@users.noreply.github.com>  %s\n' \
    "$version" "$(date -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$documents/changelog.Debian.gz"
install -D -m 644 -t "$root/usr/share/lintian/overrides" deploy/debian/jobsweep
mkdir "$root/DEBIAN" "$work/debian"
printf 'Source: jobsweep\n\nPackage: jobsweep\nArchitecture: any\n' >"$work/debian/control"
# The system's libraries that the binary names; libpq isn't among them, since it is loaded when a database needs it.
depends=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info root/usr/bin/jobsweep | sed -n 's/^shlibs:Depends=//p')
size=$(du --summarize --apparent-size --block-size=1024 "$root" | cut -f1)
sed -e "s/@VERSION@/$version-1/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@DEPENDS@/$depends/" -e "s/@SIZE@/$size/" \
    deploy/debian/control >"$root/DEBIAN/control"
install -m 755 -t "$root/DEBIAN" deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm
(cd "$root" && find etc -type f | sort | sed 's|^|/|') >"$root/DEBIAN/conffiles"
(cd "$root" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod -R go-w "$root"
dpkg-deb --root-owner-group -Zxz "-z$level" --build "$root" "$output/jobsweep_$version-1_$architecture.deb" >&2

echo "== bill of materials" >&2
python3 scripts/package/sbom.py --version "$version" --commit "$SOURCE_COMMIT" --depends "$depends" --cxx "$cxx" \
    --checkouts "$checkouts" --resolved "$built/Package.resolved" >"$output/jobsweep-$version.spdx.json"

(cd "$output" && sha256sum -- *"$version"*[!S] >SHA256SUMS)
echo "In $output:" >&2
(cd "$output" && ls -l)
