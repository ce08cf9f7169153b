#!/usr/bin/env bash
# stream-utf8's tests with AddressSanitizer, at every level that this CPU has. Needs a nightly toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
RUSTFLAGS="-Zsanitizer=address" cargo +nightly test -q -p stream-utf8 --target "$target" --target-dir target/asan \
    --lib --test vectors --test guard_page --test mask --test lines --test every_split
