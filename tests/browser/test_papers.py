"""What comes out of the printer: labels cut between orders, and a packing list for whoever packs with a pencil."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from ovop.db import write
from ovop.kernel import days
from ovop.ordering import operations
from tests.make import accounts, market

pytestmark = pytest.mark.browser

MILLIMETRE = 72 / 25.4


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def page(app: APIFlask, seller: market.Shop, browser: Browser) -> Iterator[Page]:
    """A clerk at a computer, signed in."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.port}", locale="id-ID")
    desk = context.new_page()
    desk.goto("/masuk")
    desk.get_by_label("E-mail atau nomor HP").fill("tengkurak@contoh.id")
    desk.get_by_label("Kata sandi").fill(accounts.PASSWORD)
    desk.locator("main form button", has_text="Masuk").first.click()
    yield desk
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def printed(page: Page, path: str) -> list[tuple[int, int]]:
    """Width and height in millimetres of each sheet that the page is printed on."""
    page.goto(path)
    file = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", file)
    return [(round(float(width) / MILLIMETRE), round(float(height) / MILLIMETRE)) for width, height in boxes]


def orders(seller: market.Shop, *lines: int) -> tuple[int, list[str]]:
    """Weighed orders with so many lines each, all for one slot; answers the slot and their numbers."""
    names = ("Udang windu pilihan dari tambak", "Bandeng presto tanpa duri", *(f"Ikan {number}" for number in range(9)))
    lots = [market.catch(seller, 90_000, product=market.product(seller.id, name, "MIL")) for name in names]
    slot, numbers = market.slots(seller)[0].id, []
    for at, many in enumerate(lines):
        buyer = accounts.buyer(f"b{at}@contoh.id", "Nurhayati Puspitasari Anggraini")
        order = market.order(buyer, seller, dict.fromkeys(lots[:many], 1500), slot=slot)
        weights = {line.catch: 1480 for line in order.lines}
        write(operations.weigh_order, order.number, weights, seller.clerk, days.now())
        numbers.append(order.number)
    return slot, numbers


def test_on_a_roll_each_order_is_one_piece_as_long_as_it_needs(page: Page, seller: market.Shop) -> None:
    slot, numbers = orders(seller, 1, 2, 5, 9)
    sheets = printed(page, f"/koperasi/jadwal/{slot}/label?ukuran=58")
    assert sorted(sheets) == [(58, 74), (58, 74), (58, 112), (58, 172)]
    for number in numbers:
        assert len(printed(page, f"/koperasi/pesanan/{number}/label?ukuran=58")) == 1


def test_on_sheets_ten_small_labels_fill_one_and_no_blank_one_follows(page: Page, seller: market.Shop) -> None:
    slot, _numbers = orders(seller, *[1] * 8)
    assert printed(page, f"/koperasi/jadwal/{slot}/label") == [(210, 297)]


def test_a_lots_labels_fill_sheets_and_a_roll_exactly(page: Page, seller: market.Shop) -> None:
    here = f"/koperasi/stok/{market.catch(seller)}/label"
    assert printed(page, here) == [(210, 297)]
    assert printed(page, f"{here}?ukuran=21") == [(210, 297)]
    assert printed(page, f"{here}?ukuran=21&jumlah=22") == [(210, 297)] * 2
    assert printed(page, f"{here}?ukuran=58&jumlah=3") == [(58, 40)] * 3


def test_no_label_is_cut_in_two_by_the_end_of_a_sheet(page: Page, seller: market.Shop) -> None:
    slot, numbers = orders(seller, *[5] * 8)
    assert printed(page, f"/koperasi/jadwal/{slot}/label") == [(210, 297)] * 2
    page.emulate_media(media="print")
    label = page.locator(".label").first
    assert label.evaluate("each => getComputedStyle(each).breakInside") == "avoid"
    assert page.locator(".label").count() == len(numbers)


def test_a_packing_list_has_boxes_to_tick_and_places_to_write(page: Page, seller: market.Shop) -> None:
    lot = market.catch(seller)
    order = market.order(accounts.buyer(), seller, {lot: 1500})
    page.goto(f"/koperasi/jadwal/{order.pickup.slot_id}")
    page.emulate_media(media="print")
    assert page.locator(".order .write-in").is_visible()
    assert page.locator(".order .tick").is_visible()
    assert page.get_by_text("Koperasi Tengkurak, dicetak").is_visible()
    assert len(printed(page, f"/koperasi/jadwal/{order.pickup.slot_id}")) == 1
    for unprinted in (".top a", ".bottom", ".actions", "a.btn", "button"):
        assert not any(each.is_visible() for each in page.locator(unprinted).all()), unprinted
