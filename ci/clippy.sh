#!/usr/bin/env bash
# Clippy over every target of the workspace with all features, warnings denied.
# ci/features.sh lints each library crate again with fewer features.
source "$(dirname "$0")/lib.sh"

need_component stable clippy
cargo clippy --workspace --all-targets --all-features -- -D warnings
