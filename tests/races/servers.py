"""The market as an operator runs it: processes of its own on a database of its own, to be raced, killed and starved."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from apiflask import APIFlask

from ovop import settings
from ovop.db import db
from tests import databases
from tests.races.callers import Away, exchange
from tests.running import free_port

#: Longer than any start takes, also on a machine that does three other things.
PATIENCE_SECONDS = 60.0
#: What the log says when something failed that nobody had thought of.
UNEXPECTED = "unexpected failure"


class Market:
    """Web and worker processes, and `app`: the same market seen from within the test, to make and to read rows.

    On SQLite one process does all with its threads; on PostgreSQL two answer pages and a third does the jobs.
    """

    def __init__(self, kind: str, app: APIFlask, folder: Path) -> None:
        self.kind, self.app, self.folder = kind, app, folder
        self.port = free_port()
        chosen = app.config["OVOP"]
        self._environment = os.environ | {
            "INSTANCE_PATH": str(chosen.instance_path),
            "DATABASE_URL": chosen.database_url,
            "DEMO": "on",
            "PYTHONUNBUFFERED": "1",
        }
        self._web: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._helpers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def web_id(self) -> int:
        """Process id of the web server."""
        assert self._web is not None
        return self._web.pid

    def start(self, *, waits: bool = True) -> None:
        """Whatever was not running runs, and is ready unless that is not waited for."""
        if self._web is None:
            how = ["--processes", "2"] if self.kind == "postgresql" else []
            self._web = self._run("serve", "--port", str(self.port), *how)
        if self._worker is None and self.kind == "postgresql":
            self._worker = self._run("worker")
        if waits:
            self._wait_until_ready()

    def hire(self, workers: int) -> None:
        """So many worker processes more; `kill` and `stop` end them too."""
        self._helpers += [self._run("worker") for _ in range(workers)]

    def kill(self, *, web: bool = True, worker: bool = True) -> None:
        """As when the power goes: the processes are gone between two instructions."""
        if web and self._web is not None:
            self._end(self._web, signal.SIGKILL)
            self._web = None
        if worker:
            for process in self._jobs():
                self._end(process, signal.SIGKILL)
            self._worker, self._helpers = None, []

    def kill_one_web_process(self) -> None:
        """One of several web processes is gone; the server replaces it by itself."""
        assert self._web is not None
        children = Path(f"/proc/{self._web.pid}/task/{self._web.pid}/children").read_text().split()
        with contextlib.suppress(ProcessLookupError):  # it may be ending by itself
            os.kill(int(children[0]), signal.SIGKILL)

    def stop(self) -> None:
        """Everything has ended as an operator would end it."""
        for process in [*([self._web] if self._web else []), *self._jobs()]:
            self._end(process, signal.SIGTERM)
        self._web, self._worker, self._helpers = None, None, []

    def log(self) -> str:
        """What the processes have said so far."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def _jobs(self) -> list[subprocess.Popen[bytes]]:
        return [*([self._worker] if self._worker else []), *self._helpers]

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        """``flask COMMAND``, in a process group of its own, so that killing it leaves no child behind."""
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "app", *command],
                cwd=settings.ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _end(self, process: subprocess.Popen[bytes], how: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how) if how is signal.SIGKILL else process.send_signal(how)
        process.wait(PATIENCE_SECONDS)

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            assert self._web is not None
            if self._web.poll() is not None:
                raise RuntimeError(f"the server ended: {self.log()[-2000:]}")
            with contextlib.suppress(Away):
                if exchange(self.port, "GET", "/readyz", timeout=5).status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"the server does not get ready: {self.log()[-2000:]}")


@contextmanager
def market(kind: str, folder: Path) -> Iterator[Market]:
    """A market on a fresh database of `kind`, not started yet; everything is gone afterwards.

    Nothing unexpected may have happened to it meanwhile.
    """
    applications = databases.market(kind, folder, f"server_{os.getpid()}_{folder.name}")
    running = Market(kind, next(applications), folder)
    try:
        yield running
        running.stop()
        assert UNEXPECTED not in running.log(), running.log()[-4000:]
    finally:
        running.kill()
        with running.app.app_context():
            db.session.remove()
        with pytest.raises(StopIteration):
            next(applications)
