"""Photos on a clerk's phone: seen, shrunk there, sent while the form is filled in; ordered by button and by finger."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from ovop.db import db
from ovop.demo.pictures import FOLDER
from ovop.kernel import days
from ovop.outside.media import storage
from ovop.outside.pictures import make_variants
from ovop.stock import flows
from ovop.stock.models import CatchPhoto
from ovop.stock.queries import PhotoRow, photos_of
from tests.databases import count
from tests.make import accounts, market
from tests.outside.odd_pictures import BAD, exif, quarters, saved

pytestmark = pytest.mark.browser

UPLOAD = re.compile(r"/koperasi/foto$")


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def lot(seller: market.Shop) -> int:
    return market.catch(seller)


@pytest.fixture
def open_phone(app: APIFlask, seller: market.Shop, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a clerk's phone, signed in; two dots a pixel, as cheap phones have."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    contexts = []

    def open_one(*, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{server.port}",
            viewport={"width": 360, "height": 800},
            device_scale_factor=2,
            has_touch=True,
            is_mobile=True,
            locale="id-ID",
            java_script_enabled=script,
        )
        contexts.append(context)
        phone = context.new_page()
        phone.on("pageerror", lambda error: pytest.fail(str(error)))
        phone.on("console", lambda said: pytest.fail(said.text) if "Content Security" in said.text else None)
        phone.goto("/masuk")
        phone.get_by_label("E-mail atau nomor HP").fill("tengkurak@contoh.id")
        phone.get_by_label("Kata sandi").fill(accounts.PASSWORD)
        phone.locator("main form button", has_text="Masuk").first.click()
        expect(phone.locator("h1")).to_have_text("Hari ini")
        return phone

    yield open_one
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def phone(open_phone: Callable[..., Page]) -> Page:
    return open_phone()


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of 12 megapixels from a phone that was held upright, with its position and make."""
    with Image.open(FOLDER / "mackerel.jpg") as small:
        large = small.convert("RGB").resize((4000, 3000)).transpose(Image.Transpose.ROTATE_90)
    path = tmp_path_factory.mktemp("camera") / "IMG_20260105.jpg"
    path.write_bytes(saved(large, quality=90, exif=exif(6)))
    return path


def shown(lot: int) -> list[PhotoRow]:
    db.session.rollback()
    return list(photos_of(db.session(), [lot]).get(lot, ()))


def files(*widths: int) -> list[dict[str, object]]:
    """Photos that are told apart by their widths."""
    return [
        {"name": f"{width}.jpg", "mimeType": "image/jpeg", "buffer": saved(quarters(width, 60), quality=95)}
        for width in widths
    ]


def choose(phone: Page, chosen: object) -> None:
    phone.set_input_files("input[name=photo][multiple]", chosen)  # type: ignore[arg-type]


def said(phone: Page) -> list[str]:
    return phone.locator("[data-said]").all_inner_texts()


