"""Python's `websockets` as the server of one client that sends texts: ws_server.py PORT TEXT...

Each text is answered with itself, after a ping. Ends well when the client sent exactly these texts, answered every
ping, and closed with 1000, and when compression was agreed on and used.
"""

import queue
import sys
import threading

from websockets.frames import Opcode
from websockets.sync.server import serve

DATA = (Opcode.CONT, Opcode.TEXT, Opcode.BINARY)
SECONDS = 20


def main(port, texts):
    outcomes = queue.Queue()

    def handle(socket):
        try:
            outcomes.put(converse(socket))
        except Exception as error:
            outcomes.put(error)

    with serve(handle, "127.0.0.1", port, close_timeout=SECONDS) as server:
        threading.Thread(target=server.serve_forever).start()
        outcome = outcomes.get(timeout=2 * SECONDS)
    if isinstance(outcome, Exception):
        raise outcome
    received, extension, payloads = outcome
    assert received == texts, f"received {received}"
    length, read = sum(len(text.encode()) for text in texts), sum(length for _, length in payloads)
    assert any(rsv1 for rsv1, _ in payloads), f"no frame is compressed: {payloads}"
    assert read < length / 2, f"{length} bytes of text came in {read}"
    by = f"{length} bytes in {read} by {extension}"
    print(f"ok websockets server: {len(texts)} texts, {by}, and as many pongs, closed with 1000")


def converse(socket):
    [extension] = socket.protocol.extensions
    decode = extension.decode
    payloads = []

    def recording(frame, **arguments):
        if frame.opcode in DATA:
            payloads.append((frame.rsv1, len(frame.data)))
        return decode(frame, **arguments)

    extension.decode = recording
    received = []
    for message in socket:
        assert isinstance(message, str), "a binary message came"
        received.append(message)
        assert socket.ping(f"ping {len(received)}").wait(SECONDS), "no pong came"
        socket.send(message)
    assert socket.protocol.close_rcvd is not None, "no Close came"
    assert socket.protocol.close_rcvd.code == 1000, f"closed with {socket.protocol.close_rcvd}"
    return received, extension, payloads


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
