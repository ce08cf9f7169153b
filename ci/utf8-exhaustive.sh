#!/usr/bin/env bash
# All sequences of up to four bytes through every kernel that this CPU has: minutes, on all cores.
set -euo pipefail
cd "$(dirname "$0")/.."

time cargo test -q --release -p stream-utf8 --lib -- --ignored exhaustive --test-threads=1
