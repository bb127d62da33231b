"""A buyer after ordering: the code without signal, news without a reload, another time with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import operations
from tests.browser.phones import Server
from tests.make import accounts, market, reviews

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("market", ["sqlite"], indirect=True)]


@pytest.fixture
def siti(server: Server) -> Actor:
    return accounts.buyer()


@pytest.fixture
def phone(server: Server, siti: Actor, browser: Browser) -> Iterator[Page]:
    """A buyer's phone, signed in."""
    context = browser.new_context(base_url=server.address, viewport={"width": 360, "height": 800}, locale="id-ID")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto("/masuk")
    page.get_by_label("E-mail atau nomor HP").fill("siti@contoh.id")
    page.get_by_label("Kata sandi").fill(accounts.PASSWORD)
    page.locator("main form button", has_text="Masuk").first.click()
    page.wait_for_url(lambda address: "/masuk" not in address)
    yield page
    context.close()


def until(page: Page, so: str) -> None:
    """Waits, ten seconds at most, for that to be so in the page, whose policy lets nobody else look again and again."""
    for _look in range(100):
        if page.evaluate(so):
            return
        page.wait_for_timeout(100)
    pytest.fail(so)


def test_the_code_is_shown_without_signal_and_forgotten_with_the_account(
    phone: Page, siti: Actor, seller: market.Shop
) -> None:
    order = market.order(siti, seller, {market.catch(seller): 1000})
    db.session.remove()
    phone.goto(f"/pesanan/{order.number}")
    kept = f"caches.match('/pesanan/{order.number}/kode').then((found) => Boolean(found))"
    until(phone, f"navigator.serviceWorker.controller ? {kept} : false")
    phone.wait_for_load_state("networkidle")
    phone.context.set_offline(True)
    phone.goto(f"/pesanan/{order.number}")
    expect(phone.locator(".code")).to_contain_text(order.pickup_code[:3])
    assert (
        phone.evaluate("getComputedStyle(document.querySelector('.code-page')).backgroundColor") == "rgb(255, 255, 255)"
    )
    phone.context.set_offline(False)
    phone.goto("/akun")
    phone.get_by_role("button", name="Keluar", exact=True).click()
    until(phone, "caches.has('codes-1').then((kept) => !kept)")


def test_what_is_weighed_appears_by_itself(phone: Page, siti: Actor, seller: market.Shop) -> None:
    order = market.order(siti, seller, {market.catch(seller): 1000})
    db.session.remove()
    phone.goto(f"/pesanan/{order.number}")
    expect(phone.locator("h1")).to_have_text("Pesananmu sudah masuk")
    write(operations.weigh_order, order.number, {order.lines[0].catch: 950}, seller.clerk, days.now())
    db.session.remove()
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(phone.locator("h1")).to_have_text("Ikanmu siap diambil")


def test_another_time_is_taken_by_keyboard_and_the_pages_are_in_order(
    phone: Page, siti: Actor, seller: market.Shop
) -> None:
    order = market.order(siti, seller, {market.catch(seller): 1000})
    collected = reviews.collected(seller, siti)
    db.session.remove()
    phone.goto(f"/pesanan/{order.number}/jadwal")
    phone.locator("input[name=slot]:enabled").first.focus()
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Enter")
    expect(phone.locator("h1")).to_have_text("Pesananmu sudah masuk")
    expect(phone.locator(".time")).to_contain_text("Jadwal pindah ke")
    addresses = (f"/pesanan/{order.number}/jadwal", f"/pesanan/{order.number}/kode", f"/pesanan/{collected}/nilai")
    for address in (f"/pesanan/{order.number}", *addresses, f"/produk/{seller.product}/penilaian"):
        phone.goto(address)
        assert Axe().run(phone).response["violations"] == [], address
