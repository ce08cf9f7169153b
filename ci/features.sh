#!/usr/bin/env bash
# Each library crate with no features and with each feature alone: built and linted, warnings denied. Then its tests
# without std (with alloc, where that is a feature), and with all features, because what runs only then is left out of the
# default run.
#
# The lists come from cargo, so a new crate or feature is checked without a change here.
source "$(dirname "$0")/lib.sh"

need_component stable clippy

crates="$(library_crates)"
for crate in $crates; do
    echo "--- $crate: no features"
    cargo clippy --quiet -p "$crate" --lib --no-default-features -- -D warnings
    features="$(features_of "$crate")"
    for feature in $features; do
        echo "--- $crate: $feature"
        cargo clippy --quiet -p "$crate" --lib --no-default-features --features "$feature" -- -D warnings
    done
done

for crate in $crates; do
    alloc="$(features_of "$crate" | grep -x alloc || true)"
    echo "--- $crate: tests without std${alloc:+, with alloc}"
    cargo test -p "$crate" --no-default-features --features "$alloc"
    echo "--- $crate: tests with all features"
    cargo test -p "$crate" --all-features
done
