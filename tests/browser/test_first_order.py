"""A new buyer's first order: few taps with a script and without, by keyboard alone, and nobody shut out on the way."""

from __future__ import annotations

from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from ovop.catalogue.operations import change_product
from ovop.catalogue.price_breaks import PriceBreak
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.models import Order
from ovop.stock.models import Catch
from tests.browser.phones import Server
from tests.databases import count
from tests.make import accounts, market

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("market", ["sqlite"], indirect=True),  # what a browser shows is the same on both
]

MOST_TAPS = 12
#: Keys that a page may need before what is meant has the focus: fewer than a patient person has.
_MOST_KEYS = 150


class Buyer:
    """Somebody with a phone who never was here."""

    def __init__(self, browser: Browser, address: str, *, scripts: bool = True) -> None:
        self.taps = 0
        self._context = browser.new_context(
            base_url=address,
            viewport={"width": 360, "height": 800},
            has_touch=True,
            java_script_enabled=scripts,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
        )
        self.page = self._context.new_page()
        self.page.on("pageerror", lambda error: pytest.fail(str(error)))

    def tap(self, target: Locator) -> None:
        target.tap()
        self.page.wait_for_load_state()
        self.taps += 1

    def press(self, words: str) -> None:
        """Taps the button that says `words` and can be seen."""
        self.tap(self.page.locator("button:visible").filter(has_text=words).first)

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(words)

    def close(self) -> None:
        self._context.close()


@pytest.fixture
def lot(seller: market.Shop) -> int:
    """100 kg of prawns, cheaper from 10 kg on."""
    write(change_product, seller.product, seller.clerk, days.now(), price_breaks=(PriceBreak(10_000, 5),))
    return market.catch(seller, 100_000, 30_000)


@pytest.fixture
def address(server: Server, lot: int) -> str:
    return server.address


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_from_home_to_a_confirmed_order_in_twelve_taps(browser: Browser, address: str, *, scripts: bool) -> None:
    with closing(Buyer(browser, address, scripts=scripts)) as buyer:
        page = buyer.page
        page.goto("/")
        buyer.tap(page.get_by_role("link", name="Udang windu").first)
        buyer.press("Masukkan ke belanja")
        buyer.press("Pilih tempat dan jam")
        buyer.tap(page.locator("label:visible:has(input[name^=slot_]:enabled)").first)
        buyer.press("Lanjut bayar")
        buyer.write("Nama", "Siti")
        buyer.write("E-mail atau nomor HP", "siti@contoh.id")
        buyer.write("Kata sandi", accounts.PASSWORD)
        buyer.press("Daftar")
        expect(page.locator("h1")).to_have_text("Periksa dan pesan")
        buyer.press("Pesan sekarang")
        expect(page.locator("h1")).to_have_text("Pesananmu sudah masuk")
        assert buyer.taps <= MOST_TAPS
    assert count("order") == 1
    assert not market.broken()


def to(page: Page, target: Locator) -> None:
    """Tab is pressed until `target` has the focus, as somebody without a mouse does."""
    wanted = target.element_handle()
    for _key in range(_MOST_KEYS):
        if page.evaluate("(element) => element === document.activeElement", wanted):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {target}")


