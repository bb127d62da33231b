"""The web server: granian with this application.

One process holds a whole small market: pages, and the background worker beside their threads, with one copy of the
code in memory.  Several processes answer pages only; jobs are then ``flask worker``'s.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click
from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer, MTServer

from ovop.db import db
from ovop.worker import Worker

#: Requests that one process works on at a time; more would only wait for each other's turn in the interpreter.
THREADS = 8
#: How long requests and jobs under way may take to end when the market stops.
PATIENCE_SECONDS = 25

#: Bytes from which a piece of memory is a large one.
_LARGE = 256 * 1024

#: The server's own words go where the application's go, as JSON, and only those that tell of trouble.
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {
        "_granian": {"level": "ERROR", "handlers": [], "propagate": True},
        "granian.access": {"level": "ERROR", "handlers": [], "propagate": False},
    },
}


class _Announcing:
    """Says that the market is open when it is: a moment after the server's threads or processes begin."""

    announce: Callable[[], None]
    bind_addr: str
    bind_port: int

    def _spawn_workers(self, *loaders: Any) -> None:
        super()._spawn_workers(*loaders)  # type: ignore[misc]
        _when_open(self.bind_addr, self.bind_port, self.announce)


class _OneProcess(_Announcing, MTServer):
    """Granian's server for interpreters without a global lock, which is also its only one without a second process.

    Under a lock it works all the same: blocking threads take it in turn, just as in granian's other processes.
    """

    def _check_gil(self) -> None:
        """Leaves out the refusal."""


class _ManyProcesses(_Announcing, MPServer):
    """Granian's usual server."""


def serve_alone(app: Flask, worker: Worker | None, *, host: str, port: int, announce: Callable[[], None]) -> None:
    """Answers requests in this process, `worker` beside, until SIGTERM or Ctrl-C; what is under way ends first.

    announce: called when the address answers.  Raises: ClickException when it cannot be.
    """
    _keep_memory_small()
    server = _OneProcess(**_options(host, port), workers=1)
    server.announce = announce
    if worker is not None:
        server.on_startup(worker.start)
        server.on_shutdown(lambda: worker.stop(PATIENCE_SECONDS))
    server.serve(target_loader=lambda: app, wrap_loader=False)


def serve_with_processes(app: Flask, *, processes: int, host: str, port: int, announce: Callable[[], None]) -> None:
    """As `serve_alone`, by so many processes and without jobs; one that dies is replaced."""
    server = _ManyProcesses(**_options(host, port), workers=processes, respawn_failed_workers=True)
    server.announce = announce
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()  # a connection must not be shared with a forked process
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork", force=True)  # the application is made once and its memory shared
    server.serve(target_loader=lambda: app, wrap_loader=False)


def _options(host: str, port: int) -> dict[str, Any]:
    _refuse_taken(host, port)
    return {
        "target": "app:app",
        "address": host,
        "port": port,
        "interface": Interfaces.WSGI,
        "blocking_threads": THREADS,
        "backlog": 1024,
        "backpressure": 256,
        "workers_kill_timeout": PATIENCE_SECONDS + 5,
        "log_dictconfig": _LOGGING,
        "log_level": LogLevels.error,
    }


def _keep_memory_small() -> None:
    """All threads take memory from one heap, and what is large goes back to the system as soon as it is free.

    glibc would give each thread a heap of its own, none of which hands back what a large page needed: under load a
    third more memory.  And having met one picture it would put the next into the heap, where it leaves a hole.
    """
    m_arena_max, m_mmap_threshold = -8, -3
    with suppress(OSError, AttributeError):  # other systems' libraries have no such knobs, nor the need
        library = ctypes.CDLL(None)
        library.mallopt(m_arena_max, 1)
        library.mallopt(m_mmap_threshold, _LARGE)


def _when_open(host: str, port: int, announce: Callable[[], None]) -> None:
    """Calls `announce` once somebody answers at that address."""

    def wait() -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked for, not bound
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection((here, port), timeout=1):
                announce()
                return
            time.sleep(0.01)

    threading.Thread(target=wait, daemon=True).start()


def _refuse_taken(host: str, port: int) -> None:
    """Says in one line that the address cannot be had; the server would say it in twenty."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(f"cannot serve at {host}:{port}: {error.strerror}") from None
