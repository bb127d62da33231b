"""Choosing place and time for what is in the basket."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from flask.testing import FlaskClient

from ovop.db import write
from ovop.kernel import days
from ovop.pickup.operations import close
from ovop.pickup.rules import Hours
from tests.make import accounts, market, shopping
from tests.make.pages import Page


def test_an_empty_basket_has_nothing_to_collect(client: FlaskClient) -> None:
    assert client.get("/ambil").location == "/belanja"
    assert client.post("/ambil").location == "/belanja"
    assert client.get("/bayar").location == "/belanja"


def test_places_and_times_of_each_seller_are_offered(client: FlaskClient) -> None:
    tengkurak, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    for seller in (tengkurak, lontar):
        shopping.put_in(client, market.catch(seller), "1 kg")
    page = Page(client.get("/ambil"))
    assert page.all("h2") == ["Semua sekali jalan", "Koperasi Tengkurak", "Koperasi Lontar"]
    for seller in (tengkurak, lontar):
        assert page.options(f"point_{seller.id}") == {str(seller.point): True}
        times = page.options(f"slot_{seller.id}_{seller.point}")
        assert list(times) == [str(slot.id) for slot in market.slots(seller) if int(slot.id) in map(int, times)]
        assert all(times.values())


def test_the_nearest_place_comes_first_and_is_proposed(client: FlaskClient) -> None:
    seller = market.shop()
    market.point(seller.clerk, name="Balai desa")
    shopping.put_in(client, market.catch(seller), "1 kg")
    assert Page(client.get("/ambil")).chosen(f"point_{seller.id}") is None
    for where in ("?near=-5.97,106.37", "?lat=-5.97&lng=106.37", "?dekat=tengkurak", "?dekat=-5.97, 106.37"):
        page = Page(client.get(f"/ambil{where}"))
        assert page.chosen(f"point_{seller.id}") is not None, where
        assert "Yang terdekat dari" in page.words


@pytest.mark.parametrize("where", ["?near=x", "?near=1", "?lat=91&lng=0", "?lat=nan&lng=1", "?near=,", "?dekat=%20"])
def test_a_place_that_is_none_is_left_aside(client: FlaskClient, where: str) -> None:
    shopping.put_in(client, market.catch(market.shop()), "1 kg")
    page = Page(client.get(f"/ambil{where}"))
    assert page.status == 200
    assert "Yang terdekat dari" not in page.words


def test_a_place_that_nobody_knows_is_said_so(client: FlaskClient) -> None:
    shopping.put_in(client, market.catch(market.shop()), "1 kg")
    assert "Tempat itu belum ketemu." in Page(client.get("/ambil?dekat=qqqqqzzz")).words


def test_full_and_closed_times_stay_in_sight_and_cannot_be_chosen(client: FlaskClient) -> None:
    seller = market.shop(hours=tuple(Hours(day, time(8), time(18), 1) for day in range(1, 8)))
    lot = market.catch(seller)
    full, closed, open_ = market.slots(seller)[:3]
    market.order(accounts.buyer(), seller, {lot: 1000}, slot=full.id)
    write(close, closed.id, "ombak tinggi", seller.clerk, days.now())
    shopping.put_in(client, lot, "1 kg")
    page = Page(client.get("/ambil"))
    times = page.options(f"slot_{seller.id}_{seller.point}")
    assert (times[str(full.id)], times[str(closed.id)], times[str(open_.id)]) == (False, False, True)
    assert "Penuh" in page.words
    assert "Tutup" in page.words
    for barred in (full, closed):
        refused = Page(shopping.choose(client, seller, slot=barred.id))
        assert (refused.status, refused.errors) == (422, ["Jam itu baru saja penuh. Pilih jam lain."])


def test_times_past_the_goods_best_are_left_out_and_explained(client: FlaskClient) -> None:
    seller = market.shop()
    shopping.put_in(client, market.catch(seller), "1 kg")
    shopping.put_in(client, market.catch(seller, best_before=days.now() + timedelta(hours=5)), "1 kg")
    page = Page(client.get("/ambil"))
    late = [slot for slot in market.slots(seller) if slot.ends_at > days.now() + timedelta(hours=5)]
    assert not set(page.options(f"slot_{seller.id}_{seller.point}")) & {str(slot.id) for slot in late}
    assert "Jadwal setelah Sen 5 Jan 14.00 WIB tidak ditawarkan karena Udang windu sudah lewat" in page.words
    assert "Pesan paling lambat 1 jam sebelum jadwal." in page.words
    refused = Page(shopping.choose(client, seller, slot=late[0].id))
    assert refused.status == 422


def test_a_harvest_to_come_is_not_collected_before_it(client: FlaskClient) -> None:
    seller = market.shop()
    shopping.put_in(client, market.catch(seller, landed_at=days.now() + timedelta(days=1)), "1 kg")
    page = Page(client.get("/ambil"))
    assert (
        "Jadwal sebelum Sel 6 Jan 09.00 WIB tidak ditawarkan karena Udang windu baru didaratkan saat itu." in page.words
    )


@pytest.mark.parametrize("slot", ["", "x", "0", "999999", "-1", "9" * 40])
def test_forged_times_are_refused(client: FlaskClient, slot: str) -> None:
    seller, other = market.shop(), market.shop("lontar", "36.04.13.2007")
    shopping.put_in(client, market.catch(seller), "1 kg")
    answer = client.post(
        "/ambil", data={f"point_{seller.id}": str(seller.point), f"slot_{seller.id}_{seller.point}": slot}
    )
    assert answer.status_code == 422
    elsewhere = str(market.slots(other)[0].id)
    for point in (seller.point, other.point):
        data = {f"point_{seller.id}": str(point), f"slot_{seller.id}_{point}": elsewhere}
        assert client.post("/ambil", data=data).status_code == 422
    assert client.get("/bayar").location == "/ambil"


def test_a_missing_choice_is_asked_for_and_the_other_kept(client: FlaskClient) -> None:
    tengkurak, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    for seller in (tengkurak, lontar):
        shopping.put_in(client, market.catch(seller), "1 kg")
    page = Page(shopping.choose(client, tengkurak))
    assert (page.status, page.errors) == (422, ["Pilih tempat dan jamnya."])
    assert page.chosen(f"slot_{tengkurak.id}_{tengkurak.point}") == str(market.slots(tengkurak)[0].id)
    assert client.get("/bayar").location == "/ambil"
    assert shopping.choose(client, tengkurak, lontar).location == "/bayar"


def test_a_basket_of_two_sellers_is_gathered_in_one_round_with_one_button(client: FlaskClient) -> None:
    """Both hand over at the same wharf."""
    tengkurak, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    shopping.put_in(client, market.catch(tengkurak), "1 kg")
    assert "Semua sekali jalan" not in client.get("/ambil").text
    shopping.put_in(client, market.catch(lontar), "1 kg")
    page = Page(client.get("/ambil?near=-6.0,106.37"))
    assert "cukup satu tempat" in page.words
    assert re.search(r"6,6 km pulang-pergi dari tempatmu", page.words)
    taken = dict(re.findall(r'type="hidden" name="((?:point|slot)_[0-9_]+)" value="([0-9]+)"', page.html))
    assert set(taken) == {
        f"{kind}_{seller.id}{f'_{seller.point}' if kind == 'slot' else ''}"
        for kind in ("point", "slot")
        for seller in (tengkurak, lontar)
    }
    assert client.post("/ambil", data=taken).location == "/bayar"
    assert client.get("/bayar").status_code == 200


def test_sellers_without_a_common_day_are_not_gathered(client: FlaskClient) -> None:
    tengkurak, lontar = market.shop(), market.shop("lontar", "36.04.13.2007")
    ahead = days.now() + timedelta(days=4)
    shopping.put_in(client, market.catch(tengkurak), "1 kg")
    shopping.put_in(client, market.catch(lontar, landed_at=ahead), "1 kg")
    page = Page(client.get("/ambil"))
    assert page.status == 200
    assert "Semua sekali jalan" not in page.words
    assert "tidak bisa diambil dalam satu hari" in page.words