def test_a_photo_is_shrunk_on_the_phone_and_arrives_upright_without_its_position(
    phone: Page, seller: market.Shop, snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(flows, "make_variants", lambda data: sent.append(data) or make_variants(data))
    phone.goto("/koperasi/jual")
    phone.set_input_files("input[capture]", snapshot)
    expect(phone.locator("[data-said]")).to_contain_text("Tersimpan")
    expect(phone.locator(".chosen img")).to_be_visible()
    [body] = sent
    assert len(body) < snapshot.stat().st_size / 4
    with Image.open(io.BytesIO(body)) as small:
        assert (small.format, small.size) == ("JPEG", (1600, 1200))
    assert b"KAMERA RAHASIA" in snapshot.read_bytes()
    assert b"RAHASIA" not in body
    assert b"Exif" not in body
    phone.get_by_label("Berapa kilo?").fill("25")
    phone.get_by_label("Harga per kilo").fill("32.000")
    phone.get_by_role("button", name="Jual sekarang").click()
    expect(phone.locator(".sold")).to_contain_text("sudah dijual")
    db.session.rollback()
    assert count("catch") == 1
    photo = db.session.scalars(select(CatchPhoto)).one()
    assert (photo.width, photo.height) == (1280, 960)
    assert len(sent) == 1


def test_several_photos_go_along_and_a_bad_one_is_told_by_itself(phone: Page, seller: market.Shop) -> None:
    heic = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": BAD["heic"][0]()}
    broken = {"name": "rusak.jpg", "mimeType": "image/jpeg", "buffer": BAD["half a jpeg"][0]()}
    phone.goto("/koperasi/jual")
    choose(phone, [*files(100), heic, broken, *files(140)])
    expect(phone.locator("[data-said].up")).to_have_count(2)
    expect(phone.locator("[data-said].refused")).to_have_count(2)
    words = said(phone)
    assert words[1].startswith("Foto HEIC belum bisa dibaca.")
    assert "tidak utuh" in words[2] or "Tersimpan" in words[2]
    phone.get_by_label("Berapa kilo?").fill("25")
    phone.get_by_label("Harga per kilo").fill("32.000")
    phone.get_by_role("button", name="Jual sekarang").click()
    expect(phone.locator(".sold")).to_contain_text("sudah dijual")
    db.session.rollback()
    assert count("catch_photo") == 2


def test_a_photo_that_could_not_be_sent_stays_and_goes_with_the_form(phone: Page, seller: market.Shop) -> None:
    phone.route(UPLOAD, lambda route: route.abort())
    phone.goto("/koperasi/jual")
    choose(phone, files(100))
    expect(phone.locator("[data-said]")).to_contain_text("Belum terkirim")
    phone.get_by_label("Berapa kilo?").fill("25")
    phone.get_by_label("Harga per kilo").fill("32.000")
    phone.get_by_role("button", name="Jual sekarang").click()
    expect(phone.locator(".sold")).to_contain_text("sudah dijual")
    db.session.rollback()
    assert count("catch_photo") == 1


def test_it_is_sent_again_by_a_tap_and_when_signal_is_back(phone: Page, seller: market.Shop) -> None:
    is_away = True

    def answer(route: Route) -> None:
        route.abort() if is_away else route.continue_()

    phone.route(UPLOAD, answer)
    phone.goto("/koperasi/jual")
    choose(phone, files(100, 140))
    expect(phone.get_by_role("button", name="Coba lagi")).to_have_count(2)
    is_away = False
    phone.get_by_role("button", name="Coba lagi").first.click()
    expect(phone.locator("[data-said].up")).to_have_count(1)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.locator("[data-said].up")).to_have_count(2)
    assert phone.locator("[name=kept_photo]").count() == 2
    assert phone.evaluate("document.querySelector('input[name=photo]').files.length") == 0


def test_what_is_dropped_does_not_go_along(phone: Page, seller: market.Shop) -> None:
    phone.goto("/koperasi/jual")
    choose(phone, files(100, 140))
    expect(phone.locator("[data-said].up")).to_have_count(2)
    phone.get_by_role("button", name="Buang 100.jpg").click()
    expect(phone.get_by_role("button", name="Buang 140.jpg")).to_be_focused()
    phone.get_by_label("Berapa kilo?").fill("25")
    phone.get_by_label("Harga per kilo").fill("32.000")
    phone.get_by_role("button", name="Jual sekarang").click()
    expect(phone.locator(".sold")).to_be_visible()
    db.session.rollback()
    assert count("catch_photo") == 1


def test_more_than_eight_are_not_taken(phone: Page, seller: market.Shop) -> None:
    phone.goto("/koperasi/jual")
    choose(phone, files(*range(100, 110)))
    expect(phone.locator(".chosen li")).to_have_count(8)
    expect(phone.locator("[data-photo-news]")).to_have_text("Paling banyak 8 foto.")


def test_on_the_lots_page_photos_are_there_as_soon_as_they_are_chosen(phone: Page, lot: int) -> None:
    phone.goto(f"/koperasi/stok/{lot}")
    phone.evaluate("window.untouched = true")
    broken = {"name": "kosong.jpg", "mimeType": "image/jpeg", "buffer": b"bukan foto"}
    choose(phone, [*files(100), broken, *files(140)])
    expect(phone.locator(".photo-rows li")).to_have_count(2)
    expect(phone.locator("[data-said].refused")).to_contain_text("bukan foto yang bisa dibaca")
    assert phone.evaluate("window.untouched")  # the page was not loaded anew
    assert [row.width for row in shown(lot)] == [100, 140]


def test_order_cover_removal_and_the_way_back_without_leaving_the_page(phone: Page, lot: int) -> None:
    phone.goto(f"/koperasi/stok/{lot}")
    choose(phone, files(100, 120, 140))
    expect(phone.locator(".photo-rows li")).to_have_count(3)
    phone.evaluate("window.untouched = true")
    phone.get_by_role("button", name="Jadikan foto 3 sampul").click()
    expect(phone.locator(".photo-rows li").first.locator("img")).to_have_attribute("width", "140")
    expect(phone.get_by_role("button", name="Turunkan foto 1")).to_be_focused()
    phone.get_by_role("button", name="Turunkan foto 1").click()
    expect(phone.get_by_role("button", name="Turunkan foto 2")).to_be_focused()
    phone.get_by_role("button", name="Hapus foto 1").click()
    expect(phone.locator(".photo-rows li")).to_have_count(2)
    assert [row.width for row in shown(lot)] == [140, 120]
    expect(phone.get_by_role("button", name="Kembalikan")).to_be_focused()
    phone.get_by_role("button", name="Kembalikan").click()
    expect(phone.locator(".photo-rows li")).to_have_count(3)
    assert [row.width for row in shown(lot)] == [100, 140, 120]
    assert phone.evaluate("window.untouched")


