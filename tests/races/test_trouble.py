"""A full disk, a database that is locked or goes away: a clear 503, nothing half done, and well again by itself."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ovop.db import db
from ovop.stock.models import Catch
from tests import databases
from tests.make import accounts, market
from tests.races import servers
from tests.races.callers import Away, Browser, Program, Reply, at_once, browser, hidden, program

pytestmark = pytest.mark.server
_keys = count(1)


class Scene:
    """A running market with one lot, a buyer's program and the clerk's browser."""

    def __init__(self, running: servers.Market) -> None:
        self.running = running
        hours = tuple(market.Hours(day, market.time(0), market.time(23), 10_000) for day in range(1, 8))
        self.seller = market.shop(hours=hours)
        self.catch = market.catch(self.seller, 500_000)  # near enough to 12 kg that the form asks nothing
        self.buyer: Program = program(running.port, accounts.buyer())
        self.clerk: Browser = browser(running.port, running.app, self.seller.clerk)
        self._slot = market.slots(self.seller)[3].id

    def order(self, key: str | None = None) -> Reply:
        """A kilogram is asked for, by QRIS-less card: no limit on how many of those may be open."""
        body: dict[str, Any] = {
            "lines": [{"catch": self.catch, "quantity": 1000}],
            "pickups": [{"cooperative": self.seller.id, "slot": self._slot}],
            "payment": "demo",
        }
        return self.buyer.post("/checkouts", body, key or f"key {next(_keys)}")

    def held(self) -> int:
        """Grams in orders."""
        db.session.rollback()
        return db.session.get_one(Catch, self.catch).held

    def sale(self) -> dict[str, object]:
        """The selling form, filled in."""
        return hidden(self.clerk.get("/koperasi/jual")) | {
            "product": self.seller.product,
            "quantity": "12 kg",
            "unit_price": "38000",
            "when": "now",
            "keep": "auto",
        }


@pytest.fixture
def scene(kind: str, folder: Path) -> Iterator[Scene]:
    with servers.market(kind, folder) as running, running.app.app_context():
        made = Scene(running)
        running.start()
        yield made
        db.session.rollback()
        assert market.broken() == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def says_try_again(reply: Reply) -> None:
    """503 with Retry-After: a problem document for programs, a page in words for people."""
    assert reply.status == 503, reply
    assert int(reply.headers["Retry-After"]) > 0
    if "json" in reply.headers["Content-Type"]:
        assert reply.outcome == "unavailable"
    else:
        assert b"<h1" in reply.body


def is_well_again(scene: Scene) -> None:
    """Everything works as before, without a restart."""
    before = scene.held()
    until = time.monotonic() + servers.PATIENCE_SECONDS
    status = 0
    while status != 201 and time.monotonic() < until:
        with suppress(Away):
            status = scene.order("well again").status
        time.sleep(0.1)
    assert status == 201
    assert scene.held() == before + 1000
    assert scene.clerk.get("/koperasi/jual").status == 200


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own, of 24 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a file system of its own needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize("kind", ["sqlite"])
class TestAFullDisk:
    @pytest.fixture
    def folder(self, small_disk: Path) -> Path:
        return small_disk

    def test_refuses_changes_shows_pages_and_is_over_when_there_is_room_again(
        self, scene: Scene, small_disk: Path
    ) -> None:
        assert scene.order().status == 201
        form = scene.sale()
        ballast = small_disk / "ballast"
        fill(ballast)
        replies = [scene.order() for _ in range(12)]
        placed = sum(reply.status == 201 for reply in replies)  # what still fitted into the journal
        assert placed < 12
        for reply in replies:
            if reply.status != 201:
                says_try_again(reply)
        assert scene.held() == 1000 * (1 + placed)
        says_try_again(scene.clerk.tap("/koperasi/jual", form))
        assert scene.clerk.get("/koperasi/jual").status == 200
        ballast.unlink()
        is_well_again(scene)
        assert scene.clerk.tap("/koperasi/jual", form).status == 302


def fill(path: Path) -> None:
    """Writes until nothing more fits."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return


