#!/usr/bin/env bash
# stream-utf8 for a CPU without an operating system: neither std nor, in the first build, alloc.
set -euo pipefail
cd "$(dirname "$0")/.."

rustup target add thumbv7em-none-eabihf 2>/dev/null
cargo build -q -p stream-utf8 --target thumbv7em-none-eabihf --no-default-features
cargo build -q -p stream-utf8 --target thumbv7em-none-eabihf --no-default-features --features alloc
