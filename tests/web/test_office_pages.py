"""The office's pages: who may see them, that every figure is the rows behind it, and nothing of any person."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.outside.models import OutboxJob
from ovop.sales.queries import sales_rows
from ovop.sales.rules import Group
from tests.conftest import Clock
from tests.make import accounts, market

PAGES = ("/dinas", "/dinas/penjualan", "/dinas/penjualan/pesanan", "/dinas/desa", "/dinas/koperasi")
FILES = (
    "/dinas/penjualan.csv",
    "/dinas/penjualan.xlsx",
    "/dinas/penjualan/pesanan.csv",
    "/dinas/penjualan/pesanan.xlsx",
)
BUYER = "Siti Rahasia"


@pytest.fixture
def sold(app: APIFlask) -> list[str]:
    """Three orders collected today from two villages; answers their numbers."""
    one, two = market.shop("lontar", "36.04.13.2007"), market.shop("domas", "36.04.12.2009")
    buyer = accounts.buyer("siti@contoh.id", BUYER)
    numbers = []
    for shop, quantity in ((one, 1500), (one, 800), (two, 2000)):
        catch = market.catch(shop)
        order = market.order(buyer, shop, {catch: quantity})
        write(operations.weigh_order, order.number, {catch: quantity - 20}, shop.clerk, days.now())
        flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())
        numbers.append(order.number)
    return numbers


@pytest.fixture
def office(app: APIFlask, client: FlaskClient) -> FlaskClient:
    accounts.sign_in(client, accounts.official())
    return client


def total() -> tuple[int, int, int]:
    """Orders, grams and rupiah of today, as the API tells them."""
    today = days.today()
    found = sales_rows(db.session(), today, today, ()).total
    return found.orders, found.grams, found.revenue


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_only_the_office_enters(app: APIFlask, sold: list[str], path: str) -> None:
    stranger = app.test_client().get(path)
    assert (stranger.status_code, "/masuk" in stranger.headers["Location"]) == (302, True)
    for actor in (accounts.buyer("lain@contoh.id"), market.shop("terate", "36.04.05.2007").clerk):
        other = app.test_client()
        accounts.sign_in(other, actor)
        assert other.get(path).status_code == 403
    for role in (Role.OFFICE, Role.ADMIN):
        allowed = app.test_client()
        accounts.sign_in(allowed, accounts.official(role, f"{role}@contoh.id"))
        assert allowed.get(path).status_code == 200


def test_every_figure_is_the_rows_behind_it(office: FlaskClient, sold: list[str]) -> None:
    orders, _grams, revenue = total()
    assert orders == 3
    page = office.get("/dinas?span=today").get_data(as_text=True)
    shown = re.search(r'data-figure="revenue" title="Rp\s([\d.]+)"', page)
    assert shown is not None
    assert int(shown.group(1).replace(".", "")) == revenue
    listed = office.get("/dinas/penjualan/pesanan?span=today").get_data(as_text=True)
    assert all(number in listed for number in sold)


@pytest.mark.parametrize("group", [group.value for group in Group])
def test_files_add_up_to_the_page(office: FlaskClient, sold: list[str], group: str) -> None:
    _orders, grams, revenue = total()
    page = office.get(f"/dinas/penjualan?span=today&group={group}").get_data(as_text=True)
    assert f"{revenue:,}".replace(",", ".") in page
    text = office.get(f"/dinas/penjualan.csv?span=today&group={group}").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    *parts, whole = rows
    assert int(whole["Rupiah"]) == revenue == sum(int(row["Rupiah"]) for row in parts)
    assert int(whole["Gram"]) == grams
    book = openpyxl.load_workbook(io.BytesIO(office.get(f"/dinas/penjualan.xlsx?span=today&group={group}").data))
    values = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert revenue in [value for row in values for value in row]


def test_lines_of_orders_come_as_files_too(office: FlaskClient, sold: list[str]) -> None:
    _orders, grams, revenue = total()
    text = office.get("/dinas/penjualan/pesanan.csv?span=today").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Nomor pesanan"] for row in rows] == sold
    assert sum(int(row["Rupiah"]) for row in rows) == revenue
    assert sum(int(row["Gram"]) for row in rows) == grams


def test_a_place_narrows_every_page_alike(office: FlaskClient, sold: list[str]) -> None:
    for query in ("village=36.04.12.2009", "district=36.04.12"):
        listed = office.get(f"/dinas/penjualan/pesanan?span=today&{query}").get_data(as_text=True)
        assert [number in listed for number in sold] == [False, False, True]
    order = office.get(f"/dinas/penjualan/pesanan/{sold[0]}")
    assert order.status_code == 200
    assert office.get("/dinas/penjualan/pesanan/S-0000-000000").status_code == 404


def test_nothing_of_the_buyer_is_told(office: FlaskClient, sold: list[str]) -> None:
    for path in (*PAGES, *FILES, f"/dinas/penjualan/pesanan/{sold[0]}"):
        body = office.get(f"{path}?span=year").get_data()
        assert BUYER.encode() not in body
        assert b"siti@contoh.id" not in body


def test_who_fell_silent_needs_a_visit(office: FlaskClient, sold: list[str], clock: Clock) -> None:
    assert "tag-last" not in office.get("/dinas").get_data(as_text=True)
    clock.forward(days=20)
    for path in ("/dinas", "/dinas/desa", "/dinas/desa?need=1"):
        assert "Diam 20 hari" in office.get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-13-01&to=2026-01-01",
        "from=2026-02-01&to=2026-01-01",
        "from=1900-01-01&to=2199-01-01",
        "from=x",
        "span=forever",
        "group=buyer",
        "cooperative=99999999999999999999",
        "cooperative=-1",
        "species=%F0%9F%90%9F%F0%9F%90%9F",
        "after=nonsense",
        "district=36.04.99",
    ],
)
def test_what_cannot_be_read_is_said_or_left_at_its_default(office: FlaskClient, sold: list[str], query: str) -> None:
    for path in PAGES:
        assert office.get(f"{path}?{query}").status_code == 200, path
    for path in FILES:  # nobody looks into a file to see that it is of other days than those asked for
        assert office.get(f"{path}?{query}").status_code == (422 if "from" in query else 200), path


def test_only_administrators_retry_what_was_given_up(app: APIFlask, office: FlaskClient) -> None:
    assert office.get("/dinas/kotak-keluar").status_code == 403
    admin = app.test_client()
    accounts.sign_in(admin, accounts.official(Role.ADMIN, "admin@contoh.id"))
    now = days.now()
    job = OutboxJob(kind="mail", payload={}, run_at=now, created_at=now, dead_at=now, last_error="no such host")
    write(lambda session: session.add(job))
    assert "no such host" in admin.get("/dinas/kotak-keluar").get_data(as_text=True)
    for _time in range(2):
        assert admin.post(f"/dinas/kotak-keluar/{job.id}/ulang").status_code == 302
    assert "no such host" not in admin.get("/dinas/kotak-keluar").get_data(as_text=True).split("menunggu")[0]
    assert admin.post("/dinas/kotak-keluar/999/ulang").status_code == 302
