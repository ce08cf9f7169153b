#!/usr/bin/env bash
# Links two programs for a Cortex-M4F without an operating system: one without an allocator, of stream-utf8 and the
# framing layer of websocket-proto, and one with an allocator, of the three crates. Linking proves what `cargo check`
# can't: that nothing asks for std, for an allocator where none is promised, or for an operating system's function.
source "$(dirname "$0")/lib.sh"

target=thumbv7em-none-eabihf
need_target stable "$target"
need_command nm binutils

# The programs are no workspace members, but their dependencies have the versions of the main workspace.
cp Cargo.lock ci/no_std/Cargo.lock

# build PROGRAM CRATE...: links the program and finds each crate's functions in it.
build() {
    local program="$1" crate symbols
    shift
    # One package at a time: features that one program turns on must not reach the other.
    # Code that only other processors use would be dead here: warnings are errors.
    RUSTFLAGS="-D warnings" cargo build --manifest-path ci/no_std/Cargo.toml -p "$program" --target "$target" --target-dir target
    symbols="$(nm --demangle "target/$target/debug/$program")"
    for crate in "$@"; do
        grep -q "${crate//-/_}::" <<<"$symbols" || die "$program holds no function of $crate"
    done
    echo "$program: linked for $target, with functions of: $*"
}

build no_alloc stream-utf8 websocket-proto
build with_alloc stream-utf8 sse-proto websocket-proto

# A target for kernels, which may not use vector registers: of the CPU's vectors nothing may be left.
need_target stable x86_64-unknown-none
cargo build -p stream-utf8 --no-default-features --target x86_64-unknown-none
echo "stream-utf8: built for x86_64-unknown-none"
