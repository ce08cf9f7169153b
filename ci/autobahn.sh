#!/usr/bin/env bash
# The Autobahn test suite against the echo programs of examples/echo.
#
#     ci/autobahn.sh [--role server|client] [--cases core|deflate] [--url ws://HOST:PORT]
#
# --role server (default): the suite's fuzzing client against echo_server. --role client: echo_client --echo against the
# suite's fuzzing server. --url: another server instead of echo_server, to check the suite's own set-up.
#
# core (default) is sections 1-7, 9 and 10: 301 cases, of which 3 are informational by nature; every other one must
# be OK, none NON-STRICT. deflate is sections 12 and 13: 216 cases, all of which must be OK.
#
# The suite runs on CPython 2.7 only, which Debian no longer packages: the interpreter is $PYTHON27, a python2.7 on the
# path, or one of pyenv's (pyenv install 2.7.18). The suite itself is installed into target/ci/autobahn, once.
source "$(dirname "$0")/lib.sh"

role=server
cases=core
url=
while [[ $# -gt 0 ]]; do
    case "$1" in
        --role) role="$2" ;;
        --cases) cases="$2" ;;
        --url) url="$2" ;;
        *) die "unknown argument $1" ;;
    esac
    shift 2
done

case "$cases" in
    core) patterns='"1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*"' expected=301 informational=3 ;;
    deflate) patterns='"12.*", "13.*"' expected=216 informational=0 ;;
    *) die "no cases called $cases" ;;
esac

home="$TOOLS/autobahn"
reports="$home/reports-$role-$cases"
log="$home/$role-$cases.log"
wstest="$home/python2.7/bin/wstest"
trap stop_background EXIT

main() {
    install
    rm -rf "$reports"
    mkdir -p "$reports"
    case "$role" in
        server) test_server ;;
        client) test_client ;;
        *) die "no role called $role" ;;
    esac
    python3 ci/autobahn/summary.py "$reports/index.json" "$expected" "$informational"
}

install() {
    if [[ -x "$wstest" ]] && cmp -s ci/autobahn/requirements.txt "$home/installed.txt"; then
        return
    fi
    local python27
    python27="$(find_python27)"
    rm -rf "$home"
    mkdir -p "$home"
    # The last virtualenv that makes environments of Python 2.7.
    python3 -m venv "$home/virtualenv"
    "$home/virtualenv/bin/pip" --quiet install virtualenv==20.21.1
    "$home/virtualenv/bin/virtualenv" --quiet --python "$python27" "$home/python2.7"
    "$home/python2.7/bin/pip" --quiet --no-python-version-warning install -r ci/autobahn/requirements.txt
    cp ci/autobahn/requirements.txt "$home/installed.txt"
}

find_python27() {
    local candidate
    for candidate in "${PYTHON27:-}" python2.7 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/2.7*/bin/python2.7; do
        if [[ -n "$candidate" ]] && "$candidate" -c 'import sys; assert sys.version_info[:2] == (2, 7)' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "needs CPython 2.7: set PYTHON27, or pyenv install 2.7.18"
}

test_server() {
    if [[ -z "$url" ]]; then
        cargo build --quiet --release -p echo --bin echo_server
        local port
        port="$(free_port)"
        target/release/echo_server --port "$port" >"$home/echo_server.log" 2>&1 &
        in_background "$!"
        wait_for_port "$port" "$!"
        url="ws://127.0.0.1:$port"
    fi
    cat >"$home/spec.json" <<JSON
{"outdir": "$reports", "servers": [{"agent": "server", "url": "$url"}],
 "cases": [$patterns], "exclude-cases": [], "exclude-agent-cases": {}}
JSON
    timeout 3600 "$wstest" -m fuzzingclient -s "$home/spec.json" >"$log" 2>&1 || fail_with_log
}

# One connection for each case: the fuzzing server tests whoever asks for /runCase, and writes its reports when asked
# for /updateReports.
test_client() {
    cargo build --quiet --release -p echo --bin echo_client
    local port count case server
    port="$(free_port)"
    server="ws://127.0.0.1:$port"
    cat >"$home/spec.json" <<JSON
{"url": "$server", "outdir": "$reports", "cases": [$patterns], "exclude-cases": [], "exclude-agent-cases": {}}
JSON
    PYTHONUNBUFFERED=1 "$wstest" -m fuzzingserver -w "$server" -u 0 -s "$home/spec.json" >"$log" 2>&1 &
    in_background "$!"
    wait_for_port "$port" "$!"
    count="$(sed -n 's/^Ok, will run \([0-9]*\) test cases.*/\1/p' "$log")"
    [[ "$count" =~ ^[0-9]+$ ]] || fail_with_log
    for ((case = 1; case <= count; case++)); do
        # Many cases end in a failed connection, by design: the suite judges, not the exit status.
        echo_until_closed "$server/runCase?case=$case&agent=client" || true
    done 2>"$home/echo_client.log"
    echo_until_closed "$server/updateReports?agent=client" || true
}

# Longer than the suite itself waits, which is up to 480 seconds in sections 12 and 13: a busy machine needs some of it.
echo_until_closed() {
    timeout 600 target/release/echo_client "$1" --echo >/dev/null
}

fail_with_log() {
    tail -n 40 "$log"
    die "the suite failed; its output is in $log"
}

main
