"""Complaints on the pages of all three: words, photos, nothing for those whom it does not concern."""

from __future__ import annotations

import io
import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.db import write
from ovop.kernel import days
from ovop.ordering import flows, operations
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.outside.odd_pictures import quarters, saved


class People:
    """A buyer with a collected order, its clerk, the office and a stranger, each with a browser."""

    def __init__(self, app: APIFlask) -> None:
        self.seller = market.shop()
        buyer = accounts.buyer(name="Siti Rahasia", phone="+6281298765432")
        catch = market.catch(self.seller, unit_price=40_000)
        order = market.order(buyer, self.seller, {catch: 1000})
        write(operations.weigh_order, order.number, {catch: 1000}, self.seller.clerk, days.now())
        flows.hand_over(order.number, order.pickup_code, "", self.seller.clerk, days.now())
        self.number = order.number
        self.buyer, self.clerk, self.office, self.stranger = (app.test_client() for _ in range(4))
        accounts.sign_in(self.buyer, buyer)
        accounts.sign_in(self.clerk, self.seller.clerk)
        accounts.sign_in(self.office, accounts.official())
        accounts.sign_in(self.stranger, accounts.buyer("lain@contoh.id"))

    def complain(self, *photos: bytes, text: str = "Dua ekor lembek") -> int:
        files = [(io.BytesIO(photo), f"{place}.jpg") for place, photo in enumerate(photos)]
        path = f"/pesanan/{self.number}/keluhan"
        return self.buyer.post(path, data={"text": text, "photo": files}).status_code


@pytest.fixture
def people(app: APIFlask) -> People:
    return People(app)


def text(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_a_complaint_goes_from_the_buyer_to_the_office_and_back(people: People) -> None:
    number = people.number
    assert f"/pesanan/{number}/keluhan" in text(people.buyer, f"/pesanan/{number}")
    assert people.complain(saved(quarters())) == 302
    assert people.complain() == 302
    assert count("complaint") == count("complaint_photo") == 1
    assert "1 keluhan menunggu" in text(people.clerk, "/koperasi")
    page = text(people.clerk, f"/koperasi/pesanan/{number}/keluhan")
    assert "Dua ekor lembek" in page
    [photo] = set(re.findall(rf"/koperasi/pesanan/{number}/keluhan/\d+\.jpg", page))
    assert people.clerk.get(photo).headers["Cache-Control"] == "private, no-store"
    answer = people.clerk.post(f"/koperasi/pesanan/{number}/keluhan", data={"answer": "part", "amount": "15.000"})
    assert answer.status_code == 302
    assert "15.000" in text(people.buyer, f"/pesanan/{number}/keluhan")
    assert people.buyer.post(f"/pesanan/{number}/keluhan/jawab", data={"answer": "escalate"}).status_code == 302
    waiting = text(people.office, "/dinas/keluhan")
    assert number in waiting
    whole = text(people.office, f"/dinas/keluhan/{number}")
    assert "Siti Rahasia" not in whole
    assert "81298765432" not in whole
    ruled = people.office.post(
        f"/dinas/keluhan/{number}", data={"answer": "give", "amount": "Rp 20.000", "words": "Terbukti"}
    )
    assert ruled.status_code == 302
    assert "20.000" in text(people.buyer, f"/pesanan/{number}/keluhan")
    owed = text(people.clerk, "/koperasi/keluhan")
    assert "Masih harus dikembalikan" in owed
    payout = f"/koperasi/pesanan/{number}/dikembalikan"
    assert "20.000" in text(people.clerk, payout)
    for _ in range(2):
        paid = people.clerk.post(payout, data={"way": "cash", "reference": "", "after": "0"})
        assert paid.status_code == 302
    assert "Masih harus dikembalikan" not in text(people.clerk, "/koperasi/keluhan")
    assert number not in text(people.office, "/dinas/keluhan")
    assert number in text(people.office, "/dinas/keluhan?show=closed")
    assert market.broken() == []


def test_strangers_see_and_do_nothing(people: People, app: APIFlask) -> None:
    number = people.number
    people.complain(saved(quarters()))
    page = text(people.buyer, f"/pesanan/{number}/keluhan")
    [photo] = set(re.findall(rf"/pesanan/{number}/keluhan/\d+\.jpg", page))
    for path in (f"/pesanan/{number}/keluhan", photo):
        assert people.stranger.get(path).status_code == 404
        assert app.test_client().get(path).status_code == 302
    assert people.stranger.post(f"/pesanan/{number}/keluhan/jawab", data={"answer": "withdraw"}).status_code == 404
    assert people.buyer.get(f"/dinas/keluhan/{number}").status_code == 403
    other = market.shop("lontar", "36.04.13.2007")
    neighbour = app.test_client()
    accounts.sign_in(neighbour, other.clerk)
    assert neighbour.get(f"/koperasi/pesanan/{number}/keluhan").status_code == 404
    assert neighbour.post(f"/koperasi/pesanan/{number}/dikembalikan").status_code == 404


@pytest.mark.parametrize(
    ("typed", "photos", "words"),
    [
        ({"text": ""}, [], "Isi dulu bagian ini"),
        ({"text": "x" * 1001}, [], "Terlalu panjang"),
        ({"text": "Bau"}, [b"no photo"], "bukan foto yang bisa dibaca"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    people: People, typed: dict[str, str], photos: list[bytes], words: str
) -> None:
    files = [(io.BytesIO(photo), "x.jpg") for photo in photos]
    answer = people.buyer.post(f"/pesanan/{people.number}/keluhan", data={**typed, "photo": files})
    assert answer.status_code == 422
    assert words in answer.text
    assert typed["text"][:900] in answer.text
    assert count("complaint") == 0


def test_after_a_day_the_form_is_gone_and_says_so(people: People, clock: Clock) -> None:
    clock.forward(hours=25)
    page = text(people.buyer, f"/pesanan/{people.number}/keluhan")
    assert "<textarea" not in page
    assert people.complain() == 409
    assert count("complaint") == 0


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"answer": "x"},
        {"answer": "part", "amount": ""},
        {"answer": "part", "amount": "99.000"},
        {"answer": "decline"},
    ],
)
def test_an_answer_that_cannot_be_changes_nothing(people: People, typed: dict[str, str]) -> None:
    people.complain()
    answer = people.clerk.post(f"/koperasi/pesanan/{people.number}/keluhan", data=typed)
    assert answer.status_code == 422
    assert count("complaint_event") == 1


def test_both_languages(people: People) -> None:
    people.complain(text="Bad fish")
    text(people.buyer, f"/pesanan/{people.number}")  # what was flashed is said once
    for client, path in (
        (people.buyer, f"/en/pesanan/{people.number}/keluhan"),
        (people.clerk, "/en/koperasi/keluhan"),
        (people.clerk, f"/en/koperasi/pesanan/{people.number}/keluhan"),
        (people.office, "/en/dinas/keluhan"),
        (people.office, f"/en/dinas/keluhan/{people.number}"),
    ):
        assert "eluhan" not in re.sub(r"<[^>]+>", " ", text(client, path)), path
