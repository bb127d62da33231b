"""Pages given again: to whom, until when, and with whose tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import event, update
from sqlalchemy.engine import Engine

from ovop.db import db, write
from ovop.kernel import days
from ovop.stock.models import Catch
from ovop.stock.operations import change_catch
from ovop.stock.rules import CatchChanges
from ovop.web.shop.kept_pages import KeptPages
from tests.conftest import Clock
from tests.make import accounts, catalogue, market


@pytest.fixture
def lot(app: APIFlask) -> int:
    seller, office = market.shop(), accounts.official()
    sate = catalogue.product(seller.clerk, "Sate bandeng", "MIL")
    catalogue.flagship(office, sate)
    accounts.demo_buyer()
    return market.catch(seller, product=sate)


@contextmanager
def queries() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def pages_of(lot: int) -> list[str]:
    return [
        "/",
        "/?q=bandeng",
        "/?near=-6,106.3",
        "/?saring=1&near=-6,106.3",
        "/?q=cakalang&near=-6,106.3&max_km=1&pickup_day=2026-01-06&form=live",
        f"/hasil/{lot}",
        f"/desa/{accounts.TENGKURAK}",
        "/desa",
        "/peta",
        "/peta?cooperative=1",
    ]


def test_three_queries_are_enough_for_every_public_page(lot: int, client: FlaskClient) -> None:
    client.get("/")  # districts, words and the strip are kept as long as only stock changes
    client.get("/?q=bandeng")
    client.get("/saran?q=bandeng")
    for address in pages_of(lot):
        write(lambda session: session.execute(update(Catch).values(unit_price=Catch.unit_price + 100)))
        with queries() as statements:
            assert client.get(address).status_code == 200
        asked = [statement for statement in statements if not statement.startswith(("BEGIN", "ROLLBACK"))]
        assert len(asked) <= 2, (address, asked)  # the third is the stamp's, on a connection of its own


def test_an_unchanged_page_costs_no_query_but_the_stamps(lot: int, client: FlaskClient) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL whoever else writes on the same server changes the stamp")
    first = client.get("/").get_data()
    with queries() as statements:
        assert client.get("/").get_data() == first
    assert statements == []


def test_a_browser_that_has_the_page_is_told_so_until_it_changes(lot: int, client: FlaskClient, clock: Clock) -> None:
    first = client.get("/")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    if db.engine.dialect.name == "sqlite":
        again = client.get("/", headers={"If-None-Match": tag})
        assert (again.status_code, again.get_data()) == (304, b"")
        assert again.headers["ETag"] == tag
    clerk = accounts.member(1, "kedua@contoh.id")
    write(change_catch, lot, CatchChanges(unit_price=99_000), clerk, days.now())
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200
    tag = client.get("/").headers["ETag"]
    clock.forward(minutes=1)
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_every_visitor_gets_a_token_of_their_own(lot: int, app: APIFlask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        tokens = []
        for _ in range(2):
            visitor = app.test_client()
            page = visitor.get(f"/hasil/{lot}").get_data(as_text=True)
            tokens.append(re.findall(r'name="csrf_token" value="([^"]+)"', page))
            assert "form-token" not in page
            form = {"csrf_token": tokens[-1][0], "catch": lot, "quantity": "1 kg"}
            assert visitor.post("/belanja/tambah", data=form).status_code == 302
        assert all(len(found) == 1 for found in tokens)
        assert tokens[0] != tokens[1]
        stranger = app.test_client()
        form["csrf_token"] = tokens[0][0]
        assert stranger.post("/belanja/tambah", data=form).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_the_basket_of_one_is_not_shown_to_another(lot: int, app: APIFlask) -> None:
    buyer, other = app.test_client(), app.test_client()
    buyer.post("/belanja/tambah", data={"catch": lot, "quantity": "1 kg"})
    buyer.get("/belanja")
    assert "Lihat belanja" in buyer.get("/").get_data(as_text=True)
    assert "Lihat belanja" not in other.get("/").get_data(as_text=True)
    assert "Lihat belanja" in buyer.get("/").get_data(as_text=True)


def test_what_is_said_once_is_said_once_and_to_one(lot: int, app: APIFlask) -> None:
    buyer, other = app.test_client(), app.test_client()
    buyer.post("/belanja/tambah", data={"catch": lot, "quantity": "1 kg"})
    assert "ada di belanjaanmu" in buyer.get("/").get_data(as_text=True)
    assert "ada di belanjaanmu" not in buyer.get("/").get_data(as_text=True)
    assert "ada di belanjaanmu" not in other.get("/").get_data(as_text=True)


def test_a_kept_page_names_its_own_address_in_the_other_language(lot: int, client: FlaskClient) -> None:
    for query in ("?q=bandeng", "?q=bandeng&x=1", "?q=bandeng&x=%3Ca%3E"):
        page = client.get(f"/{query}").get_data(as_text=True)
        assert page.count(f'href="/en/{query.replace("&", "&amp;")}"') == 2
        assert "path-in" not in page
    assert 'href="/?q=bandeng"' in client.get("/en/?q=bandeng").get_data(as_text=True)


def test_pages_make_room_for_newer_ones() -> None:
    pages = KeptPages(room=1_000)
    for number in range(20):
        pages.keep(number, bytes(100))
    assert [number for number in range(20) if pages.find(number)] == list(range(10, 20))
    pages.find(10)
    pages.keep(20, bytes(100))
    assert pages.find(10)
    assert pages.find(11) is None
    pages.keep("large", bytes(126))
    assert pages.find("large") is None
    pages.keep(20, bytes(50))
    pages.keep(21, bytes(50))
    assert len([number for number in range(30) if pages.find(number)]) == 11


def test_what_pages_are_made_from_takes_room_as_well() -> None:
    pages = KeptPages(room=1_000, beside=150)
    for number in range(6):
        pages.keep(number, bytes(100))
        pages.keep(number, bytes(100))
    assert [number for number in range(6) if pages.find(number)] == [2, 3, 4, 5]
