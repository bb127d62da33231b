"""The market as `make run` starts it: a process of its own in an instance folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from ovop import settings

#: A machine that is busy with other tests may take this long for anything.
PATIENCE = 120.0


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Market:
    """A running market."""

    def __init__(self, instance: Path, *options: str, **environment: str) -> None:
        self.port = free_port()
        self.instance = instance
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve", *options],
            cwd=settings.ROOT,
            env=_bare_environment() | {"INSTANCE_PATH": str(instance), "PORT": str(self.port)} | environment,
            stdout=subprocess.PIPE,
            stderr=(instance.parent / "stderr").open("a"),
            text=True,
        )

    def said(self, word: str) -> list[str]:
        """What it prints up to the line that holds `word`."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if word in line:
                return lines
        raise AssertionError(lines)

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; waits until the market answers at all."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, error.read()
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self, ask: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to end and waits; answers its exit status."""
        self.process.send_signal(ask)
        status = self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


def _bare_environment() -> dict[str, str]:
    """The environment without what would configure the market."""
    return {name: value for name, value in os.environ.items() if name not in settings.NAMES}
