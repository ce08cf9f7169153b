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
programs="fuzz/target/$(rustc +nightly -vV | sed -n 's/^host: //p')/release"

# fuzz TARGET
fuzz() {
    local seeds="fuzz/seeds/$1" corpus="fuzz/corpus/$1" log="$TOOLS/fuzz-$1.log"
    [[ -n "$(ls -A "$seeds" 2>/dev/null)" ]] || die "$seeds holds no seed"
    mkdir -p "$corpus" "fuzz/artifacts/$1" "$TOOLS"
    cp "$seeds"/* "$corpus"/
    # As `cargo fuzz run` would start it, which asks cargo first whether all is built.
    if ! ASAN_OPTIONS=detect_odr_violation=0 "$programs/$1" -artifact_prefix="fuzz/artifacts/$1/" "$corpus" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1; then
        tail -n 60 "$log"
        die "$1 failed; the input that did it is in fuzz/artifacts/$1"
    fi
    grep -q '^Done ' "$log" || die "$1: no figures in $log"
    echo "$1: $(grep '^Done ' "$log")"
}

ran=0
for target in $targets; do
    run_beside fuzz "$target"
    ran=$((ran + 1))
done
wait_for_all
echo "fuzz-smoke: $ran targets ran for $seconds s each"
