"""A buyer going through the shop's pages."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ovop.db import write
from ovop.kernel import days
from ovop.payment.merchant import set_code
from tests.make import accounts, market
from tests.make.pages import Page


def put_in(client: FlaskClient, catch: int, quantity: str, **more: str) -> TestResponse:
    """So much, as typed, is asked for."""
    return client.post("/belanja/tambah", data={"catch": str(catch), "quantity": quantity, **more})


def choose(client: FlaskClient, *sellers: market.Shop, slot: int | None = None) -> TestResponse:
    """The first time that fits at each seller's point is chosen, or `slot`."""
    data = {}
    for seller in sellers:
        data[f"point_{seller.id}"] = str(seller.point)
        data[f"slot_{seller.id}_{seller.point}"] = str(slot or market.slots(seller)[0].id)
    return client.post("/ambil", data=data)


def form(client: FlaskClient, payment: str = "cash", **changed: str) -> dict[str, str]:
    """What the paying page would send."""
    page = Page(client.get("/bayar"))
    data = {name: page.value(name) or "" for name in ("key", "maximum")}
    return data | {"payment": payment} | changed


def order(client: FlaskClient, payment: str = "cash", **changed: str) -> TestResponse:
    """The paying page, looked at and sent."""
    return client.post("/bayar", data=form(client, payment, **changed))


def ready(client: FlaskClient, quantity: str = "1,5 kg") -> tuple[market.Shop, int]:
    """A signed-in buyer with a lot in the basket and a time chosen; answers the seller and the lot."""
    seller = market.shop()
    lot = market.catch(seller)
    accounts.sign_in(client, accounts.buyer())
    put_in(client, lot, quantity)
    choose(client, seller)
    return seller, lot


QRIS = (
    "00020101021126660014COM.CONTOH.WWW011893600000000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW0215"
    "ID00000000000010303UMI5204549953033605802ID5913KIOS UJI COBA6010KAB SERANG61054216662070703A0163041E67"
)


def with_qris(seller: market.Shop) -> None:
    """The seller has a QRIS code, one that pays nobody."""
    write(set_code, QRIS, seller.clerk, days.now())
