"""The demo card: paid, declined, left alone."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from ovop.db import db
from ovop.kernel import days
from ovop.ordering import queries
from ovop.payment.models import Payment
from tests.conftest import Clock
from tests.make import accounts, market, shopping
from tests.make.pages import Page


def pay_by_demo_card(client: FlaskClient) -> str:
    """Orders by demo card; answers the address of the demo provider's page."""
    accounts.demo_buyer()
    shopping.ready(client)
    return shopping.order(client, "demo").location or ""


def statuses(client: FlaskClient) -> tuple[str, str]:
    db.session.rollback()
    found = queries.list_orders(db.session(), accounts.current(client), days.now()).items[0]
    return found.status.value, found.payment_status.value


def test_the_demo_card_page_says_that_it_is_one(client: FlaskClient) -> None:
    page = Page(client.get(pay_by_demo_card(client)))
    assert page.words.startswith("Langsung ke isi Pasar contoh")
    assert "Ini bukan pembayaran sungguhan." in page.words
    assert "Rp 61.900" in page.words
    assert statuses(client) == ("awaiting_payment", "pending")


def test_paid_by_demo_card_an_order_is_confirmed_once(client: FlaskClient) -> None:
    address = pay_by_demo_card(client)
    first = client.post(address, data={"outcome": "pay"})
    assert client.post(address, data={"outcome": "pay"}).location == first.location
    assert statuses(client) == ("confirmed", "authorised")
    assert client.get(address).location == first.location
    assert "Pesananmu sudah masuk" in Page(client.get(first.location or "", follow_redirects=True)).words
    db.session.rollback()
    assert db.session.scalars(db.select(Payment.authorised)).all() == [61_900]
    assert not market.broken()


def test_a_declined_card_can_be_tried_again(client: FlaskClient) -> None:
    address = pay_by_demo_card(client)
    back = client.post(address, data={"outcome": "decline"}).location or ""
    page = Page(client.get(back, follow_redirects=True))
    assert "Kartu tadi ditolak." in page.words
    assert statuses(client) == ("awaiting_payment", "failed")
    again = client.post(back + "/bayar")
    assert again.location == address
    client.post(address, data={"outcome": "pay"})
    assert statuses(client) == ("confirmed", "authorised")


def test_who_walks_away_finds_the_order_waiting_until_it_expires(client: FlaskClient, clock: Clock) -> None:
    address = pay_by_demo_card(client)
    back = Page(client.get(address)).links[-2]
    waiting = Page(client.get("/pesanan"))
    assert "Menunggu pembayaran" in waiting.words
    clock.forward(minutes=31)
    assert "Kedaluwarsa" in Page(client.get("/pesanan")).words
    assert client.get(address).status_code == 302
    assert client.post(address, data={"outcome": "decline"}).status_code == 409
    assert back


def test_no_outcome_is_no_payment(client: FlaskClient) -> None:
    address = pay_by_demo_card(client)
    assert client.post(address, data={"outcome": "x"}).status_code == 422
    assert statuses(client) == ("awaiting_payment", "pending")


@pytest.mark.parametrize("payment", ["x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "0" * 200])
def test_a_payment_that_is_none_is_not_found(client: FlaskClient, payment: str) -> None:
    assert client.get(f"/demo-bayar/{payment}").status_code == 404
    assert client.post(f"/demo-bayar/{payment}", data={"outcome": "pay"}).status_code == 404


def test_a_cash_payment_is_not_paid_by_demo_card(client: FlaskClient) -> None:
    shopping.ready(client)
    shopping.order(client, "cash")
    payment = db.session.scalars(db.select(Payment.id)).one()
    assert client.post(f"/demo-bayar/{payment}", data={"outcome": "pay"}).status_code == 404
