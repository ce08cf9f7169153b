#!/usr/bin/env bash
# Random event streams, valid and odd, through sse-proto's parser, Node's eventsource-parser and Chromium's EventSource. All
# have to give the same events: type, data and last event ID; the first two the same comments and reconnection times too.
#
#     ci/differential-sse.sh [--streams N] [--seed N] [--first N]
#
# The default is 300 streams, some seconds. A longer run, with another seed:
#     ci/differential-sse.sh --streams 20000 --seed 2
#
# A difference is printed with the stream and with the command that shows it again. eventsource-parser is installed into
# target/ci/differential-sse, in the version that ci/differential-sse/package-lock.json pins. It asks for Node 22, and runs
# on Node 20 too.
source "$(dirname "$0")/lib.sh"

home="$TOOLS/differential-sse"

need_command chromium chromium
need_command node nodejs
need_command npm npm
mkdir -p "$home"
if ! cmp -s ci/differential-sse/package-lock.json "$home/package-lock.json"; then
    cp ci/differential-sse/package.json ci/differential-sse/package-lock.json ci/differential-sse/.npmrc "$home"
    (cd "$home" && npm ci --loglevel=error --no-audit --no-fund)
fi
cp ci/differential-sse/*.mjs ci/differential-sse/*.html "$home"

# --workspace, not -p sse-proto: the same features as for ci/test.sh, so nothing is compiled twice.
cargo build --quiet --workspace --example sse_to_json --bin sse_tail
profile="$(mktemp -d "$home/profile.XXXXXX")"
# Chromium's helper processes may write a moment longer; what stays lies under the target folder.
trap 'rm -rf "$profile" 2>/dev/null || true' EXIT
node "$home/main.mjs" --inspector target/debug/examples/sse_to_json --sse-tail target/debug/sse_tail \
    --chromium chromium --profile "$profile" "$@"
