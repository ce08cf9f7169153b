"""Random streams of frames through `ws_to_json` and through Python's `wsproto`: websocket.py WS_TO_JSON STREAMS SEED

Each stream goes to both, cut at random: the same events, and both refuse it with the same code, or neither does. Streams
are mostly well-formed, with the mistakes that RFC 6455 forbids mixed in. Prints how often each outcome came up, and ends
with an error at the first difference, or if an outcome never came up.
"""

import codecs
import json
import random
import struct
import subprocess
import sys
from collections import Counter
from itertools import zip_longest

from wsproto import frame_protocol
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MESSAGE_TOO_BIG = 1009
# More than is missing of any frame here.
PADDING = bytes(200_000)


def main(program, streams, seed):
    outcomes = Counter()
    for number in range(streams):
        # A stream is known by its own seed, so that one can be looked at by itself.
        name = f"{seed}/{number}"
        chance = random.Random(name)
        role = chance.choice(["server", "client"])
        stream = Stream(chance, masked=role == "server").build()
        ours = inspect(program, role, stream, chance)
        theirs = Peer(role)
        theirs.receive(stream, chance)
        outcomes[compare(ours, theirs, f"stream {name}, {role}: {stream.hex()}")] += 1
    for outcome in ("open", "closed", "refused with 1002", "refused with 1007", "too big"):
        assert streams < 1000 or outcomes[outcome], f"{outcome}: not once in {streams} streams"
    print(f"ok {streams} streams, seed {seed}: {dict(sorted(outcomes.items()))}")


def compare(ours, theirs, stream):
    """The outcome that both agree on."""
    events, code = ours
    if code == MESSAGE_TOO_BIG:
        # wsproto has no limit on a message, and goes on to read the frame, which never ends and may hold ill-formed text.
        same_events(events, theirs.events, stream)
        return "too big"
    outcome = "closed" if code is None and theirs.closed else "open" if code is None else f"refused with {code}"
    if code is not None and theirs.code is None:
        # wsproto judges a header when its last byte has come, and fragments when a byte of payload has.
        theirs.feed(PADDING)
        outcome = "refused earlier"
    same_events(events, theirs.events, stream)
    assert code == theirs.code, f"refused with {code}, by wsproto with {theirs.code}: {stream}"
    return outcome


def same_events(ours, theirs, stream):
    for number, (event, expected) in enumerate(zip_longest(ours, theirs)):
        assert event == expected, f"event {number} is {event}, {expected} to wsproto: {stream}"


def inspect(program, role, stream, chance):
    """What ws_to_json makes of a stream: its events, and the code with which it refuses it, if it does."""
    arguments = [program, "--role", role, "--chunk", str(chance.choice([1, 2, 7, 64, 100_000]))]
    lines = subprocess.run(arguments, input=stream, capture_output=True, check=True).stdout.decode().splitlines()
    *events, end = map(json.loads, lines)
    return events, end["close_code"] if end["error"] else None


class Utf8(codecs.getincrementaldecoder("utf-8")):
    """CPython's decoder, but for the first two bytes of a surrogate, after which that one waits for a third."""

    def decode(self, data, final=False):
        text = super().decode(data, final)
        pending, _ = self.getstate()
        if len(pending) == 2 and b"\xed\xa0" <= pending <= b"\xed\xbf":
            raise UnicodeDecodeError("utf-8", pending, 0, 2, "surrogate")
        return text


frame_protocol.getincrementaldecoder = lambda _: Utf8


class Peer:
    """wsproto, with its pieces of messages put together."""

    def __init__(self, role):
        self.connection = Connection(ConnectionType.SERVER if role == "server" else ConnectionType.CLIENT)
        self.events = []
        self.code = None
        self.closed = False
        self.message = []

    def receive(self, stream, chance):
        while stream:
            cut = chance.choice([1, 3, 50, len(stream)])
            self.feed(stream[:cut])
            stream = stream[cut:]

    def feed(self, data):
        # What follows a Close is discarded (RFC 6455 section 1.4).
        if self.closed or self.code is not None:
            return
        self.connection.receive_data(data)
        for event in self.connection.events():
            self.take(event)
            if self.closed or self.code is not None:
                return

    def take(self, event):
        match event:
            case TextMessage():
                self.piece(event, lambda pieces: {"event": "text", "data": "".join(pieces)})
            case BytesMessage():
                self.piece(event, lambda pieces: {"event": "binary", "hex": b"".join(pieces).hex()})
            case Ping():
                self.events.append({"event": "ping", "hex": bytes(event.payload).hex()})
            case Pong():
                self.events.append({"event": "pong", "hex": bytes(event.payload).hex()})
            case CloseConnection() if self.connection.state is ConnectionState.OPEN:
                # No Close came: wsproto tells so with which code it fails the connection.
                self.code = int(event.code)
            case CloseConnection():
                # No code is 1005 to wsproto (section 7.1.5).
                code = None if event.code == 1005 else int(event.code)
                self.events.append({"event": "close", "code": code, "reason": event.reason or ""})
                self.closed = True

    def piece(self, event, whole):
        self.message.append(event.data)
        if event.message_finished:
            self.events.append(whole(self.message))
            self.message = []