def test_where_one_of_eight_goes_another_can_come(phone: Page, seller: market.Shop, lot: int) -> None:
    for width in range(100, 108):
        flows.store_photo(lot, saved(quarters(width, 60)), seller.clerk, days.now())
    phone.goto(f"/koperasi/stok/{lot}")
    expect(phone.locator("[data-full]")).to_be_visible()
    expect(phone.locator("#photo-form")).to_have_count(0)
    phone.get_by_role("button", name="Hapus foto 8").click()
    expect(phone.locator(".photo-rows li")).to_have_count(7)
    choose(phone, files(140))
    expect(phone.locator(".photo-rows li")).to_have_count(8)
    expect(phone.locator("#photo-form")).to_be_hidden()
    assert [row.width for row in shown(lot)] == [*range(100, 107), 140]


def test_a_photo_is_dragged_to_its_place(phone: Page, lot: int) -> None:
    phone.goto(f"/koperasi/stok/{lot}")
    choose(phone, files(100, 120, 140))
    expect(phone.locator(".photo-rows li")).to_have_count(3)
    phone.locator(".photo-rows").evaluate("rows => rows.scrollIntoView({ block: 'center' })")
    grips = phone.locator("[data-grip]")
    start, goal = grips.nth(2).bounding_box(), grips.nth(0).bounding_box()
    assert start
    assert goal
    phone.mouse.move(start["x"] + 20, start["y"] + 20)
    phone.mouse.down()
    phone.mouse.move(goal["x"] + 20, goal["y"] + 60, steps=8)
    phone.mouse.move(goal["x"] + 20, goal["y"] + 5, steps=8)
    with phone.expect_response(re.compile("/urutan$")):
        phone.mouse.up()
    expect(phone.locator(".photo-rows li").first.locator("img")).to_have_attribute("width", "140")
    assert [row.width for row in shown(lot)] == [140, 100, 120]


def test_without_signal_the_order_stays_and_the_page_says_so(phone: Page, lot: int) -> None:
    phone.goto(f"/koperasi/stok/{lot}")
    choose(phone, files(100, 140))
    expect(phone.locator(".photo-rows li")).to_have_count(2)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Naikkan foto 2").click()
    expect(phone.get_by_role("alert")).to_contain_text("Belum berubah")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="Naikkan foto 2").click()
    expect(phone.locator(".photo-rows li").first.locator("img")).to_have_attribute("width", "140")
    expect(phone.get_by_role("alert")).to_have_count(0)


def test_all_of_it_works_without_a_script(open_phone: Callable[..., Page], lot: int) -> None:
    phone = open_phone(script=False)
    phone.goto(f"/koperasi/stok/{lot}")
    choose(phone, files(100, 120))
    phone.get_by_role("button", name="Pasang foto").click()
    expect(phone.locator(".photo-rows li")).to_have_count(2)
    phone.get_by_role("button", name="Jadikan foto 2 sampul").click()
    phone.get_by_role("button", name="Hapus foto 2").click()
    expect(phone.locator(".photo-rows li")).to_have_count(1)
    phone.get_by_role("button", name="Kembalikan").click()
    expect(phone.locator(".photo-rows li")).to_have_count(2)
    assert [row.width for row in shown(lot)] == [120, 100]


def test_a_buyers_phone_gets_the_smallest_file_that_is_sharp(phone: Page, seller: market.Shop, lot: int) -> None:
    flows.store_photo(lot, (FOLDER / "prawn.jpg").read_bytes(), seller.clerk, days.now())
    [photo] = shown(lot)
    got: list[str] = []
    phone.on("response", lambda answer: got.append(answer.url.rpartition("/")[2]) if "/media/" in answer.url else None)
    phone.goto("/")
    phone.wait_for_load_state("networkidle")
    assert got == ["320.webp"]
    flows.finish_photo({"key": photo.key, "width": photo.width}, days.now())
    got.clear()
    phone.goto("/?after=1")
    phone.wait_for_load_state("networkidle")
    assert got == ["320.avif"]
    tiny = phone.locator(".catch .tiny")
    expect(tiny).to_have_attribute("src", re.compile("^data:image/webp;base64,"))
    assert tiny.evaluate("image => image.complete && image.naturalWidth") == 16
    assert len(storage().get(f"{photo.key}/320.avif")) < len(storage().get(f"{photo.key}/320.webp"))
