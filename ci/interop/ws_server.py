"""Python's `websockets` as the server of one client that sends texts: ws_server.py PORT TEXT...

Each text is answered with itself, after a ping. Ends well when the client sent exactly these texts, answered every
ping, and closed with 1000.
"""

import queue
import sys
import threading

from websockets.sync.server import serve

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
    assert outcome == texts, f"received {outcome}"
    print(f"ok websockets server: {len(texts)} texts and pongs, closed with 1000")


def converse(socket):
    assert socket.protocol.extensions, "compression was not agreed on"
    received = []
    for message in socket:
        assert isinstance(message, str), "a binary message came"
        received.append(message)
        assert socket.ping(f"ping {len(received)}").wait(SECONDS), "no pong came"
        socket.send(message)
    assert socket.protocol.close_rcvd is not None, "no Close came"
    assert socket.protocol.close_rcvd.code == 1000, f"closed with {socket.protocol.close_rcvd}"
    return received


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
