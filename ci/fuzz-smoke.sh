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

ran=0
for target in $targets; do
    echo "--- $target: $seconds s"
    seeds="fuzz/seeds/$target"
    [[ -n "$(ls -A "$seeds" 2>/dev/null)" ]] || die "$seeds holds no seed"
    corpus="fuzz/corpus/$target"
    mkdir -p "$corpus"
    cp "$seeds"/* "$corpus"/
    log="$TOOLS/fuzz-$target.log"
    mkdir -p "$TOOLS"
    if ! cargo +nightly fuzz run "$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1; then
        tail -n 60 "$log"
        die "$target failed; the input that did it is in fuzz/artifacts/$target"
    fi
    grep -E '^Done |stat::number_of_executed_units' "$log" || die "$target: no figures in $log"
    ran=$((ran + 1))
done
echo "fuzz-smoke: $ran targets ran"
