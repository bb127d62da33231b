"""The first screen names everything that waits for a clerk, by time, and nothing of anybody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app
from flask.testing import FlaskClient

from ovop.complaints.operations import accept, offer, open_complaint
from ovop.db import db, write
from ovop.kernel import days
from ovop.stock.operations import change_stock
from ovop.web.cooperative.today import tasks_of
from ovop.web.formats import NBSP
from tests.conftest import Clock
from tests.make import accounts, market, sales, scales, tills
from tests.make.clerks import Clerk, clerk


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


def titles(shop: market.Shop) -> list[str]:
    with current_app.test_request_context():
        return [task.title.replace(NBSP, " ") for task in tasks_of(db.session(), shop.id, days.now())]


def test_what_waits_comes_by_time(jaya: Clerk, clock: Clock) -> None:
    assert "Perlu dikerjakan" not in jaya.see("/koperasi").words
    elsewhere = market.shop("lontar", sales.LONTAR)
    market.catch(elsewhere, 5_000)
    scales.expired(elsewhere)
    tills.collected(jaya.shop, 61_100)
    tills.counted(jaya.shop.clerk)
    clock.forward(days=4)
    tills.collected(jaya.shop, 20_000)
    clock.forward(days=1)
    buyer = accounts.buyer()
    sold = sales.sale(buyer, jaya.shop, {market.catch(jaya.shop, 1000): 1000})
    write(open_complaint, sold.number, "Lembek", [], buyer, days.now())
    scales.scale(jaya.shop, "Gantung", days.today() + timedelta(days=5))
    expected = [
        "Setor tunai Rp 61.100 ke bank",
        "Hitung kas Pak Jaya",
        "Jawab keluhan pembeli",
        "Tera ulang Gantung",
    ]
    assert titles(jaya.shop) == expected
    page = jaya.see("/koperasi")
    places = [page.words.index(title) for title in expected]
    assert places == sorted(places)
    assert f"/koperasi/pesanan/{sold.number}/keluhan" in page.links
    write(offer, sold.number, 5_000, "", jaya.shop.clerk, days.now())
    write(accept, sold.number, buyer, days.now())
    assert titles(jaya.shop)[-1] == "Kembalikan Rp 5.000 ke pembeli"


def test_what_is_less_urgent_is_a_tap_away(jaya: Clerk, clock: Clock) -> None:
    for number in range(7):
        product = market.product(jaya.shop.id, f"Ikan {number}")
        market.catch(jaya.shop, 1000 + number, product=product, best_before=days.now() + timedelta(hours=number + 2))
    page = jaya.see("/koperasi")
    assert page.words.index("Ikan 4: masih") < page.words.index("2 lagi") < page.words.index("Ikan 5: masih")


def test_a_lot_is_work_from_the_last_hours_on_until_it_is_settled(jaya: Clerk, clock: Clock) -> None:
    lot = market.catch(jaya.shop, 12_000, best_before=days.now() + timedelta(hours=13))
    assert not any("Udang windu" in title for title in titles(jaya.shop))
    clock.forward(hours=2)
    assert "Udang windu: masih 12 kg" in jaya.see("/koperasi").words
    clock.forward(hours=11)
    page = jaya.see("/koperasi")
    assert "Udang windu: 12 kg tidak terjual" in page.words
    assert f"/koperasi/stok/{lot}" in page.links
    write(change_stock, lot, -12_000, "Busuk", jaya.shop.clerk, days.now())
    assert not any("Udang windu" in title for title in titles(jaya.shop))