def go(page: Page, target: Locator) -> None:
    """`target` is reached and opened by keys alone."""
    to(page, target)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def say(page: Page, target: Locator, words: str) -> None:
    to(page, target)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def test_an_order_is_made_by_keys_alone(browser: Browser, address: str) -> None:
    with closing(browser.new_page(base_url=address, viewport={"width": 1280, "height": 800})) as page:
        page.goto("/")
        go(page, page.get_by_role("link", name="Udang windu").first)
        say(page, page.get_by_label("Berapa banyak?"), "9,6 kg")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Belanja")
        go(page, page.get_by_role("button", name="Ambil 10 kg"))
        expect(page.get_by_label("Banyaknya Udang windu")).to_have_value("10 kg")
        go(page, page.locator("button:visible", has_text="Pilih tempat dan jam"))
        expect(page.locator("h1")).to_have_text("Ambil di mana dan kapan?")
        to(page, page.locator("input[name^=slot_]:enabled").first)
        page.keyboard.press("Space")
        go(page, page.locator("button:visible", has_text="Lanjut bayar"))
        say(page, page.get_by_label("Nama", exact=True), "Siti")
        say(page, page.get_by_label("E-mail atau nomor HP").first, "siti@contoh.id")
        say(page, page.get_by_label("Kata sandi").first, accounts.PASSWORD)
        page.keyboard.press("Enter")
        go(page, page.locator("button:visible", has_text="Pesan, bayar sesuai timbangan"))
        expect(page.locator("h1")).to_have_text("Pesananmu sudah masuk")
    db.session.rollback()
    assert db.session.scalars(select(Order.estimate)).all() == [285_000]


def test_a_listing_is_made_by_keys_alone(browser: Browser, address: str) -> None:
    with closing(browser.new_page(base_url=address, viewport={"width": 1280, "height": 800})) as page:
        page.goto("/masuk")
        say(page, page.get_by_label("E-mail atau nomor HP"), "tengkurak@contoh.id")
        say(page, page.get_by_label("Kata sandi"), accounts.PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Hari ini")
        go(page, page.locator("a:visible[href$='/koperasi/jual']").first)
        expect(page.locator("[data-wholesale]")).to_contain_text("mulai 10 kg Rp 28.500")
        say(page, page.get_by_label("Berapa kilo?"), "12")
        say(page, page.get_by_label("Harga per kilo"), "32000")
        expect(page.locator("[data-wholesale]")).to_contain_text("mulai 10 kg Rp 30.500")
        page.keyboard.press("Enter")
        expect(page.locator(".sold")).to_contain_text("12 kg")
    db.session.rollback()
    newest = db.session.scalars(select(Catch).order_by(Catch.id.desc())).first()
    assert newest is not None
    assert (newest.caught, newest.unit_price, newest.price_breaks) == (12_000, 32_000, "10000:30500")


def test_nobody_is_shut_out_of_a_page_of_the_buyers(
    browser: Browser, address: str, seller: market.Shop, lot: int
) -> None:
    order = market.order(accounts.buyer(), seller, {lot: 1_000})
    village = f"/desa/{accounts.TENGKURAK}"
    code = db.session.get_one(Catch, lot).lot_code
    db.session.rollback()
    open_to_all = ["/", "/?q=udang", "/?q=naga", "/desa", village, f"/hasil/{lot}", f"/t/{code}", "/peta", "/masuk"]
    own = ["/pesanan", f"/pesanan/{order.number}", f"/pesanan/{order.number}/keluhan", "/akun"]
    with closing(Buyer(browser, address)) as buyer:
        page = buyer.page
        for path in open_to_all:
            see(page, path)
        page.goto("/masuk")
        page.get_by_label("E-mail atau nomor HP").fill("siti@contoh.id")
        page.get_by_label("Kata sandi").fill(accounts.PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_label("Kata sandi")).to_have_count(0)
        see(page, "/belanja")
        page.goto(f"/belanja/tambah?catch={lot}")
        page.get_by_label("Berapa banyak?").fill("9,6 kg")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Belanja")
        for path in (f"/belanja/tambah?catch={lot}", "/belanja", "/ambil"):
            see(page, path)
        page.locator("label:visible:has(input[name^=slot_]:enabled)").first.click()
        buyer.press("Lanjut bayar")
        page.wait_for_url("**/bayar")
        for path in ("/bayar", *own):
            see(page, path)


def see(page: Page, path: str) -> None:
    """The page is there, shuts nobody out in either scheme, and fits the phone."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = Axe().run(page).response["violations"]
        assert [(path, scheme, rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
