#!/usr/bin/env bash
# The documentation of every crate builds with all features, broken links and other warnings denied.
source "$(dirname "$0")/lib.sh"

RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features
