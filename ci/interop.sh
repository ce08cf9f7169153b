#!/usr/bin/env bash
# The programs under examples/ and independent implementations talk on loopback, and every message is checked:
#
#     Node's ws, Python's websockets (clients)    ->  echo_server
#     echo_client                                 ->  Node's ws, Python's websockets (servers)
#     sse_tail                                    ->  a plain Node http server
#     Node's eventsource                          ->  live
#
# Needs Node 20 or later with npm, and Python 3.9 or later with venv. Their packages, in the versions that
# ci/interop/package-lock.json and requirements.txt pin, are installed into target/ci/interop.
source "$(dirname "$0")/lib.sh"

home="$TOOLS/interop"
python="$home/venv/bin/python"
trap stop_background EXIT

main() {
    install
    cargo build --quiet --bin echo_server --bin echo_client --bin sse_tail --bin live
    check_echo_server
    check_echo_client node "$home/ws_server.mjs"
    check_echo_client "$python" "$home/ws_server.py"
    check_sse_tail
    check_live
}

install() {
    need_command node nodejs
    need_command npm npm
    mkdir -p "$home"
    if ! cmp -s ci/interop/package-lock.json "$home/package-lock.json"; then
        cp ci/interop/package.json ci/interop/package-lock.json ci/interop/.npmrc "$home"
        (cd "$home" && npm ci --loglevel=error --no-audit --no-fund)
    fi
    if ! cmp -s ci/interop/requirements.txt "$home/requirements.txt"; then
        python3 -m venv --clear "$home/venv"
        "$python" -m pip --quiet install -r ci/interop/requirements.txt
        cp ci/interop/requirements.txt "$home"
    fi
    cp ci/interop/*.mjs ci/interop/*.py "$home"
}

check_echo_server() {
    local port
    port="$(free_port)"
    target/debug/echo_server --port "$port" >"$home/echo_server.log" 2>&1 &
    in_background "$!"
    wait_for_port "$port" "$!"
    node "$home/ws_client.mjs" "ws://127.0.0.1:$port"
    "$python" "$home/ws_client.py" "ws://127.0.0.1:$port"
    stop_background
}

# check_echo_client INTERPRETER SERVER: the server checks what it receives, this what the client printed.
check_echo_client() {
    local port server log texts=("hello" "grüße, 世界 🦀" "" "$(printf 'again %.0s' {1..300})")
    local arguments=() text
    for text in "${texts[@]}"; do
        arguments+=(--message "$text")
    done
    port="$(free_port)"
    "$1" "$2" "$port" "${texts[@]}" &
    server="$!"
    in_background "$server"
    wait_for_port "$port" "$server"
    log="$home/echo_client.log"
    timeout 30 target/debug/echo_client "ws://127.0.0.1:$port/" "${arguments[@]}" >"$log" || die "echo_client failed"
    wait "$server" || die "$2 refuses what echo_client sent"
    for text in "${texts[@]}"; do
        grep -qF -- "$text" "$log" || die "echo_client did not print what came back: $text"
    done
    echo "ok echo_client: ${#texts[@]} texts came back from ${2##*/}"
}

check_sse_tail() {
    local port server printed
    port="$(free_port)"
    node "$home/sse_server.mjs" "$port" &
    server="$!"
    in_background "$server"
    wait_for_port "$port" "$server"
    printed="$(timeout 30 target/debug/sse_tail "http://127.0.0.1:$port/" 2>"$home/sse_tail.log")" || die "sse_tail failed"
    diff - <(echo "$printed") <<'EVENTS' || die "sse_tail printed other events"
greeting [1]: hello
message [1]: first
    second
message [2]: cr🦀b
empty [2]: 
message [3]: resumed
EVENTS
    wait "$server" || die "sse_server.mjs refuses what sse_tail asked for"
    echo "ok sse_tail: 5 events, the last one after a reconnection"
}

check_live() {
    local port
    port="$(free_port)"
    target/debug/live --port "$port" >"$home/live.log" 2>&1 &
    in_background "$!"
    wait_for_port "$port" "$!"
    node "$home/sse_client.mjs" "http://127.0.0.1:$port/prices" price 5
    stop_background
}

main
