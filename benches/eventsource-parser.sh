#!/usr/bin/env bash
# Times npm's eventsource-parser and sse-proto on the same streams, one after the other, and prints a table of both.
#
# The package is installed into target/eventsource-parser, in the version that ci/differential-sse/package-lock.json pins.
source "$(dirname "$0")/../ci/lib.sh"

home="$PWD/target/eventsource-parser"

need_command node nodejs
need_command npm npm
mkdir -p "$home"
if ! cmp -s ci/differential-sse/package-lock.json "$home/package-lock.json"; then
    cp ci/differential-sse/package.json ci/differential-sse/package-lock.json ci/differential-sse/.npmrc "$home"
    (cd "$home" && npm ci --loglevel=error --no-audit --no-fund)
fi
cp benches/eventsource-parser/main.mjs "$home"

cargo run --quiet --release -p benches --bin sse_streams -- "$home" >"$home/ours.json"
node "$home/main.mjs" "$home" "$home/ours.json"
