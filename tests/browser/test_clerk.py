"""What scripts add to the clerk's pages: keys, a form that follows the product, a map to tap, no lost typing."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from ovop.db import db
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from tests.databases import count
from tests.make import accounts, market
from tests.outside.odd_pictures import quarters, saved

pytestmark = pytest.mark.browser


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def page(app: APIFlask, seller: market.Shop, browser: Browser) -> Iterator[Page]:
    """A clerk's phone, signed in."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{server.port}",
        viewport={"width": 360, "height": 800},
        has_touch=True,
        is_mobile=True,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
    )
    phone = context.new_page()
    phone.on("pageerror", lambda error: pytest.fail(str(error)))
    phone.goto("/masuk")
    phone.get_by_label("E-mail atau nomor HP").fill("tengkurak@contoh.id")
    phone.get_by_label("Kata sandi").fill(accounts.PASSWORD)
    phone.locator("main form button", has_text="Masuk").first.click()
    expect(phone.locator("h1")).to_have_text("Hari ini")
    yield phone
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def keys(page: Page, digits: str) -> None:
    """The big keys of the line in sight are pressed, once the script has left one in sight."""
    expect(page.locator(".weigh-line:visible")).to_have_count(1)
    for digit in digits:
        page.locator(f".weigh-line:visible .keys button[value='{digit}']").click()


def read(number: str, seller: market.Shop) -> OrderRow:
    """The order as it stands now: this thread's own view of the rows is older than the page."""
    db.session.rollback()
    return market.read(number, seller.clerk)


def save(page: Page) -> None:
    page.locator(".weigh-line:visible [data-save]").click()


def test_keys_weigh_line_by_line_and_the_button_says_what_it_saves(page: Page, seller: market.Shop) -> None:
    shrimp = market.catch(seller, unit_price=145_000)
    packs = market.product(seller.id, "Sate bandeng", "MIL", "count", "pack", "processed")
    satay = market.catch(seller, 40, 45_000, product=packs)
    order = market.order(accounts.buyer(), seller, {shrimp: 1500, satay: 3})
    page.goto(f"/koperasi/pesanan/{order.number}/timbang")
    expect(page.locator(".bottom")).to_be_hidden()
    keys(page, "1,48")
    button = page.locator(".weigh-line:visible [data-save]")
    expect(button).to_have_text("Simpan 1,48 kg, Rp 214.600")
    page.reload()
    expect(page.locator("h2:visible")).to_have_text("Udang windu")
    expect(page.locator(".scale-input:visible")).to_have_value("1,48")  # nothing that was typed is lost
    save(page)  # the packs hold what was ordered already
    expect(page.locator("h1")).to_contain_text("Hari ini 10.00–11.00")
    ready = read(order.number, seller)
    assert (ready.status, ready.total) == (OrderStatus.READY, 214_600 + 135_000)


def test_above_the_maximum_stays_on_the_scale(page: Page, seller: market.Shop) -> None:
    order = market.order(accounts.buyer(), seller, {market.catch(seller): 1500})
    page.goto(f"/koperasi/pesanan/{order.number}/timbang")
    save(page)
    expect(page.get_by_role("alert")).to_have_text("Isi dulu timbangannya.")
    keys(page, "2")
    expect(page.get_by_role("alert")).to_have_count(0)
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Melebihi batas atas")
    assert read(order.number, seller).status is OrderStatus.CONFIRMED


def test_without_signal_the_weighing_stays_and_goes_when_it_is_back(page: Page, seller: market.Shop) -> None:
    order = market.order(accounts.buyer(), seller, {market.catch(seller): 1500})
    page.goto(f"/koperasi/pesanan/{order.number}/timbang")
    keys(page, "1,5")
    page.context.set_offline(True)
    save(page)
    expect(page.locator("[data-offline]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-offline]")).to_be_hidden()
    save(page)
    expect(page.locator("h1")).to_contain_text("Hari ini")
    assert read(order.number, seller).status is OrderStatus.READY


