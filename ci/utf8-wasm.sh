#!/usr/bin/env bash
# stream-utf8's tests as WebAssembly in Node, with and without 128-bit SIMD. Needs Node 20 or newer.
set -euo pipefail
cd "$(dirname "$0")/.."

rustup target add wasm32-wasip1 2>/dev/null
export CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings $PWD/ci/wasi.mjs"
for features in +simd128 -simd128; do
    echo "wasm32: $features"
    RUSTFLAGS="-C target-feature=$features" cargo test -q -p stream-utf8 --target wasm32-wasip1 \
        --target-dir "target/wasm$features" --lib --test fail_fast --test pieces --test every_split
done
