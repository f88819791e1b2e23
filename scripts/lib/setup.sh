# Shared by the scripts: installs what is missing. It is sourced, not run.

# need_packages NAME...: installs those of Debian's packages that aren't there yet.
need_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    echo "Installing ${missing[*]}" >&2
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "These packages are missing, and only root or sudo can install them: ${missing[*]}" >&2
            return 1
        }
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# need_swift: says what to do where there is no Swift toolchain.
need_swift() {
    command -v swift >/dev/null && return 0
    echo "There is no swift command. Install a Swift 6.2 or newer toolchain from https://swift.org/install and put it on PATH." >&2
    return 1
}

# need_venv: makes the Python environment of the tests where there is none; $venv_python is its interpreter. Call it in the checkout.
need_venv() {
    venv_python=$PWD/.venv/bin/python
    # One at a time, where parts of a script want it at once.
    flock Tests/requirements.txt bash -ec '[ -x .venv/bin/python ] || python3 -m venv .venv
        .venv/bin/python -m pip install --quiet --requirement Tests/requirements.txt'
}

# What building and running needs.
build_packages=(libmicrohttpd-dev libsqlite3-dev zlib1g-dev libcrypt-dev pkg-config)
