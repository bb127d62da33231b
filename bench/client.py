"""A small load generator: keep-alive connections in one thread, so that it leaves the other core to the server."""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

#: What a browser would accept; the bare answer is small enough to be measured with it as well.
HEADERS = "Host: 127.0.0.1\r\nAccept-Encoding: gzip, br\r\nAccept-Language: id\r\nUser-Agent: bench\r\n"
Requests = Callable[[int], Iterator[bytes]]


@dataclass
class Load:
    """What a run came to."""

    answers: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds if self.seconds else 0.0


@dataclass
class _Connection:
    requests: Iterator[bytes]
    channel: socket.socket
    buffer: bytearray = field(default_factory=bytearray)


def get(path: str, extra: str = "") -> bytes:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\n{HEADERS}{extra}\r\n".encode()


def post(path: str, body: bytes, extra: str) -> bytes:
    """A POST of JSON."""
    head = (
        f"POST {path} HTTP/1.1\r\n{HEADERS}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    )
    return head.encode() + body


def run(port: int, requests: Requests, *, connections: int = 8, seconds: float = 3.0) -> Load:
    """Sends what `requests(n)` yields over connection number n, one after the other, for so long or until it ends."""
    load = Load()
    with selectors.DefaultSelector() as selector:
        for number in range(connections):
            channel = socket.create_connection(("127.0.0.1", port), timeout=30)
            channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(requests(number), channel)
            selector.register(channel, selectors.EVENT_READ, connection)
            _send_next(connection)
        begun = time.perf_counter()
        until, open_ones = begun + seconds, connections
        while open_ones:
            for key, _ in selector.select(timeout=30):
                connection = key.data
                status = _read(connection)
                if status is None:
                    continue
                load.answers += 1
                load.statuses[status] += 1
                if time.perf_counter() >= until or not _send_next(connection):
                    selector.unregister(connection.channel)
                    connection.channel.close()
                    open_ones -= 1
        load.seconds = time.perf_counter() - begun
    return load


def _send_next(connection: _Connection) -> bool:
    request = next(connection.requests, None)
    if request is None:
        return False
    connection.channel.sendall(request)
    return True


def _read(connection: _Connection) -> int | None:
    """The status of a whole answer, None while more of it is to come."""
    received = connection.channel.recv(1 << 18)
    if not received:
        raise ConnectionError("the server hung up")
    connection.buffer += received
    if not _is_whole(connection.buffer):
        return None
    status = int(connection.buffer[9:12])
    connection.buffer.clear()
    return status


def _is_whole(received: bytearray) -> bool:
    """Whether an answer is complete: as long as it says, or up to its last chunk."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    for line in bytes(received[:end]).split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(received) >= end + 4 + int(value)
    return received[9:12] == b"304" or received.endswith(b"0\r\n\r\n")
