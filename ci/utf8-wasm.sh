#!/usr/bin/env bash
# stream-utf8's tests as WebAssembly in Node, with and without 128-bit SIMD. Needs Node 20 or newer.
source "$(dirname "$0")/lib.sh"

target=wasm32-wasip1
command -v node >/dev/null || die "needs node, version 20 or newer"
need_target stable "$target"
export CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings $PWD/ci/wasi.mjs"
for features in +simd128 -simd128; do
    echo "wasm32: $features"
    RUSTFLAGS="-C target-feature=$features" cargo test -q -p stream-utf8 --target "$target" \
        --lib --test whole --test fail_fast --test pieces --test every_split --test lines --test mask --test builder
done
