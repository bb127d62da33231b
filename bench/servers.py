"""The servers that are measured: a bare Flask answer and the market, under the same settings."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ovop.settings import NAMES, ROOT


@dataclass
class Server:
    """A running server; `opened_after` is how long it took until it answered, in seconds."""

    port: int
    process: subprocess.Popen[bytes]
    opened_after: float

    def memory(self) -> dict[str, float]:
        """MiB that the process and its children hold: resident, and their share of what they share."""
        total = {"Rss": 0.0, "Pss": 0.0}
        for pid in (self.process.pid, *_children(self.process.pid)):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, value = line.partition(":")
                if name in total:
                    total[name] += int(value.split()[0]) / 1024
        return total


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return [*found, *(grandchild for child in found for grandchild in _children(child))]


@contextmanager
def bare() -> Iterator[Server]:
    """A Flask application that answers with the same text every time."""
    with _running([sys.executable, "-m", "bench.bare"], {}, "/") as server:
        yield server


@contextmanager
def market(instance: Path, path: str = "/healthz", *options: str, **environment: str) -> Iterator[Server]:
    """The market of that folder, started as `make run` starts it, with further `options`."""
    command = [sys.executable, "-m", "flask", "--app", "app", "serve", *options]
    with _running(command, {"INSTANCE_PATH": str(instance), "DEMO": "off"} | environment, path) as server:
        yield server


@contextmanager
def _running(command: list[str], environment: dict[str, str], path: str) -> Iterator[Server]:
    port = _free_port()
    inherited = {name: value for name, value in os.environ.items() if name not in NAMES}
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=inherited | {"PORT": str(port)} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(process, port, path)
        yield Server(port, process, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    """Returns when the server answers `path` with 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    for _ in range(6_000):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as channel:
                channel.sendall(request)
                if channel.recv(64).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError("the server did not answer")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
