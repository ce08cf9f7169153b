#!/usr/bin/env bash
# Every Rust file is formatted as rustfmt.toml says, in the workspaces beside the main one too.
source "$(dirname "$0")/lib.sh"

need_component stable rustfmt
for manifest in Cargo.toml benches/live/Cargo.toml benches/peers/Cargo.toml fuzz/Cargo.toml ci/no_std/Cargo.toml; do
    cargo fmt --all --check --manifest-path "$manifest"
done
