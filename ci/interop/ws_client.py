"""Python's `websockets` as the client of an echo server: ws_client.py ws://HOST:PORT

Prints a line for each check that holds; the first that does not ends the program with an error.
"""

import json
import sys
from contextlib import suppress

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

MIB = 1024 * 1024
SECONDS = 20


def main(url):
    for compression in (None, "deflate"):
        offer = "compression offered" if compression else "no compression offered"
        for name, check in CHECKS.items():
            with connect(url, compression=compression, max_size=16 * MIB, close_timeout=SECONDS) as socket:
                assert bool(socket.protocol.extensions) == bool(compression), socket.protocol.extensions
                check(socket)
            print(f"ok websockets client, {offer}: {name}")
    compresses(url)


def compresses(url):
    """Compression is not only agreed on but used: the payloads that come back are far less than the messages."""
    with connect(url, close_timeout=SECONDS) as socket:
        [extension] = socket.protocol.extensions
        decode = extension.decode
        payloads = []

        def recording(frame, **arguments):
            payloads.append((frame.rsv1, len(frame.data)))
            return decode(frame, **arguments)

        extension.decode = recording
        messages = [json.dumps([{"symbol": "ABC", "price": 12.5 + number}] * 20) for number in range(100)]
        for message in messages:
            echoes(message)(socket)
        length, received = sum(map(len, messages)), sum(length for _, length in payloads)
        assert len(payloads) == 100 and all(rsv1 for rsv1, _ in payloads), payloads
        assert received < length / 5, f"{length} bytes of text came back in {received}"
    print(f"ok websockets client, {extension}: {length} bytes of text, back in {received}")


def echoes(message):
    def check(socket):
        socket.send(message)
        assert_received(socket, message)

    return check


def assert_received(socket, message):
    received = socket.recv(timeout=SECONDS)
    assert type(received) is type(message), f"{type(received)} came back"
    assert received == message, f"another message came back, {len(received)} long"


def many_at_once(socket):
    messages = [str(index) for index in range(100)]
    for message in messages:
        socket.send(message)
    received = [socket.recv(timeout=SECONDS) for _ in messages]
    assert received == messages, received


def fragmented_text(socket):
    socket.send(["grü", "", "ße, ", "世界"])
    assert_received(socket, "grüße, 世界")


def fragmented_binary(socket):
    socket.send([b"\x00\xff", b"", bytes(1000)])
    assert_received(socket, b"\x00\xff" + bytes(1000))


def ping(data):
    def check(socket):
        assert socket.ping(data).wait(SECONDS), "no pong came"

    return check


def close(code, reason=""):
    def check(socket):
        socket.close(code, reason)
        assert socket.close_code == code, f"closed with {socket.close_code}"
        assert socket.protocol.close_rcvd is not None, "no Close came back"
        assert socket.protocol.close_rcvd.code == code, f"answered with {socket.protocol.close_rcvd}"

    return check


def ill_formed_text(socket):
    socket.send(b"a\xffb", text=True)
    with suppress(ConnectionClosed):
        received = socket.recv(timeout=SECONDS)
        raise AssertionError(f"came back as {received!r}")
    assert socket.close_code == 1007, f"closed with {socket.close_code}"


CHECKS = {
    "empty text": echoes(""),
    "empty binary": echoes(b""),
    "text": echoes("grüße, 世界 🦀"),
    "binary": echoes(bytes(range(256))),
    "1 MiB text": echoes("aé世🦀" * (MIB // 10 + 1)),
    "1 MiB binary": echoes(bytes(range(256)) * (MIB // 256)),
    "100 messages at once": many_at_once,
    "text in fragments": fragmented_text,
    "binary in fragments": fragmented_binary,
    "ping without data": ping(b""),
    "ping with 125 bytes": ping(b"p" * 125),
    "close 1000 with a reason": close(1000, "done"),
    "close 3001": close(3001),
    "close 4999": close(4999, "application"),
    "ill-formed text is refused with 1007": ill_formed_text,
}

if __name__ == "__main__":
    main(sys.argv[1])
