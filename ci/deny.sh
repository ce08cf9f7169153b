#!/usr/bin/env bash
# Licences, duplicate or banned crates and sources of every dependency, as deny.toml allows them. Needs cargo-deny
# (cargo install --locked cargo-deny, some minutes); where it is not installed this says so and checks nothing.
# Advisories are not checked: their database is a repository of its own.
source "$(dirname "$0")/lib.sh"

if ! cargo deny --version 2>/dev/null; then
    echo "SKIPPED: cargo-deny is not installed, so licences and sources were not checked"
    exit 0
fi
cargo deny --all-features check bans licenses sources
