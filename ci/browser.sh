#!/usr/bin/env bash
# The page of examples/live in a real Chromium, driven by this project's own WebSocket client. In `cargo test` the test
# says so and passes where Chromium is absent; here that is a failure. It prints what compression Chromium and the server
# agreed on, and what became of the messages by it.
source "$(dirname "$0")/lib.sh"

# Chromium only recommends fonts, and a page without them shows nothing.
need_command chromium chromium fonts-liberation
chromium --version

# --workspace, not -p live: the same dependency features as for ci/test.sh, so nothing is compiled twice.
REQUIRE_CHROMIUM=1 cargo test --workspace --test live
