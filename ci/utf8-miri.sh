#!/usr/bin/env bash
# stream-utf8 under Miri: undefined behaviour in the kernels and everything above them.
#
# x86-64 with SSE4.1 and with AVX2 (Miri knows no AVX-512), x86-64 without vectors, aarch64 with NEON, and s390x, which is
# big-endian. Installs a nightly toolchain's Miri. `--quick` runs x86-64 with AVX2 and s390x only.
set -euo pipefail
cd "$(dirname "$0")/.."

rustup +nightly component add miri rust-src 2>/dev/null
export MIRIFLAGS="-Zmiri-disable-isolation"

run() { # TARGET RUSTFLAGS
    echo "miri: $1 ${2:-}"
    RUSTFLAGS="${2:-}" cargo +nightly miri test -q -p stream-utf8 --target "$1" \
        --lib --test fail_fast --test pieces --test every_split --test mask --test builder
}

run x86_64-unknown-linux-gnu "-C target-feature=+avx2"
run s390x-unknown-linux-gnu
if [ "${1:-}" != "--quick" ]; then
    run x86_64-unknown-linux-gnu "-C target-feature=+sse4.1"
    run x86_64-unknown-linux-gnu "--cfg stream_utf8_scalar"
    run aarch64-unknown-linux-gnu
fi