def test_the_selling_form_follows_the_product_and_the_bar_says_what_is_sold(page: Page, seller: market.Shop) -> None:
    market.catch(seller, unit_price=145_000)
    packs = market.product(seller.id, "Sate bandeng", "MIL", "count", "pack", "processed")
    market.catch(seller, 40, 45_000, product=packs)
    page.goto("/koperasi/jual")
    page.locator(".pick label", has_text="Udang windu").click()
    expect(page.get_by_label("Harga per kilo")).to_have_value("Rp 145.000")
    page.get_by_label("Berapa kilo?").fill("25")
    expect(page.locator("[data-sell-title]")).to_have_text("25 kg udang windu")
    page.locator(".pick label", has_text="Sate bandeng").click()
    expect(page.get_by_label("Harga per bungkus")).to_have_value("Rp 45.000")
    expect(page.locator("[data-sell-title]")).to_have_text("25 bungkus sate bandeng")
    page.get_by_label("Harga per bungkus").fill("47.500")
    page.locator(".pick label", has_text="Udang windu").click()
    expect(page.get_by_label("Harga per kilo")).to_have_value("47.500")  # what somebody typed stays


def test_two_taps_sell_once_and_the_photo_is_seen_before(page: Page, seller: market.Shop) -> None:
    page.goto("/koperasi/jual")
    page.get_by_label("Berapa kilo?").fill("25")
    page.get_by_label("Harga per kilo").fill("32.000")
    photo = {"name": "hasil.jpg", "mimeType": "image/jpeg", "buffer": saved(quarters())}
    page.set_input_files("#photo", photo)  # type: ignore[arg-type]
    expect(page.locator(".chosen img")).to_be_visible()
    page.get_by_role("button", name="Jual sekarang").dblclick()
    expect(page.locator(".sold")).to_contain_text("Udang windu 25 kg sudah dijual.")
    db.session.rollback()
    assert count("catch") == count("catch_photo") == 1


def test_the_pin_is_tapped_dragged_and_stepped_without_leaving_the_page(page: Page, seller: market.Shop) -> None:
    page.goto("/koperasi/titik/baru")
    page.get_by_label("Nama titik").fill("Balai desa")
    tapped, pin, doubt = (
        page.locator(".map-tap:visible"),
        page.locator(".map-pin:visible"),
        page.locator("[data-doubt]"),
    )
    latitude, level = page.locator("input[name=latitude]"), page.locator("input[name=level]")
    expect(doubt).to_contain_text("masih di pusat Desa Tengkurak")
    page.get_by_role("button", name="Lihat lebih luas").click()
    expect(level).to_have_value("1")
    tapped.click(position={"x": 150, "y": 150})
    expect(level).to_have_value("2")
    expect(doubt).to_be_hidden()
    before = float(latitude.input_value())
    pin.press("ArrowUp")
    pin.press("Shift+ArrowDown")
    assert float(latitude.input_value()) == pytest.approx(before - 9 * 0.00009, abs=2e-6)
    box = pin.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 22, box["y"] + 32, steps=3)
    page.mouse.up()
    assert float(latitude.input_value()) == pytest.approx(before - 9 * 0.00009 - 10 * 62 / 288 / 1320, abs=2e-4)
    expect(page.locator("[data-where]")).to_contain_text("dari pusat Desa Tengkurak")
    expect(page.get_by_label("Nama titik")).to_have_value("Balai desa")
    page.get_by_role("button", name="Simpan titik").click()
    expect(page.locator("h1")).to_have_text("Balai desa")
    db.session.rollback()
    assert count("pickup_point") == 2


def test_a_position_that_the_phone_gives_is_put_on_the_map(page: Page) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": -5.98438, "longitude": 106.35})
    page.goto("/koperasi/titik/baru")
    page.get_by_role("button", name="Pakai letak HP ini").click()
    expect(page.locator("input[name=latitude]")).to_have_value("-5.984380")
    expect(page.locator("input[name=level]")).to_have_value("2")