class Stream:
    """Bytes as an endpoint may get them."""

    def __init__(self, chance, masked):
        self.chance = chance
        self.masked = masked
        self.mistakes = chance.random() < 0.6
        self.bytes = bytearray()

    def build(self):
        for _ in range(self.chance.randrange(1, 8)):
            self.chance.choice([self.message, self.message, self.control])()
        if self.chance.random() < 0.4:
            self.close()
            self.chance.choice([self.message, self.control, lambda: None])()
        if self.chance.random() < 0.3:
            del self.bytes[self.chance.randrange(len(self.bytes)) :]
        return bytes(self.bytes)

    def mistake(self, chance=0.05):
        return self.mistakes and self.chance.random() < chance

    def message(self):
        opcode = self.chance.choice([TEXT, BINARY])
        payload = self.text() if opcode == TEXT else self.chance.randbytes(self.length())
        cuts = sorted(self.chance.randrange(len(payload) + 1) for _ in range(self.chance.choice([0, 0, 0, 1, 3])))
        if self.mistake(0.03):
            opcode = CONTINUATION
        for start, end in zip([0, *cuts], [*cuts, len(payload)]):
            fin = end == len(payload) if not self.mistake(0.02) else self.chance.random() < 0.5
            self.frame(fin, opcode, payload[start:end])
            opcode = CONTINUATION if not self.mistake(0.02) else self.chance.choice([TEXT, BINARY])
            if self.chance.random() < 0.2:
                self.control()
            if fin:
                break

    def control(self):
        length = 125 if self.chance.random() < 0.1 else self.chance.randrange(20)
        length = 126 if self.mistake(0.03) else length
        self.frame(not self.mistake(0.03), self.chance.choice([PING, PONG]), self.chance.randbytes(length))

    def close(self):
        code = self.chance.choice([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
        if self.mistake(0.2):
            code = self.chance.choice([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535])
        payload = struct.pack("!H", code) + self.text()[:100].decode("utf-8", "ignore").encode()
        if self.mistake(0.1):
            payload = self.chance.choice([payload[:1], payload[:100] + b"\xff", payload[:100] + b"\xe2\x82"])
        self.frame(True, CLOSE, self.chance.choice([b"", payload, payload]))

    def frame(self, fin, opcode, payload):
        if self.mistake(0.02):
            opcode = self.chance.randrange(16)
        rsv = self.chance.choice([1, 2, 4, 7]) if self.mistake(0.02) else 0
        masked = self.masked != self.mistake(0.02)
        length = len(payload)
        if self.mistake(0.01):
            length = self.chance.choice([17 << 20, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
        form = 125 if length <= 125 else 126 if length <= 0xFFFF else 127
        if self.mistake(0.02):
            form = self.chance.choice([form, 126, 127]) if length <= 0xFFFF else 127
        bits = 0x80 if masked else 0
        self.bytes.append(fin << 7 | rsv << 4 | opcode)
        self.bytes += {
            125: struct.pack("!B", bits | min(length, 125)),
            126: struct.pack("!BH", bits | 126, min(length, 0xFFFF)),
            127: struct.pack("!BQ", bits | 127, length),
        }[form]
        if masked:
            key = self.chance.randbytes(4)
            self.bytes += key
            payload = bytes(byte ^ key[index % 4] for index, byte in enumerate(payload))
        self.bytes += payload

    def text(self):
        alphabet = self.chance.choice(["ab", "aé", "世界", "a🦀é世\0\n\"\\\x7f\u2028\ufeff\uffff"])
        text = "".join(self.chance.choice(alphabet) for _ in range(self.length())).encode()
        if self.mistake(0.1):
            at = self.chance.randrange(len(text) + 1)
            wrong = [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80", b"\xf0\x9f"]
            text = text[:at] + self.chance.choice(wrong) + text[at:]
        return text

    def length(self):
        return self.chance.choice([0, 1, 5, 60, 125, 126, 200, self.chance.randrange(2000)] + [66_000] * self.rarely())

    def rarely(self):
        return self.chance.random() < 0.02


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
