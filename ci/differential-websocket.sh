#!/usr/bin/env bash
# Random streams of frames through websocket-proto and through wsproto, an implementation in Python that shares nothing
# with it: the same events, and the same verdict with the same code.
#
#     ci/differential-websocket.sh [STREAMS] [SEED]
#
# 1000 streams and a seed of its own choice unless told; a seed that is printed gives the same streams again. Needs
# Python 3.10 or later with venv; wsproto, as ci/differential/requirements.txt pins it, goes to target/ci/differential.
source "$(dirname "$0")/lib.sh"

home="$TOOLS/differential"
python="$home/venv/bin/python"

mkdir -p "$home"
if ! cmp -s ci/differential/requirements.txt "$home/requirements.txt"; then
    python3 -m venv --clear "$home/venv"
    "$python" -m pip --quiet install -r ci/differential/requirements.txt
    cp ci/differential/requirements.txt "$home"
fi
# --workspace, not -p websocket-proto: the same features as for ci/test.sh, so nothing is compiled twice.
cargo build --quiet --workspace --example ws_to_json
"$python" ci/differential/websocket.py target/debug/examples/ws_to_json "${1:-1000}" "${2:-$RANDOM}"
