#!/usr/bin/env bash
# The README's test command: unit, integration, example and documentation tests of the whole workspace, which has every
# feature of the library crates on (ci/features.sh sees to that).
source "$(dirname "$0")/lib.sh"

cargo test --workspace
