"""Paying by card on a phone: from the market to Stripe's page and back, as the tests' own Stripe shows it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import stripe_server
from tests.browser.test_story import Person
from tests.running import Market
from tests.stripe_server import cards

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture
def stripe() -> Iterator[stripe_server.Server]:
    with stripe_server.serve() as running:
        yield running


@pytest.fixture
def demo(tmp_path: Path, stripe: stripe_server.Server) -> Iterator[str]:
    """A demo market that takes cards, and that Stripe cannot reach; answers its address."""
    (tmp_path / "market").mkdir()
    running = Market(tmp_path / "market" / "instance", STRIPE_SECRET_KEY=stripe.secret, STRIPE_API_BASE=stripe.url)
    try:
        running.said("Ctrl-C")
        yield f"http://127.0.0.1:{running.port}"
    finally:
        assert running.stop() == 0


def test_a_card_is_declined_left_and_then_good(browser: Browser, demo: str, stripe: stripe_server.Server) -> None:
    with closing(Person(browser, demo, "pembeli")) as buyer, closing(Person(browser, demo, "koperasi")) as clerk:
        page = buyer.page
        clerk.go("/koperasi/jual")
        clerk.page.get_by_text("Bandeng segar").first.click()
        clerk.page.get_by_label("Berapa kilo?").fill("25")
        clerk.press("Jual sekarang")
        buyer.go("/?q=bandeng+tengkurak")
        page.get_by_role("link", name="Bandeng segar", exact=True).first.click()
        page.get_by_label("Berapa banyak?").fill("2 kg")
        buyer.press("Masukkan ke belanja")
        buyer.press("Pilih tempat dan jam")
        page.locator("label:visible", has_text="Alun-alun Ciruas").click()
        page.locator("label:visible:has(input[name^=slot_]:enabled)").first.click()
        buyer.press("Lanjut bayar")
        page.locator("label:visible:has(input[value=stripe])").click()
        buyer.press("Pesan sekarang")

        page.wait_for_url(f"{stripe.url}/**")
        page.get_by_label("Card number").fill(cards.NO_FUNDS.number)
        page.get_by_role("button", name="Pay").click()
        expect(page.get_by_role("alert")).to_have_text("Your card was declined.")
        page.get_by_role("link", name="Back to the shop").click()
        expect(page.locator("h1")).to_have_text("Tinggal bayar")
        expect(page.locator("main")).to_contain_text("Kartu tadi ditolak")

        buyer.press("Bayar sekarang")
        page.wait_for_url(f"{stripe.url}/**")
        page.get_by_label("Card number").fill(cards.VISA.number)
        page.get_by_role("button", name="Pay").click()
        expect(page.locator("h1")).to_have_text("Pesananmu sudah masuk")
        expect(page.locator("body")).to_contain_text("Pembayaranmu berhasil")
        order = page.url.rsplit("/", 1)[1]
        code = page.locator(".code").first.inner_text()

        clerk.go(f"/koperasi/pesanan/{order}/timbang")
        clerk.page.locator("input[inputmode=decimal]").first.fill("1,9")
        clerk.press("Simpan")
        clerk.go(f"/koperasi/pesanan/{order}/serah")
        clerk.page.get_by_label("Kode ambil").fill(code)
        clerk.page.get_by_role("button", name="Serahkan", exact=True).click()
        expect(clerk.page.locator("main")).to_contain_text("Sudah diserahkan")

        until = time.monotonic() + 60
        while stripe.books()[0].status != "succeeded" and time.monotonic() < until:
            page.wait_for_timeout(200)  # the worker does it by itself
        [book] = stripe.books()
        assert book.status == "succeeded"
        assert 0 < book.captured < book.authorised
        assert book.metadata["orders"] == order
