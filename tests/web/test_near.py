"""Near me: a phone's position is asked for by a tap, used for one answer, and kept nowhere."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.db import db
from ovop.db.types import Base
from ovop.settings import ROOT
from tests.make import market
from tests.make.pages import Page

LATITUDE, LONGITUDE = "-6.051357", "106.214683"


def test_a_position_leads_to_what_is_near_and_is_blurred_to_ten_metres(client: FlaskClient) -> None:
    answer = client.get(f"/cari-tempat?lat={LATITUDE}&lng={LONGITUDE}")
    assert answer.location == "/?near=-6.0514,106.2147"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_position_stays_nowhere_on_the_server(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Not in a table, a log line, a session or a page that is kept."""
    caplog.set_level(logging.DEBUG)
    seller = market.shop()
    market.catch(seller)
    found = client.get(f"/cari-tempat?lat={LATITUDE}&lng={LONGITUDE}")
    for address in (found.location, f"/peta?near={LATITUDE},{LONGITUDE}", f"/ambil?lat={LATITUDE}&lng={LONGITUDE}"):
        assert client.get(address).status_code in (200, 302)
    assert client.get(f"/api/v1/pickup-points?near={LATITUDE},{LONGITUDE}").status_code == 200
    assert any(record.name == "ovop.requests" for record in caplog.records)
    told = re.compile(r"6\.051[34]|106\.214[67]")
    assert not [
        record for record in caplog.records if record.name.startswith("ovop") and told.search(str(vars(record)))
    ]
    assert not [row for row in everything_kept() if told.search(row)]
    kept = current_app.extensions["ovop.kept_pages"]._pages
    assert not [key for key in kept if told.search(repr(key))]
    with client.session_transaction() as session:
        assert not told.search(repr(dict(session)))


def everything_kept() -> Iterator[str]:
    """Every row of every table."""
    for table in Base.metadata.sorted_tables:
        yield from map(repr, db.session().execute(select(table)))


def test_the_phone_is_asked_only_by_a_tap() -> None:
    """Each script that asks does so in a click's handler; no page asks while it loads."""
    asking = [path for path in (ROOT / "static" / "js").glob("*.js") if "getCurrentPosition" in path.read_text()]
    assert asking
    for path in asking:
        script = path.read_text()
        assert script.index('addEventListener("click"') < script.index("getCurrentPosition"), path.name
        assert "watchPosition" not in script


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("lat=51.5&lng=-0.1", "di luar peta kami"),
        ("lat=-7.25&lng=112.75", "di luar peta kami"),
        ("dekat=51.5, -0.1", "di luar peta kami"),
        ("dekat=zzzzqq", "belum ketemu"),
        ("lat=&lng=", "Dekat mana?"),
        ("lat=nan&lng=x", "Dekat mana?"),
    ],
)
def test_a_place_that_helps_nobody_is_said_in_a_sentence(client: FlaskClient, asked: str, said: str) -> None:
    page = Page(client.get(f"/cari-tempat?{asked}"))
    assert page.status == 200
    assert said in page.words


def test_catches_near_can_be_narrowed_by_distance_in_the_form_and_by_a_chip(client: FlaskClient) -> None:
    market.catch(market.shop())
    page = Page(client.get("/?near=-6.0,106.2"))
    assert "Sampai 10 km" in page.words
    assert "10" in Page(client.get("/?near=-6.0,106.2&saring=1")).options("max_km")
    assert "/?near=-6,106.2&max_km=10" in page.links
    assert "Udang windu" not in Page(client.get("/?near=-6.0,106.2&max_km=10")).all("h3")
    assert Page(client.get("/?near=-6.0,106.2&max_km=25")).words.count("Udang windu")
    assert "max_km" not in Page(client.get("/?saring=1")).fields


@pytest.mark.parametrize("near", ["106.2,-6.0", "-6.0,106.2", "6.0,106.2"])
def test_swapped_degrees_in_an_address_are_understood(client: FlaskClient, near: str) -> None:
    market.catch(market.shop())
    assert "Dekat" in Page(client.get(f"/?near={near}")).all("chip")[0]


def test_degrees_elsewhere_on_earth_are_passed_over_and_that_is_said(client: FlaskClient) -> None:
    market.catch(market.shop())
    page = Page(client.get("/?near=51.5,-0.1"))
    assert "tidak bisa dibaca" in page.words
    assert "Udang windu" in page.words


def test_places_are_offered_while_their_name_is_typed(client: FlaskClient) -> None:
    answer = client.get("/cari-tempat/saran?dekat=tengk")
    assert answer.json[0] == "Tengkurak, Tirtayasa"
    assert answer.headers["Cache-Control"] == "private, no-store"
    for typed in ("", "t", "-6.1, 106.2", "zzzzqq"):
        assert client.get("/cari-tempat/saran", query_string={"dekat": typed}).json == []


def test_a_catch_keeps_the_distance_on_its_own_page(client: FlaskClient) -> None:
    lot = market.catch(market.shop())
    page = Page(client.get("/?near=-6.0,106.37"))
    assert "Dermaga, 3,3 km" in page.words
    assert f"/hasil/{lot}?near=-6,106.37" in page.links
    assert "3,3 km" in Page(client.get(f"/hasil/{lot}?near=-6,106.37")).words
    assert " km" not in Page(client.get(f"/hasil/{lot}")).words


def test_on_an_island_it_is_said_that_the_sea_lies_between(client: FlaskClient) -> None:
    market.catch(market.shop())
    assert "Ada laut di antaranya" in Page(client.get("/peta?near=-5.8125,106.2799")).words
    there = Page(client.get("/peta?near=-5.98,106.36")).words
    assert "Jarak lurus di peta" in there
    assert "Ada laut di antaranya" not in there
