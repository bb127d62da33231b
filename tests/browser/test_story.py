"""The main job on a phone, as README tells it: list, order, pay, weigh, hand over, and the office sees it.

Takes the README's pictures on the way when OVOP_SCREENSHOTS names a folder for them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.running import Market

pytestmark = [pytest.mark.browser, pytest.mark.server]

PASSWORD = "ikan-segar-36"
PHONE = {"width": 360, "height": 800}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A fresh demo market as `make run` opens it; answers its address."""
    running = Market(tmp_path_factory.mktemp("story") / "instance")
    try:
        running.said("Ctrl-C")
        yield f"http://127.0.0.1:{running.port}"
    finally:
        assert running.stop() == 0


class Person:
    """Somebody with a phone, signed in."""

    def __init__(self, browser: Browser, address: str, who: str) -> None:
        self.address = address
        context = browser.new_context(viewport=PHONE, locale="id-ID", timezone_id="Asia/Jakarta")  # type: ignore[arg-type]
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: pytest.fail(str(error)))
        self.go("/masuk")
        self.page.get_by_label("E-mail atau nomor HP").fill(f"{who}@demo.test")
        self.page.get_by_label("Kata sandi").fill(PASSWORD)
        self.page.locator("main form button", has_text="Masuk").first.click()
        expect(self.page.get_by_label("Kata sandi")).to_have_count(0)

    def go(self, path: str) -> None:
        """Opens a page of the market."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, path

    def press(self, text: str) -> None:
        """Presses what says `text`: a button or a link that can be seen."""
        found = self.page.locator("button:visible, a:visible").filter(has_text=text).first
        try:
            found.click(timeout=5_000)
        except TooLate:  # a script took its place between finding and clicking
            found.click()
        self.page.wait_for_load_state()

    def picture(self, name: str) -> None:
        """Takes one of the README's pictures, where they are wanted; anyway nothing may stick out sideways."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        folder = os.environ.get("OVOP_SCREENSHOTS")
        if folder:
            self.page.wait_for_load_state("networkidle")
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def close(self) -> None:
        """Puts the phone away."""
        self.page.context.close()


def rupiah(text: str) -> int:
    """The amount in a text such as ``Rp 44.400``."""
    found = re.search(r"Rp\s*([\d.]+)", text)
    assert found, text
    return int(found.group(1).replace(".", ""))


def sold_today(office: Person) -> int:
    """What the office's first screen says was sold today, in whole rupiah."""
    office.go("/dinas?range=today")
    return rupiah(office.page.locator("[data-figure=revenue]").get_attribute("title") or "")


def test_a_fish_goes_from_the_landing_to_a_home_and_into_the_figures(browser: Browser, demo: str) -> None:
    with (
        closing(Person(browser, demo, "koperasi")) as clerk,
        closing(Person(browser, demo, "pembeli")) as buyer,
        closing(Person(browser, demo, "dinas")) as office,
    ):
        before = sold_today(office)

        clerk.go("/koperasi/jual")
        clerk.page.get_by_text("Bandeng segar").first.click()
        clerk.page.get_by_label("Berapa kilo?").fill("25")
        clerk.page.set_input_files("input[type=file]", "ovop/demo/pictures/sardine.jpg")
        clerk.picture("01-jual")
        clerk.press("Jual sekarang")
        expect(clerk.page.locator("main")).to_contain_text("Bandeng segar 25 kg sudah dijual")

        buyer.go("/")
        buyer.picture("02-pasar")
        buyer.page.locator("[type=search]").first.fill("bandng tengkurak")  # a slip of typing
        buyer.page.locator("[type=search]").first.press("Enter")
        buyer.page.get_by_role("link", name="Bandeng segar", exact=True).first.click()
        expect(buyer.page.locator("h1")).to_have_text("Bandeng segar")
        buyer.picture("03-hasil")
        buyer.page.get_by_label("Berapa banyak?").fill("1,5 kg")
        buyer.press("Masukkan ke belanja")
        expect(buyer.page.locator("main")).to_contain_text("paling banyak")
        estimate = rupiah(buyer.page.locator("dd").first.inner_text())
        buyer.picture("04-belanja")
        buyer.press("Pilih tempat dan jam")
        buyer.page.locator("label:visible", has_text="Alun-alun Ciruas").click()
        buyer.page.locator("label:visible:has(input[name^=slot_]:enabled)").first.click()
        buyer.picture("05-ambil")
        buyer.press("Lanjut bayar")
        buyer.page.locator("label:visible", has_text="Tunai").click()
        buyer.press("Pesan sekarang")
        expect(buyer.page.locator("h1")).to_have_text("Pesananmu sudah masuk")
        order = buyer.page.url.rsplit("/", 1)[1]
        code = buyer.page.locator(".code").first.inner_text()
        assert re.fullmatch(r"\d{3}\s\d{3}", code)
        buyer.picture("06-pesanan")

        clerk.go(f"/koperasi/pesanan/{order}/timbang")
        clerk.page.locator("input[inputmode=decimal]").first.fill("1,48")
        clerk.picture("07-timbang")
        clerk.press("Simpan")

        buyer.go(f"/pesanan/{order}")
        expect(buyer.page.locator("h1")).to_have_text("Ikanmu siap diambil")
        final = rupiah(buyer.page.locator(".sum .price, dd.sum").first.inner_text())
        assert 0 < final < estimate
        buyer.picture("08-siap")

        clerk.go(f"/koperasi/pesanan/{order}/serah")
        clerk.page.get_by_label("Kode ambil").fill(code)
        clerk.press("Sudah diterima, serahkan")
        expect(clerk.page.locator("main")).to_contain_text("Sudah diserahkan")

        assert sold_today(office) == before + final
        office.page.set_viewport_size({"width": 1280, "height": 800})
        office.picture("09-dinas")
