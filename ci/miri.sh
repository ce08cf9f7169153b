#!/usr/bin/env bash
# The unit tests of stream-utf8, the crate with unsafe code, under Miri, which finds undefined behaviour.
#
# Arguments go to `cargo miri test`, for example --target aarch64-unknown-linux-gnu or s390x-unknown-linux-gnu.
source "$(dirname "$0")/lib.sh"

need_toolchain nightly
need_component nightly miri
need_component nightly rust-src
cargo +nightly miri test -p stream-utf8 --lib "$@"
