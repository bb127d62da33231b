"""A catch on sale in half a minute: two taps from the first screen, one number, one photo."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from ovop.catalogue.labels import Label
from ovop.catalogue.operations import add_product
from ovop.catalogue.rules import Form, NewProduct
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.quantity import Measure, Unit
from ovop.stock.models import Catch
from tests.databases import count
from tests.make import accounts, market
from tests.outside.odd_pictures import quarters, saved

pytestmark = pytest.mark.browser

MOST_TAPS = 6


class Thumb:
    """Counts what a thumb does; typing one number is not a tap, going to its field is."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        target.tap()
        self.taps += 1


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def phone(app: APIFlask, seller: market.Shop, browser: Browser) -> Iterator[Page]:
    """A clerk's phone, signed in, on the co-operative's first screen."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.port}",
        viewport={"width": 360, "height": 800},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
    )
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    market.catch(seller, 20_000, 145_000)
    page.goto("/masuk")
    page.get_by_label("E-mail atau nomor HP").fill("tengkurak@contoh.id")
    page.get_by_label("Kata sandi").fill(accounts.PASSWORD)
    page.locator("main form button", has_text="Masuk").first.click()
    expect(page.locator("h1")).to_have_text("Hari ini")
    yield page
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def sound(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_catch_with_its_photo_is_on_sale_within_six_taps_and_one_number(phone: Page, seller: market.Shop) -> None:
    thumb = Thumb()
    sound(phone)
    thumb.tap(phone.locator(".again a", has_text="Udang windu"))
    expect(phone.locator("h1")).to_have_text("Udang windu")
    sound(phone)
    thumb.tap(phone.get_by_label("Berapa kilo?"))
    phone.keyboard.type("25")
    with phone.expect_file_chooser() as camera:
        thumb.tap(phone.get_by_text("Ambil foto"))
    thumb.taps += 1  # the camera's own button
    camera.value.set_files({"name": "hasil.jpg", "mimeType": "image/jpeg", "buffer": saved(quarters())})  # type: ignore[arg-type]
    expect(phone.locator("[data-said]")).to_contain_text("Tersimpan")
    expect(phone.locator("[data-sell-title]")).to_have_text("25 kg udang windu")
    thumb.tap(phone.get_by_role("button", name="Jual sekarang"))
    expect(phone.locator(".sold")).to_contain_text("Udang windu 25 kg sudah dijual.")
    assert thumb.taps <= MOST_TAPS
    db.session.rollback()
    sold = db.session.scalars(select(Catch).order_by(Catch.id.desc())).first()
    assert sold is not None
    assert (sold.caught, sold.unit_price, count("catch_photo")) == (25_000, 145_000, 1)
    sound(phone)
    thumb.tap(phone.get_by_role("button", name="Urungkan"))
    expect(phone.locator(".toasts")).to_contain_text("Udang windu tidak jadi dijual.")
    db.session.rollback()
    assert market.broken() == []
    for path in ("/koperasi/stok", f"/koperasi/produk/{seller.product}", "/koperasi/produk"):
        phone.goto(path)
        sound(phone)


def test_steps_and_spoken_words_fill_the_form(phone: Page, seller: market.Shop) -> None:
    new = NewProduct("Bandeng", "MIL", Form.FRESH, Measure.WEIGHT, Unit.KG)
    write(add_product, new, seller.clerk, days.now(), Label(grades=("isi 3", "isi 5")))
    phone.locator(".again a").first.tap()
    phone.get_by_label("Tambah banyaknya").tap()
    expect(phone.get_by_label("Berapa kilo?")).to_have_value("20 kg")
    phone.get_by_label("Tambah banyaknya").tap()
    expect(phone.locator("[data-sell-title]")).to_have_text("25 kg udang windu")
    phone.get_by_label("Turunkan harganya").tap()
    expect(phone.get_by_label("Harga per kilo")).to_have_value("Rp 144.000")
    phone.get_by_role("button", name="Ucapkan").tap()
    expect(phone.get_by_label("Berapa kilo?")).to_have_attribute("inputmode", "text")
    phone.get_by_label("Berapa kilo?").fill("dua puluh tiga setengah kilo")
    expect(phone.locator("[data-sell-title]")).to_have_text("23,5 kg udang windu")
    expect(phone.locator("[data-grades]")).to_be_hidden()
    phone.get_by_text("Ganti produk").tap()
    phone.locator(".pick label", has_text="Bandeng").tap()
    phone.locator("[data-grades] .chip", has_text="isi 3").tap()
    phone.get_by_label("Harga per kilo").fill("tiga puluh ribu")
    expect(phone.locator("[data-sell-title]")).to_have_text("23,5 kg bandeng")
    phone.get_by_role("button", name="Jual sekarang").tap()
    expect(phone.locator(".sold")).to_contain_text("23,5 kg")
    db.session.rollback()
    sold = db.session.scalars(select(Catch).order_by(Catch.id.desc())).first()
    assert sold is not None
    assert (sold.name, sold.grade, sold.unit_price) == ("Bandeng", "isi 3", 30_000)
