#!/usr/bin/env bash
# The README's test command: unit, integration, example and documentation tests of the whole workspace.
source "$(dirname "$0")/lib.sh"

cargo test --workspace
