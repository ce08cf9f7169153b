#!/usr/bin/env bash
# Tests of stream-utf8, the crate with unsafe code, under Miri, which finds undefined behaviour: the unit tests and the
# tests that are quick enough for an interpreter (the vectors at every split are not).
#
# Arguments go to `cargo miri test`, for example --target aarch64-unknown-linux-gnu, or s390x-unknown-linux-gnu for
# big-endian.
source "$(dirname "$0")/lib.sh"

need_toolchain nightly
need_component nightly miri
need_component nightly rust-src
cargo +nightly miri test -p stream-utf8 --lib --test fail_fast --test pieces "$@"
