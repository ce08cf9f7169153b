# What the scripts beside this file share. Source it; it moves to the repository's root.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"

# Tools that a script sets up for itself (virtual environments, node_modules) and its logs live here, so that a
# second run finds them and `cargo clean` removes them.
TOOLS="$PWD/target/ci"

# Same versions of the tools everywhere.
CARGO_FUZZ_VERSION=0.13.1

die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# may_install WHAT: CI sets the machine up itself; on a person's machine a script only says what is missing.
may_install() {
    [[ "${CI:-}" == true ]] || die "needs $1; with CI=true in the environment this script installs it"
}

# need_command COMMAND PACKAGE...: the Debian packages that bring a command.
need_command() {
    local command="$1"
    shift
    if command -v "$command" >/dev/null; then
        return
    fi
    may_install "the command $command (Debian: apt-get install $*)"
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
    command -v "$command" >/dev/null || die "no command $command after installing $*"
}

# need_toolchain NAME: a Rust toolchain, as rustup calls it.
need_toolchain() {
    if rustup run "$1" rustc --version >/dev/null 2>&1; then
        return
    fi
    may_install "the Rust toolchain $1 (rustup toolchain install $1)"
    rustup toolchain install "$1" --profile minimal
}

# need_target TOOLCHAIN TARGET: the standard library of another platform.
need_target() {
    if rustup target list --toolchain "$1" --installed | grep -qx "$2"; then
        return
    fi
    may_install "the Rust target $2 (rustup target add --toolchain $1 $2)"
    rustup target add --toolchain "$1" "$2"
}

# need_component TOOLCHAIN COMPONENT
need_component() {
    if rustup component list --toolchain "$1" --installed | grep -qE "^$2(-|$)"; then
        return
    fi
    may_install "the Rust component $2 (rustup component add --toolchain $1 $2)"
    rustup component add --toolchain "$1" "$2"
}

# library_crates: the names of the crates under crates/, one a line.
library_crates() {
    need_command jq jq
    local names
    names="$(cargo metadata --no-deps --format-version 1 |
        jq -r '.workspace_root as $root | .packages[] | select(.manifest_path | startswith($root + "/crates/")) | .name')"
    [[ -n "$names" ]] || die "cargo metadata lists no crate under crates/"
    echo "$names"
}

# features_of CRATE: its features, one a line, the implicit ones of optional dependencies included.
features_of() {
    cargo metadata --no-deps --format-version 1 |
        jq -r --arg name "$1" '.packages[] | select(.name == $name) | .features | keys[] | select(. != "default")'
}

# free_port: a TCP port on loopback that nobody listens on now.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# wait_for_port PORT PID: until the process listens there; fails when it ends first or within 20 seconds.
wait_for_port() {
    local tries
    for tries in {1..200}; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
            return
        fi
        kill -0 "$2" 2>/dev/null || die "process $2 ended before it listened on port $1"
        sleep 0.1
    done
    die "nothing listens on port $1 after 20 seconds"
}

# run_beside COMMAND...: starts it, as many at a time as there are processors. wait_for_all waits until they have ended. Both
# fail if a command that was started has failed.
beside=0
run_beside() {
    [[ $beside -lt $(nproc) ]] || wait_for_one
    "$@" &
    beside=$((beside + 1))
}

wait_for_one() {
    beside=$((beside - 1))
    wait -n
}

wait_for_all() {
    while [[ $beside -gt 0 ]]; do
        wait_for_one
    done
}

# in_background PID: remembers a process for stop_background, which a script sets as its EXIT trap.
background=()
in_background() {
    background+=("$1")
}

stop_background() {
    local pid
    for pid in "${background[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    background=()
}
