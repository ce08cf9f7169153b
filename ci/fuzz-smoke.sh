#!/usr/bin/env bash
# Builds every fuzz target with AddressSanitizer and runs each for some seconds from its seeds. A crash, a broken
# oracle, an input slower than 10 seconds or 2 GiB of memory fails the script.
#
# FUZZ_SECONDS: seconds for each target (default 10). Arguments: the targets to run (default: all).
# Needs the nightly toolchain and cargo-fuzz. A longer hunt for one target:
#     FUZZ_SECONDS=3600 ci/fuzz-smoke.sh TARGET
source "$(dirname "$0")/lib.sh"

seconds="${FUZZ_SECONDS:-10}"

need_toolchain nightly
if ! cargo fuzz --version 2>/dev/null; then
    may_install "cargo-fuzz (cargo install --locked cargo-fuzz@$CARGO_FUZZ_VERSION)"
    cargo install --quiet --locked "cargo-fuzz@$CARGO_FUZZ_VERSION"
fi

targets="${*:-$(cargo fuzz list)}"
[[ -n "$targets" ]] || die "cargo fuzz list names no target"

cargo +nightly fuzz build

# fuzz TARGET
fuzz() {
    local seeds="fuzz/seeds/$1" corpus="fuzz/corpus/$1" log="$TOOLS/fuzz-$1.log"
    [[ -n "$(ls -A "$seeds" 2>/dev/null)" ]] || die "$seeds holds no seed"
    mkdir -p "$corpus" "$TOOLS"
    cp "$seeds"/* "$corpus"/
    if ! cargo +nightly fuzz run "$1" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1; then
        tail -n 60 "$log"
        die "$1 failed; the input that did it is in fuzz/artifacts/$1"
    fi
    grep -q '^Done ' "$log" || die "$1: no figures in $log"
    echo "$1: $(grep '^Done ' "$log")"
}

# As many at a time as there are processors: each takes the same time.
ran=0
batch=()
wait_for_batch() {
    local pid
    for pid in "${batch[@]}"; do
        wait "$pid"
    done
    ran=$((ran + ${#batch[@]}))
    batch=()
}
for target in $targets; do
    fuzz "$target" &
    batch+=($!)
    [[ ${#batch[@]} -lt $(nproc) ]] || wait_for_batch
done
wait_for_batch
echo "fuzz-smoke: $ran targets ran for $seconds s each"
