#!/usr/bin/env bash
# All sequences of up to four bytes through every kernel that this CPU has: minutes, on all cores.
source "$(dirname "$0")/lib.sh"

time cargo test -q --release -p stream-utf8 --lib -- --ignored exhaustive --test-threads=1
