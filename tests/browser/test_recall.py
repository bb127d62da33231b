"""A clerk calls a lot back on a phone; nobody is shut out of what anybody then reads."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.stock.models import Catch
from tests.make import accounts, market

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(app: APIFlask, browser: Browser) -> Iterator[Page]:
    """A clerk's phone, not signed in yet."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.port}",
        viewport={"width": 360, "height": 800},
        locale="id-ID",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    yield page
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def read(page: Page) -> None:
    """The page shuts nobody out, in both schemes, and fits the phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_lot_is_called_back_from_its_page_in_two_taps_and_one_sentence(phone: Page) -> None:
    shop = market.shop()
    lot = market.catch(shop)
    buyer = accounts.buyer("siti@contoh.id", "Siti Aminah", "+6281234567890")
    home = market.order(buyer, shop, {lot: 1000})
    write(operations.weigh_order, home.number, {lot: 1000}, shop.clerk, days.now())
    flows.hand_over(home.number, home.pickup_code, "", shop.clerk, days.now())
    phone.goto("/masuk")
    phone.get_by_label("E-mail atau nomor HP").fill("tengkurak@contoh.id")
    phone.get_by_label("Kata sandi").fill(accounts.PASSWORD)
    phone.locator("main form button", has_text="Masuk").first.click()
    phone.goto(f"/koperasi/stok/{lot}")
    phone.get_by_role("link", name="Tarik demi keamanan pangan").click()
    read(phone)
    phone.get_by_label("Apa yang mungkin salah?").fill("Bau solar")
    phone.get_by_role("button", name="Tarik sekarang").click()
    phone.get_by_role("heading", name="Ditarik demi keamanan pangan").wait_for()
    read(phone)
    phone.get_by_role("button", name="Sudah dihubungi").click()
    phone.get_by_text("Sudah diajak bicara").first.wait_for()
    db.session.rollback()
    phone.goto(f"/t/{db.session.get_one(Catch, lot).lot_code}")
    assert phone.get_by_role("alert").is_visible()
    read(phone)
    assert market.broken() == []
