"""Commands that keep running: the whole market, and the worker by itself."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from ovop import wiring
from ovop.accounts.names import DEMO_EMAILS, DEMO_PASSWORD
from ovop.accounts.queries import is_demo_market, is_empty_market
from ovop.cli.setup import bring_up
from ovop.db import db
from ovop.settings import ROOT, Settings
from ovop.worker import Worker, run_until

#: A demo market that shows every page alive and is made while somebody waits for it.
DEMO_ORDERS, DEMO_SEED = 400, 36


@click.command("serve")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--jobs/--no-jobs", default=True, help="Run jobs beside the pages; with several processes never.")
@with_appcontext
def serve(host: str, port: int, processes: int, jobs: bool) -> None:
    """Brings the market up and serves it until SIGTERM or Ctrl-C; what is under way is ended first."""
    from ovop import serve as servers  # noqa: PLC0415 - other commands need no web server

    app = _application()
    _apart(bring_up)
    if _wants_demo(app.config["OVOP"]):
        _make_demo()
    is_demo = is_demo_market(db.session())
    db.session.remove()

    def announce() -> None:
        _announce(host, port, is_demo)

    if processes > 1:
        servers.serve_with_processes(app, processes=processes, host=host, port=port, announce=announce)
    else:
        worker = Worker(app, wiring.JOBS, wiring.DUTIES) if jobs else None
        servers.serve_alone(app, worker, host=host, port=port, announce=announce)


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Runs background jobs (expiry, mail, pictures, transfers) until SIGTERM or Ctrl-C."""
    asked_to_stop = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    click.echo("Worker is running.")
    run_until(_application(), wiring.JOBS, wiring.DUTIES, asked_to_stop.wait)


def _application() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _apart(work: Callable[[], None]) -> None:
    """`work` is done, in a process of its own: the memory it takes is not the market's for as long as it runs."""
    if "fork" not in multiprocessing.get_all_start_methods():
        work()
        return
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    if process.exitcode:
        raise click.ClickException("the market could not be brought up; what went wrong stands above")


def _wants_demo(settings: Settings) -> bool:
    """Whether DEMO asks for a demo market, by default for an embedded one, and there is nothing it could disturb."""
    wanted = settings.is_embedded if settings.demo is None else settings.demo
    return wanted and is_empty_market(db.session())


def _make_demo() -> None:
    """The market is a demo market, made in a process of its own: its memory is not the server's for good."""
    db.session.remove()
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    made = subprocess.run([*flask, "demo", "--orders", str(DEMO_ORDERS), "--seed", str(DEMO_SEED)], cwd=ROOT)  # noqa: S603 - our own
    if made.returncode:
        raise click.ClickException("the demo market could not be made; DEMO=off starts without it")


def _announce(host: str, port: int, is_demo: bool) -> None:
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"The market is open at http://{shown}:{port}")
    if is_demo:
        click.echo(f"It is a demo. Sign in with the password {DEMO_PASSWORD} as")
        for role, email in DEMO_EMAILS.items():
            click.echo(f"  {email:<22} {role}")
    click.echo("Ctrl-C stops it.")
    sys.stdout.flush()


COMMANDS: list[click.Command] = [serve, worker]
