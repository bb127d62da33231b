"""Fixtures that every test may use: the market on each database, a clock that stands still, a client."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.kernel import days
from tests import databases

#: The browser of the tests marked so; they are skipped, with the reason, where there is none.
CHROMIUM = os.environ.get("OVOP_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


class Clock:
    """A clock that stands until it is moved; starts on Monday 5 January 2026, 09.00 WIB."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 9, 0, tzinfo=days.JAKARTA)

    def forward(self, **by: float) -> None:
        """Moves on by timedelta's arguments."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The market's clock, under the test's control."""
    standing = Clock()
    with days.clock_at(lambda: standing.now):
        yield standing


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def market(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    """The application on one database with schema and reference data, made once a run."""
    worker = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"  # runs side by side get along
    yield from databases.market(request.param, tmp_path_factory.mktemp(request.param), worker)


@pytest.fixture
def app(market: APIFlask, clock: Clock) -> Iterator[APIFlask]:
    """The application within its context, on a market without accounts, goods or orders."""
    with market.app_context():
        yield market
    with market.app_context():
        databases.wipe()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An empty instance folder, for tests that start a market of their own."""
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; `OVOP_TEST_CHROMIUM` names another."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu"]}
