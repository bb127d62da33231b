"""Cash and QRIS on phones: what scripts add up and copy, what a buyer saves to pay with on the same phone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from ovop.accounts.queries import get_cooperative
from ovop.db import db
from ovop.outside.codes import find_codes
from ovop.payment.rules import Method
from ovop.till.rules import TillStatus
from tests.conftest import Clock
from tests.make import accounts, codes, market, tills

pytestmark = pytest.mark.browser

OpenPhone = Callable[..., Page]


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def open_phone(app: APIFlask, seller: market.Shop, browser: Browser) -> Iterator[OpenPhone]:
    """Opens a phone on which somebody is signed in."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    contexts = []

    def open_one(login: str, *, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{server.port}",
            viewport={"width": 360, "height": 800},
            has_touch=True,
            is_mobile=True,
            java_script_enabled=script,
            permissions=["clipboard-read", "clipboard-write"],
            locale="id-ID",
            timezone_id="Asia/Jakarta",
        )
        contexts.append(context)
        phone = context.new_page()
        phone.on("pageerror", lambda error: pytest.fail(str(error)))
        phone.goto("/masuk")
        phone.get_by_label("E-mail atau nomor HP").fill(login)
        phone.get_by_label("Kata sandi").fill(accounts.PASSWORD)
        phone.locator("main form button", has_text="Masuk").first.click()
        expect(phone.locator("h1")).not_to_have_text("Masuk")
        return phone

    yield open_one
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("script", [True, False])
def test_an_evening_of_counting_by_the_note(open_phone: OpenPhone, seller: market.Shop, script: bool) -> None:
    page = open_phone("tengkurak@contoh.id", script=script)
    page.goto("/koperasi/kas")
    page.get_by_label("Modal kembalian").fill("100.000")
    page.get_by_role("button", name="Buka kas").click()
    tills.collected(seller, 171_500)
    page.goto("/koperasi/kas")
    page.get_by_role("link", name="Hitung dan tutup").click()
    page.get_by_text("Hitung per lembar").click()
    for note, pieces in (("100000", 2), ("50000", 1), ("20000", 1), ("1000", 1), ("500", 1)):
        page.locator(f"#note_{note}").fill(str(pieces))
    if script:
        expect(page.locator("#counted")).to_have_value("271.500")
    page.get_by_role("button", name="Tutup kas").click()
    expect(page.locator("main")).to_contain_text("Selisih")
    expect(page.locator("main")).to_contain_text("pas")
    db.session.rollback()
    assert tills.read(1, seller.clerk).status is TillStatus.COUNTED
    assert market.broken() == []


def test_what_goes_to_the_bank_adds_up_as_it_is_ticked(
    open_phone: OpenPhone, seller: market.Shop, clock: Clock
) -> None:
    for amount in (100_000, 60_000):
        tills.collected(seller, amount)
        tills.counted(seller.clerk)
        clock.forward(days=1)
    page = open_phone("tengkurak@contoh.id")
    page.goto("/koperasi/kas/setor")
    expect(page.locator("[data-sum]")).to_have_text("Rp 160.000")
    page.locator("[name=till]").first.uncheck()
    expect(page.locator("[data-sum]")).to_have_text("Rp 60.000")
    page.get_by_label("Nomor setoran").fill("BJB 77")
    page.get_by_role("button", name="Simpan setoran").click()
    expect(page.locator(".banner-good")).to_contain_text("Rp 60.000 disetor ke bank.")
    assert market.broken() == []


def test_a_photo_of_the_qris_becomes_the_code_that_a_buyer_saves(
    open_phone: OpenPhone, seller: market.Shop, tmp_path: Path
) -> None:
    photo = tmp_path / "qris.jpg"
    photo.write_bytes(codes.photo(codes.static("KOPERASI TENGKURAK"), turned=11))
    page = open_phone("tengkurak@contoh.id")
    page.goto("/koperasi/qris")
    page.locator("[name=photo]").set_input_files(photo)
    page.get_by_role("button", name="Periksa").click()
    expect(page.locator("h1")).to_have_text("Betul ini QRIS koperasi?")
    expect(page.locator("main")).to_contain_text("KOPERASI TENGKURAK")
    page.get_by_role("button", name="Ya, pakai kode ini").click()
    expect(page.locator("main h2").first).to_have_text("Dipakai sekarang")
    db.session.rollback()
    assert get_cooperative(db.session(), seller.id).qris_payload == codes.static("KOPERASI TENGKURAK")

    buyer = accounts.buyer()
    order = market.order(buyer, seller, {market.catch(seller): 2000}, Method.QRIS)
    tills.weighed(order, seller)
    phone = open_phone("siti@contoh.id")
    phone.goto(f"/pesanan/{order.number}")
    phone.get_by_role("button", name="Salin jumlahnya").click()
    expect(phone.get_by_role("button", name="Sudah disalin")).to_be_visible()
    assert phone.evaluate("navigator.clipboard.readText()") == "75000"
    with phone.expect_download() as saving:
        phone.get_by_role("link", name="Simpan gambar QRIS").click()
    assert saving.value.suggested_filename == f"qris-{order.number}-75000.png"
    assert find_codes(saving.value.path().read_bytes()).texts == (codes.static("KOPERASI TENGKURAK"),)
    shown = phone.locator(".qr-big").screenshot()
    assert find_codes(shown).texts == (codes.static("KOPERASI TENGKURAK"),), "as it stands on the screen"

    page.goto(f"/koperasi/pesanan/{order.number}/serah")
    assert find_codes(page.locator(".qr-big").screenshot()).texts == (codes.static("KOPERASI TENGKURAK"),)
    page.locator("#code").fill(order.pickup_code)
    page.get_by_label("Nomor referensi QRIS").fill("4411")
    page.get_by_role("button", name="Uang sudah masuk, serahkan").click()
    expect(page.locator("h1")).to_have_text("Sudah diserahkan")
    assert market.broken() == []
