#!/usr/bin/env bash
# Every Criterion benchmark runs once, in Criterion's test mode: it compiles, finishes, and the results that it
# asserts are right. Nothing is timed, so the development profile serves, and most of it is compiled for the tests.
# Clippy looks at the comparison with the peers (benches/peers), which is a workspace of its own.
source "$(dirname "$0")/lib.sh"

log="$TOOLS/bench-smoke.log"
mkdir -p "$TOOLS"
cargo test --workspace --bench '*' 2>&1 | tee "$log"
for bench in benches/benches/*.rs; do
    grep -q "Running benches/${bench##*/} " "$log" || die "$bench did not run"
done
ran="$(grep -c '^Success$' "$log" || true)"
[[ "$ran" -gt 0 ]] || die "no benchmark ran"
echo "bench-smoke: $ran benchmarks ran"

need_component stable clippy
cargo clippy --quiet --all-targets --manifest-path benches/peers/Cargo.toml --target-dir target --locked -- -D warnings
echo "bench-smoke: the comparison with the peers compiles"
