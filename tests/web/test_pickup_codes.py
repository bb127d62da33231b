"""The pickup code large and alone, for its buyer, as long as it opens something."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.kernel import days
from ovop.ordering import operations
from ovop.web.qr import qr_svg
from tests.make import accounts, market
from tests.make.pages import Page


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def siti(client: FlaskClient) -> Actor:
    actor = accounts.buyer()
    accounts.sign_in(client, actor)
    return actor


def test_it_stands_alone_and_says_until_when_it_may_be_kept(
    client: FlaskClient, siti: Actor, seller: market.Shop
) -> None:
    order = market.order(siti, seller, {market.catch(seller): 1000})
    answer = client.get(f"/pesanan/{order.number}/kode")
    assert Page(answer).all("code") == [f"{order.pickup_code[:3]} {order.pickup_code[3:]}"]
    assert str(qr_svg(f"{order.number} {order.pickup_code}")) in answer.text
    assert int(answer.headers["X-Kept-For"]) == 50 * 3600  # two hours until it ends, and two days
    assert answer.headers["Cache-Control"] == "no-store"
    made_with = answer.text.split('data-made-with="')[1].split('"')[0].split()
    assert all(client.get(address).status_code == 200 for address in made_with)
    picture = client.get(f"/pesanan/{order.number}/kode.png")
    assert picture.data.startswith(b"\x89PNG")


def test_there_is_none_for_others_nor_when_it_opens_nothing(
    client: FlaskClient, siti: Actor, seller: market.Shop
) -> None:
    order = market.order(siti, seller, {market.catch(seller): 1000})
    write(operations.cancel_order, order.number, siti, days.now())
    theirs = market.order(accounts.buyer("budi@contoh.id", "Budi"), seller, {market.catch(seller): 1000})
    for number in (order.number, theirs.number, "S-2601-000000"):
        for page in ("kode", "kode.png"):
            assert client.get(f"/pesanan/{number}/{page}").status_code == 404
