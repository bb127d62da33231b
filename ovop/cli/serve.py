"""Commands that keep running: the web server and the worker."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from ovop import wiring
from ovop.worker import run_until


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Runs background jobs (expiry, mail, pictures, transfers) until SIGTERM or Ctrl-C."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    asked_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    click.echo("Worker is running.")
    run_until(app, wiring.JOBS, wiring.DUTIES, asked_to_stop.wait)


COMMANDS: list[click.Command] = [worker]
