#!/usr/bin/env bash
# stream-utf8 under Miri: no undefined behaviour in the kernels and in everything above them.
#
# x86-64 with SSE4.1 and with AVX2 (Miri knows no AVX-512), x86-64 without vectors, aarch64 with NEON, and s390x, which is
# big-endian. `--quick` runs fewer tests, on x86-64 with AVX2 and on s390x only.
source "$(dirname "$0")/lib.sh"

tests=(--lib --test whole --test fail_fast --test pieces)
quick=false
case "${1:-}" in
--quick) quick=true ;;
"") tests+=(--test every_split --test mask --test builder) ;;
*) die "usage: $0 [--quick]" ;;
esac

need_toolchain nightly
need_component nightly miri
need_component nightly rust-src
export MIRIFLAGS="-Zmiri-disable-isolation"

# run TARGET RUSTFLAGS: beside the others, as Miri runs the tests of one target one by one.
run() {
    cargo +nightly miri setup --quiet --target "$1"
    run_beside tests_of "$1" "${2:-}"
}

tests_of() {
    local log="$TOOLS/miri-$1${2// /}.log"
    RUSTFLAGS="$2" cargo +nightly miri test -q -p stream-utf8 --target "$1" --target-dir target/miri "${tests[@]}" \
        >"$log" 2>&1 || { cat "$log"; die "$1 $2 failed"; }
    echo "miri: $1 $2"
    cat "$log"
}

mkdir -p "$TOOLS"
run x86_64-unknown-linux-gnu "-C target-feature=+avx2"
run s390x-unknown-linux-gnu
if [[ $quick == false ]]; then
    run x86_64-unknown-linux-gnu "-C target-feature=+sse4.1"
    run x86_64-unknown-linux-gnu "--cfg stream_utf8_scalar"
    run aarch64-unknown-linux-gnu
fi
wait_for_all
