#!/usr/bin/env bash
# stream-utf8's tests on aarch64, with NEON, under qemu-user. Installs a cross linker and qemu from Debian's packages.
# `--quick` leaves out the vectors, which take longest.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v qemu-aarch64 >/dev/null || ! command -v aarch64-linux-gnu-gcc >/dev/null; then
    apt-get update -qq
    apt-get install -y -qq gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user >/dev/null
fi
rustup target add aarch64-unknown-linux-gnu 2>/dev/null
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu"
# Not the inspector's test, which would start a program of the other architecture.
tests=(--lib --test properties --test fail_fast --test pieces --test mask --test lines --test every_split --test guard_page)
if [ "${1:-}" != "--quick" ]; then
    tests+=(--test vectors)
fi
cargo test -q -p stream-utf8 --target aarch64-unknown-linux-gnu "${tests[@]}"