@pytest.mark.parametrize("kind", ["sqlite"])
def test_files_that_may_not_grow_refuse_changes_until_they_may(scene: Scene) -> None:
    """The same without root: the processes' own limit on the size of files."""
    assert scene.order().status == 201
    web = scene.running.web_id
    resource.prlimit(web, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    for _ in range(3):
        says_try_again(scene.order())
    assert scene.held() == 1000
    resource.prlimit(web, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    is_well_again(scene)


LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_database_that_another_process_keeps_locked_refuses_changes_and_shows_pages(scene: Scene) -> None:
    form = scene.sale()
    path = scene.running.app.config["OVOP"].database_url.removeprefix("sqlite:///")
    locker = subprocess.Popen(
        [sys.executable, "-c", LOCK, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert locker.stdin is not None
    assert locker.stdout is not None
    assert locker.stdout.readline() == "locked\n"
    try:
        replies = at_once(
            [
                *[scene.order] * 3,
                partial(scene.clerk.tap, "/koperasi/jual", form),
                partial(scene.clerk.get, "/koperasi/jual"),
                partial(scene.buyer.get, "/orders"),
            ]
        )
        for reply in replies[:4]:
            says_try_again(reply)
        assert [reply.status for reply in replies[4:]] == [200, 200]
        assert scene.held() == 0
    finally:
        locker.stdin.close()
        locker.wait()
        locker.stdout.close()
    is_well_again(scene)
    assert scene.clerk.tap("/koperasi/jual", form).status == 302


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_lock_that_is_let_go_in_time_is_not_noticed(scene: Scene) -> None:
    path = scene.running.app.config["OVOP"].database_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    release = threading.Timer(2, lambda: connection.execute("ROLLBACK"))
    release.start()
    assert scene.order().status == 201
    release.join()
    connection.close()


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_database_that_is_restarted_while_people_order_makes_each_order_once(scene: Scene) -> None:
    answers: dict[str, list[Reply]] = {}
    faults: list[BaseException] = []

    def order_ten(person: int) -> None:
        try:
            for turn in range(10):
                key = f"person {person} turn {turn}"
                answers[key] = list(until_ordered(scene, key))
        except BaseException as error:
            faults.append(error)

    people = [threading.Thread(target=order_ten, args=(person,)) for person in range(6)]
    for person in people:
        person.start()
    while any(person.is_alive() for person in people):
        time.sleep(0.2)
        hang_up(scene)
    for person in people:
        person.join()
    assert faults == []
    refusals = [reply for replies in answers.values() for reply in replies[:-1]]
    for reply in refusals:
        says_try_again(reply)
    assert len({replies[-1].json["id"] for replies in answers.values()}) == 60
    assert scene.held() == 60 * 1000
    is_well_again(scene)


def until_ordered(scene: Scene, key: str) -> Iterator[Reply]:
    """Answers to one order, asked again until it stands."""
    while True:
        reply = scene.order(key)
        yield reply
        if reply.status == 201:
            return
        time.sleep(0.05)


def hang_up(scene: Scene) -> None:
    """Every connection to the market's database is ended by the server, as when it restarts."""
    name = scene.running.app.config["OVOP"].database_url.rsplit("/", 1)[1]
    db.session.remove()
    db.engine.dispose()
    with psycopg.connect(databases.SERVER, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_database_that_takes_no_connections_is_named_by_readyz_and_comes_back(scene: Scene) -> None:
    form = scene.sale()
    name = scene.running.app.config["OVOP"].database_url.rsplit("/", 1)[1]
    with psycopg.connect(databases.SERVER, autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            hang_up(scene)
            says_try_again(scene.order())
            says_try_again(scene.buyer.get("/orders"))
            says_try_again(scene.clerk.tap("/koperasi/jual", form))
            ready = scene.clerk.get("/readyz")
            assert (ready.status, ready.json["database"]) == (503, "away")
            assert scene.clerk.get("/healthz").status == 200
        finally:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    is_well_again(scene)
    assert scene.held() == 1000


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_web_process_that_dies_is_replaced(scene: Scene) -> None:
    for _ in range(2):  # one that dies again within seconds of its start would end the server, as it should
        scene.running.kill_one_web_process()
        with suppress(Away):
            assert scene.order().status == 201
    is_well_again(scene)
