#!/usr/bin/env bash
# The workspace compiles with the oldest Rust that its manifest promises (rust-version in Cargo.toml).
#
# Where that toolchain can't be had, the next best is checked and the script says so: no dependency asks for a newer
# Rust than the promise, and Clippy (incompatible_msrv) knows of no newer standard library item in use.
source "$(dirname "$0")/lib.sh"

need_command jq jq
msrv="$(cargo metadata --no-deps --format-version 1 | jq -r '[.packages[].rust_version] | unique | join(" ")')"
[[ "$msrv" =~ ^1\.[0-9]+$ ]] || die "expected one rust-version in the workspace, found: $msrv"
grep -qx "msrv = \"$msrv\"" clippy.toml || die "clippy.toml's msrv is not $msrv"

newer="$(cargo metadata --format-version 1 | jq -r --arg msrv "$msrv" '
    def parts: split(".") | map(tonumber) | . + [0, 0] | .[:2];
    .packages[] | select(.rust_version != null and (.rust_version | parts) > ($msrv | parts))
    | "\(.name) \(.version) asks for Rust \(.rust_version)"')"
[[ -z "$newer" ]] || die "promised Rust $msrv, but"$'\n'"$newer"
echo "no dependency asks for more than Rust $msrv"

toolchain="$msrv.0"
if ! rustup run "$toolchain" rustc --version 2>/dev/null; then
    may_install "the Rust toolchain $toolchain (rustup toolchain install $toolchain --profile minimal)"
    if ! rustup toolchain install "$toolchain" --profile minimal; then
        echo "Rust $toolchain can't be had: only lints stand for it below"
        need_component stable clippy
        cargo clippy --workspace --all-targets --all-features -- -D clippy::incompatible_msrv
        exit 0
    fi
fi
cargo "+$toolchain" check --workspace --all-features
