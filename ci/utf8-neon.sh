#!/usr/bin/env bash
# stream-utf8's tests on aarch64, with NEON, under qemu-user. `--quick` runs fewer of them.
source "$(dirname "$0")/lib.sh"

# Not the inspector's test, which would start a program of the other architecture.
tests=(--lib --test whole --test fail_fast --test pieces --test lines --test guard_page)
case "${1:-}" in
--quick) ;;
"") tests+=(--test properties --test mask --test builder --test every_split --test vectors) ;;
*) die "usage: $0 [--quick]" ;;
esac

target=aarch64-unknown-linux-gnu
need_command qemu-aarch64 qemu-user
need_command aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross
need_target stable "$target"
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu"
cargo test -q -p stream-utf8 --target "$target" "${tests[@]}"
