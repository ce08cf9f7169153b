#!/usr/bin/env bash
# stream-utf8's tests with AddressSanitizer, at every level that this CPU has.
source "$(dirname "$0")/lib.sh"

target=x86_64-unknown-linux-gnu
need_toolchain nightly
RUSTFLAGS="-Zsanitizer=address" cargo +nightly test -q -p stream-utf8 --target "$target" --target-dir target/asan \
    --lib --test whole --test vectors --test guard_page --test mask --test builder --test lines --test every_split
