"""A closed month stays as it was, byte for byte; what is put right later is an entry of a later month."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text as sql
from sqlalchemy import update

from ovop.accounts.models import Cooperative
from ovop.accounts.rules import Actor
from ovop.closing.operations import close_month
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict, Forbidden
from ovop.villages.models import Village
from tests.conftest import Clock
from tests.make import accounts, complaints, market, sales
from tests.make.sales import recount
from tests.web.test_office_figures import csv_rows, figure, text

JANUARY = "/dinas/bulan/2026-01"


@pytest.fixture
def official(app: APIFlask, client: FlaskClient) -> Actor:
    official = accounts.official()
    accounts.sign_in(client, official)
    return official


@pytest.fixture
def sold(app: APIFlask, clock: Clock) -> tuple[market.Shop, Actor, list]:
    """Two sales on the last day of January by a co-operative of Lontar."""
    clock.now = clock.now.replace(day=31)
    seller, buyer = market.shop("lontar", sales.LONTAR), accounts.buyer()
    lot = market.catch(seller, 900_000, best_before=days.now() + timedelta(days=60))
    return seller, buyer, [sales.sale(buyer, seller, {lot: grams}) for grams in (1000, 1500)]


def test_no_rename_refund_or_later_sale_changes_a_closed_month(
    official: Actor, sold, client: FlaskClient, clock: Clock
) -> None:
    seller, buyer, orders = sold
    clock.now = clock.now.replace(month=2, day=1)
    assert client.post(f"{JANUARY}/tutup").status_code == 302
    before = client.get(f"{JANUARY}.json").get_data()
    closed = json.loads(before)
    orders_counted, buyers, grams, pieces, revenue = recount(orders)[None]
    assert closed["total"] == {
        "code": "", "name": "", "orders": orders_counted, "buyers": buyers, "grams": grams, "pieces": pieces,
        "revenue": revenue,
    }  # fmt: skip
    assert hashlib.sha256(before).hexdigest() in text(client, JANUARY)
    assert figure(text(client, JANUARY)) == revenue

    def rename(session) -> None:
        session.execute(update(Village).where(Village.code == sales.LONTAR).values(name="Lontar Baru"))
        session.execute(update(Cooperative).values(name="Koperasi Lain", is_active=False))

    complaints.ended(seller, buyer, orders[0].number)
    write(rename)
    client.post(f"{JANUARY}/tutup")
    assert client.get(f"{JANUARY}.json").get_data() == before
    assert "Lontar Baru" not in text(client, JANUARY)
    *lines, total = csv_rows(client, f"{JANUARY}.csv")
    assert int(total["Rupiah"]) == revenue == sum(int(row["Rupiah"]) for row in lines if row["Bagian"] == "Desa")

    clock.now = clock.now.replace(month=3)
    client.post("/dinas/bulan/2026-02/tutup")
    february = client.get("/dinas/bulan/2026-02.json").get_json()
    assert february["corrections"] == [{"month": "2026-01", "orders": 1, "rupiah": -6000}]
    assert february["total"]["revenue"] == 0
    db.session.rollback()
    assert market.broken() == []


def test_a_month_is_closed_once_it_is_over_and_only_once(official: Actor, sold, clock: Clock) -> None:
    seller, _buyer, _orders = sold
    month = days.today().replace(day=1)
    clock.now = clock.now.replace(day=31, hour=23, minute=59)
    with pytest.raises(Conflict):
        write(close_month, month, official, days.now())
    clock.forward(minutes=1)
    with pytest.raises(Forbidden):
        write(close_month, month, seller.clerk, days.now())
    digest = write(close_month, month, official, days.now())
    with pytest.raises(Conflict):
        write(close_month, month, official, days.now())
    assert len(digest) == 64


def test_verify_says_when_a_closed_month_was_altered_by_hand(official: Actor, sold, clock: Clock) -> None:
    clock.now = clock.now.replace(month=2, day=1)
    write(close_month, clock.now.date().replace(month=1, day=1), official, days.now())
    write(lambda session: session.execute(sql("UPDATE closed_month SET body = replace(body, 'Lontar', 'Lontr')")))
    (broken,) = market.broken()
    assert "closed months are as they were closed" in broken


def test_nothing_of_any_person_is_in_a_closed_month(official: Actor, sold, client: FlaskClient, clock: Clock) -> None:
    clock.now = clock.now.replace(month=2, day=1)
    client.post(f"{JANUARY}/tutup")
    for path in (JANUARY, f"{JANUARY}.json", f"{JANUARY}.csv", "/dinas/bulan"):
        body = text(client, path)
        assert "@contoh.id" not in body
        assert "buyer_id" not in body
    for wrong in ("2026-13", "x", "2026-1", "1999-01"):
        assert client.get(f"/dinas/bulan/{wrong}").status_code == 404
