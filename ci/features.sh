#!/usr/bin/env bash
# Each library crate with no features and with each feature alone: built and linted, warnings denied. Then the tests without
# std (with alloc, where that is a feature). Those with all features are `cargo test --workspace`; that it leaves none out is
# checked here.
#
# The lists come from cargo, so a new crate or feature is checked without a change here.
source "$(dirname "$0")/lib.sh"

need_component stable clippy

# enabled_in_workspace CRATE: the features that it has in commands that take the whole workspace.
enabled_in_workspace() {
    cargo metadata --format-version 1 | jq -r --arg name "$1" '
        (.packages[] | select(.name == $name and .source == null) | .id) as $id
        | .resolve.nodes[] | select(.id == $id) | .features[] | select(. != "default")'
}

crates="$(library_crates)"
for crate in $crates; do
    features="$(features_of "$crate")"
    missing="$(comm -23 <(sort <<<"$features") <(enabled_in_workspace "$crate" | sort))"
    [[ -z "$missing" ]] || die "cargo test --workspace leaves out features of $crate, add to docs/Cargo.toml:" $missing
done

for crate in $crates; do
    echo "--- $crate: no features"
    cargo clippy --quiet -p "$crate" --lib --no-default-features -- -D warnings
    features="$(features_of "$crate")"
    for feature in $features; do
        echo "--- $crate: $feature"
        cargo clippy --quiet -p "$crate" --lib --no-default-features --features "$feature" -- -D warnings
    done
done

packages=()
alloc=()
for crate in $crates; do
    packages+=(-p "$crate")
    features="$(features_of "$crate")"
    if grep -qx alloc <<<"$features"; then
        alloc+=(--features "$crate/alloc")
    fi
done
echo "--- tests without std, with alloc"
cargo test "${packages[@]}" --no-default-features "${alloc[@]}"
