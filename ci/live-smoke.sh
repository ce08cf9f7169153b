#!/usr/bin/env bash
# The comparison of servers on real connections (benches/live), run small: every server, ours and the peers', takes
# connections and echoes what it is sent. Nothing is timed. Clippy looks at it too, as it is a workspace of its own.
source "$(dirname "$0")/lib.sh"

workspace=(--manifest-path benches/live/Cargo.toml --target-dir target --locked)
need_component stable clippy
cargo clippy --quiet --all-targets "${workspace[@]}" -- -D warnings
log="$TOOLS/live-smoke.log"
mkdir -p "$TOOLS"
cargo run --quiet "${workspace[@]}" -- --connections 50 --messages 4000 --rounds 1 | tee "$log"
echoed="$(grep -cE '^\| .* \| [1-9][0-9]* \|$' "$log" || true)"
[[ "$echoed" -eq 9 ]] || die "expected 9 servers to echo, found $echoed"
cargo run --quiet "${workspace[@]}" -- --idle 1000
