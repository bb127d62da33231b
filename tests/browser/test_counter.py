"""A clerk sells what is left to somebody at the counter: weight, sum, cash, receipt; each page without a fault."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from ovop.db import db, write
from ovop.kernel import days
from ovop.payment.merchant import set_code
from ovop.stock.price_changes import set_rule
from ovop.stock.price_rules import PROPOSED
from tests.browser.test_listing import phone, seller, sound  # noqa: F401 - the same phone
from tests.make import codes, counter, market

pytestmark = pytest.mark.browser


def test_the_rest_is_sold_at_the_counter(app: APIFlask, phone: Page, seller: market.Shop) -> None:  # noqa: F811
    write(set_code, codes.static(), seller.clerk, days.now())
    write(set_rule, PROPOSED, seller.clerk, days.now())
    lot = market.catch(seller, 5_000, 40_000)
    counter.loss(seller, lot)
    phone.goto(f"/koperasi/stok/{lot}")
    sound(phone)
    phone.get_by_role("link", name="Jual di tempat").tap()
    expect(phone.locator("h1")).to_have_text("Jual di tempat")
    sound(phone)
    phone.get_by_label("Berat di timbangan").fill("1,333")
    phone.get_by_role("button", name="Hitung").tap()
    expect(phone.locator(".figure")).to_have_text("Rp 53.300")
    sound(phone)
    phone.get_by_role("button", name="Tunai diterima").tap()
    expect(phone.get_by_role("heading", name="Nota")).to_be_visible()
    phone.wait_for_load_state()
    sound(phone)
    for path in ("/koperasi/di-tempat", "/koperasi/rugi", f"/koperasi/stok/{lot}/rugi", "/koperasi/aturan-harga"):
        phone.goto(path)
        sound(phone)
    db.session.rollback()
    assert market.broken() == []
