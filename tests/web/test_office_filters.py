"""The first screen for a place and goods, and who needs a visit by limits in the address: as counted by hand."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.complaints.operations import open_complaint
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.operations import mark_no_show
from tests.conftest import Clock
from tests.make import accounts, market, sales
from tests.make.fair import Fair
from tests.make.fair import fair as make_fair
from tests.web.test_office_figures import csv_rows, figure, text

FROM_TO = {"from": "2026-01-01", "to": "2026-12-31"}
SCOPES = [
    {},
    {"district": "36.04.13"},
    {"village": sales.LONTAR},
    {"species": "MIL"},
    {"form": "processed"},
    {"species": "MIL", "form": "processed", "district": "36.04.31"},
    {"species": "GIT", "village": sales.TENGKURAK},
]


@pytest.fixture
def fair(app: APIFlask) -> Fair:
    return make_fair()


@pytest.fixture
def office(app: APIFlask, client: FlaskClient) -> FlaskClient:
    accounts.sign_in(client, accounts.official())
    return client


def by_hand(fair: Fair, scope: dict[str, str]) -> tuple[int, int, int]:
    """Orders, buyers, rupiah."""
    lines = [
        (order.number, order.buyer_id, line.final_amount)
        for order in fair.orders
        for line in order.lines
        if line.final_quantity
        and order.village_code.startswith(scope.get("village", scope.get("district", "")))
        and line.species_code == scope.get("species", line.species_code)
        and line.form == scope.get("form", line.form)
    ]
    return len({one[0] for one in lines}), len({one[1] for one in lines}), sum(one[2] for one in lines)


def test_the_first_screen_of_any_place_and_goods_is_a_recount(office: FlaskClient, fair: Fair) -> None:
    for scope in SCOPES:
        page = text(office, f"/dinas?{urlencode(FROM_TO | scope)}")
        orders, buyers, rupiah = by_hand(fair, scope)
        counts = [int(value) for value in re.findall(r"<dd>(\d+)</dd>", page)[:2]]
        assert (counts, figure(page)) == ([orders, buyers], rupiah), scope
        assert figure(text(office, f"/dinas/penjualan/pesanan?{urlencode(FROM_TO | scope)}")) == rupiah


def test_filters_and_limits_go_along_into_every_drill_down_and_file(office: FlaskClient, fair: Fair) -> None:
    page = text(office, "/dinas?span=year&district=36.04.13&species=MIL&shown=orders&silent=7")
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/dinas[/?][^"]+)"', page)}
    carried = [link for link in links if "penjualan" in link and "species=" in link]
    assert len(carried) > 12
    assert all("silent=7" in link and "shown=orders" in link for link in carried)
    assert all("district=36.04.13" in link or "village=" in link for link in carried)


def test_a_limit_that_cannot_be_used_is_said_beside_it_and_kept(office: FlaskClient, fair: Fair) -> None:
    page = text(office, "/dinas?silent=nol&fall=20")
    assert 'value="nol"' in page
    assert "Isi angka bulat dari 1 sampai 365." in page
    assert "aria-invalid" not in text(office, "/dinas?silent=20")


def test_who_needs_a_visit_follows_the_limits_and_leads_to_the_orders(
    office: FlaskClient, app: APIFlask, clock: Clock
) -> None:
    seller, buyer = market.shop("lontar", sales.LONTAR), accounts.buyer()
    lot = market.catch(seller, 900_000, best_before=clock.now + timedelta(days=20))
    short = sales.sale(buyer, seller, {lot: 1000}, weights={lot: 899})
    sales.sale(buyer, seller, {lot: 1000}, weights={lot: 900})
    write(open_complaint, short.number, "Kurang segar", (), buyer, days.now())
    missed = market.order(buyer, seller, {lot: 1000})
    clock.forward(days=1)
    write(mark_no_show, missed.number, seller.clerk, days.now())
    sales.sale(buyer, seller, {lot: 2000})
    clock.forward(days=1)

    assert "Semua koperasi berjualan seperti biasa" in text(office, "/dinas")
    page = text(office, "/dinas?short=1&no_shows=1&complaints=1")
    for words in ("1 timbangan kurang", "1 tidak diambil", "1 keluhan"):
        assert words in page
    for link in re.findall(r'href="(/dinas/tanda/[^"]+)"', page):
        there = text(office, link.replace("&amp;", "&"))
        wanted = missed if "tanda/no_shows" in link else short
        assert re.findall(r"[A-Z]-\d{4}-[0-9A-Z]{6}", there).count(wanted.number) >= 1, link
        assert "1 pesanan" in there
        file = link.replace("&amp;", "&").replace("?", ".csv?", 1)
        assert [row["Nomor pesanan"] for row in csv_rows(office, file)] == [wanted.number]
    (row,) = csv_rows(office, "/dinas/kunjungan.csv?short=1&no_shows=1&complaints=1")
    assert (row["Timbangan kurang"], row["Tidak diambil"], row["Keluhan"], row["Hari diam"]) == ("1", "1", "1", "")
    assert csv_rows(office, "/dinas/kunjungan.csv?district=36.04.31&short=1") == []
    clock.forward(days=5)
    assert "Diam 6 hari" in text(office, "/dinas/desa?silent=6")
    db.session.rollback()
    assert market.broken() == []


def test_the_map_is_coloured_by_the_figure_that_was_asked_for(office: FlaskClient, fair: Fair) -> None:
    address = f"/dinas?{urlencode(FROM_TO)}"
    assert "Tirtayasa: 2 pembeli" in text(office, f"{address}&shown=buyers")
    assert "Tirtayasa: 4 pesanan" in text(office, f"{address}&shown=orders")
    of_one = text(office, f"{address}&shown=grams&district=36.04.13")
    assert "Tengkurak: 4,5" in of_one
    assert "tidak ada yang ditimbang" in text(office, f"{address}&shown=grams&form=processed")
