"""Backup and restore: everything comes back, nothing else stays, and nothing is lost when it goes wrong."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from click.testing import Result
from sqlalchemy import MetaData, select, text

from ovop import create_app
from ovop.db import db, write
from ovop.kernel import days
from ovop.outside import media, queue
from tests import databases
from tests.conftest import Clock
from tests.make import accounts, market

PHOTOS = {"catch/01hx/320.webp": b"small", "catch/01hx/640.webp": b"larger"}


def run(app: APIFlask, *arguments: str) -> Result:
    """A command as the operator types it."""
    db.session.remove()
    return app.test_cli_runner().invoke(args=arguments)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    db.session.remove()
    metadata = MetaData()
    metadata.reflect(db.engine)
    with db.engine.connect() as connection:
        return {
            table.name: sorted(connection.execute(select(table)).all(), key=repr)
            for table in metadata.sorted_tables
            if not table.name.startswith(("search_text", "search_stamp"))
        }


@pytest.fixture
def trading(app: APIFlask) -> APIFlask:
    """A market in which something has been ordered, with photos and a waiting mail."""
    seller = market.shop()
    caught = market.catch(seller)
    market.check_out(accounts.buyer(), market.wanted(seller, {caught: 1_500}))
    write(queue.enqueue, "note", {"to": "siti@contoh.id", "text": "Ikanmu siap 🐟"}, now=days.now())
    for key, data in PHOTOS.items():
        media.storage().put(key, data, "image/webp")
    run(app, "init")  # gives the product its words to be searched by
    return app


@pytest.fixture
def elsewhere(trading: APIFlask, tmp_path: Path) -> Iterator[APIFlask]:
    """A second market on the same kind of database, empty."""
    environment = {"INSTANCE_PATH": str(tmp_path / "elsewhere"), "DEMO": "off"}
    is_postgresql = trading.config["OVOP"].database_url.startswith("postgresql")
    name = trading.config["OVOP"].database_url.rpartition("/")[2] + "_elsewhere"
    if is_postgresql:
        environment["DATABASE_URL"] = databases.create_postgresql(name)
    other = create_app(environment)
    yield other
    with other.app_context():
        db.engine.dispose()
    if is_postgresql:
        databases.drop_postgresql(name)


def test_a_backup_restored_elsewhere_is_the_same_market(trading: APIFlask, elsewhere: APIFlask, tmp_path: Path) -> None:
    file = tmp_path / "pasar.zip"
    said = run(trading, "backup", str(file))
    assert said.exit_code == 0, said.output
    assert "2 picture files" in said.output
    before = everything()
    with elsewhere.app_context():
        assert run(elsewhere, "restore", str(file)).exit_code == 0
        assert everything() == before
        assert {key: media.storage().get(key) for key in media.storage().list_keys()} == PHOTOS
        seller = market.shop("pontang", "36.04.14.2001")  # new rows get new numbers
        market.catch(seller)


def test_restoring_replaces_everything_that_came_later(trading: APIFlask, tmp_path: Path) -> None:
    file = tmp_path / "pasar.zip"
    assert run(trading, "backup", str(file)).exit_code == 0
    before = everything()
    market.catch(market.shop("later", "36.04.14.2001"))
    media.storage().put("catch/later/320.webp", b"later", "image/webp")
    media.storage().delete("catch/01hx/320.webp")
    said = run(trading, "restore", str(file), "--force")
    assert said.exit_code == 0, said.output
    assert everything() == before
    assert sorted(media.storage().list_keys()) == sorted(PHOTOS)


def test_a_market_with_data_is_not_overwritten_without_force(trading: APIFlask, tmp_path: Path) -> None:
    file = tmp_path / "pasar.zip"
    run(trading, "backup", str(file))
    market.shop("later", "36.04.14.2001")
    run(trading, "init")
    before = everything()
    said = run(trading, "restore", str(file))
    assert said.exit_code == 1
    assert "--force" in said.output
    assert everything() == before


def test_a_backup_taken_while_orders_come_in_is_consistent(trading: APIFlask, clock: Clock, tmp_path: Path) -> None:
    seller = market.shop("ramai", "36.04.14.2001")
    caught = market.catch(seller, 1_000_000)
    buyers = [accounts.buyer(f"ani{n}@contoh.id") for n in range(10)]
    request = market.wanted(seller, {caught: 100})
    stop = threading.Event()
    placed = []

    def order() -> None:
        with trading.app_context():
            for buyer in buyers:
                placed.append(market.check_out(buyer, request))
                if stop.is_set():
                    break

    orders = threading.Thread(target=order)
    orders.start()
    try:
        for n in range(3):
            assert run(trading, "backup", str(tmp_path / f"{n}.zip")).exit_code == 0
    finally:
        stop.set()
        orders.join()
    assert placed
    for n in range(3):
        assert run(trading, "restore", str(tmp_path / f"{n}.zip"), "--force").exit_code == 0
        said = run(trading, "verify")
        assert said.exit_code == 0, said.output


def test_a_backup_appears_when_it_is_complete_and_only_its_owner_reads_it(
    trading: APIFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pasar.zip"
    file.write_text("the one of yesterday")

    def away(*_: object) -> bytes:
        raise RuntimeError("storage away")

    with monkeypatch.context() as broken:
        broken.setattr(media.Folder, "get", away)
        assert run(trading, "backup", str(file)).exit_code == 1
    assert file.read_text() == "the one of yesterday"
    assert [each.name for each in tmp_path.iterdir()] == ["pasar.zip"]
    assert run(trading, "backup", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert run(trading, "backup", str(tmp_path / "there-is-no-such-folder" / "pasar.zip")).exit_code == 1


def test_what_is_no_whole_backup_changes_nothing(trading: APIFlask, tmp_path: Path) -> None:
    whole = tmp_path / "pasar.zip"
    run(trading, "backup", str(whole))
    before = everything()
    data = whole.read_bytes()
    cut, text_file, empty, changed = (tmp_path / name for name in ("cut.zip", "text.zip", "empty.zip", "changed.zip"))
    cut.write_bytes(data[: len(data) // 2])
    text_file.write_text("not a backup")
    with zipfile.ZipFile(empty, "w"):
        pass
    middle = len(data) // 3
    changed.write_bytes(data[:middle] + bytes(byte ^ 0xFF for byte in data[middle : middle + 40]) + data[middle + 40 :])
    for file in (cut, text_file, empty, changed):
        said = run(trading, "restore", str(file), "--force")
        assert said.exit_code == 1, file
        assert said.output.startswith("Error: "), said.output
        assert len(said.output.splitlines()) == 1
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format": 2}, "newer release"),
        ({"contents": {"kind": "oracle"}}, "was made from oracle"),
        ({"contents": {"revision": "9999"}}, "newer release"),
    ],
)
def test_a_backup_of_something_else_is_refused_in_one_line(
    trading: APIFlask, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    file = tmp_path / "pasar.zip"
    run(trading, "backup", str(file))
    before = everything()
    other = rewritten(file, change)
    said = run(trading, "restore", str(other), "--force")
    assert said.exit_code == 1
    assert says in said.output
    assert everything() == before


def rewritten(file: Path, change: dict[str, Any]) -> Path:
    """The backup with other words about itself."""
    other = file.with_name("other.zip")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "market.json":
                about = json.loads(data)
                contents = about["contents"] | change.get("contents", {})
                data = json.dumps(about | change | {"contents": contents}).encode()
            target.writestr(name, data)
    return other


def test_a_restore_that_fails_midway_leaves_the_market_as_it_was(trading: APIFlask, tmp_path: Path) -> None:
    file = tmp_path / "pasar.zip"
    run(trading, "backup", str(file))
    market.shop("later", "36.04.14.2001")
    run(trading, "init")
    before = everything()
    other = file.with_name("other.zip")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "database/account":
                data = b""  # orders then have no buyer
            if name == "database.sqlite":
                data = data[:4096] + bytes(4096) + data[8192:]  # a page is blank
            target.writestr(name, data)
    assert run(trading, "restore", str(other), "--force").exit_code == 1
    assert everything() == before
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            [[links]] = connection.execute(text("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")).all()
        assert links > 20


def test_a_backup_of_an_older_release_is_brought_up_to_this_one(trading: APIFlask, tmp_path: Path) -> None:
    from alembic import command

    from ovop.cli.backup import _migrations

    file = tmp_path / "older.zip"
    command.downgrade(_migrations(), "0001")
    try:
        said = run(trading, "backup", str(file))
        assert "schema 0001" in said.output, said.output
    finally:
        command.upgrade(_migrations(), "head")
    run(trading, "init")
    before = everything()  # what an older release knew, brought up in its place
    market.shop("later", "36.04.14.2001")
    assert run(trading, "restore", str(file), "--force").exit_code == 0
    assert everything() == before
