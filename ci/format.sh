#!/usr/bin/env bash
# Every Rust file is formatted as rustfmt.toml says, in the workspaces beside the main one too.
source "$(dirname "$0")/lib.sh"

need_component stable rustfmt
cargo fmt --all --check
cargo fmt --all --check --manifest-path fuzz/Cargo.toml
cargo fmt --all --check --manifest-path ci/no_std/Cargo.toml
