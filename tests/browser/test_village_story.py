"""A clerk tells the village's story on a phone; nobody is shut out of it, and the poster is one sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.phones import Server
from tests.make import accounts
from tests.make.market import Shop, catch

pytestmark = pytest.mark.browser

PICTURE = Path("ovop/demo/pictures/sardine.jpg")
VILLAGE = f"/desa/{accounts.TENGKURAK}"


def read(page: Page) -> None:
    """The page shuts nobody out, in both schemes, and fits the phone."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("market", ["sqlite"], indirect=True)  # what a browser shows is the same on both
def test_a_story_is_told_shown_and_printed(server: Server, seller: Shop, phone: Page) -> None:
    catch(seller)
    phone.goto("/koperasi/cerita")
    phone.get_by_label("Judul").fill("Dari tambak ke sate")
    phone.get_by_label("Cerita", exact=True).fill("Air payau masuk dua kali sehari.\nDi situlah bandeng tumbuh.")
    phone.get_by_role("button", name="Simpan di draf").click()
    phone.locator("#photo").set_input_files(PICTURE)
    expect(phone.locator("[data-chosen] [name=kept_photo]")).to_be_attached()
    phone.get_by_label("Apa yang terlihat?").fill("Ikan di tempat lelang")
    phone.get_by_role("button", name="Tambahkan ke draf").click()
    expect(phone.locator(".photo-rows li")).to_have_count(1)
    phone.get_by_role("link", name="Tambah orang").click()
    phone.get_by_label("Nama yang ditampilkan").fill("Bu Sari")
    phone.locator("#photo").set_input_files(PICTURE)
    expect(phone.locator("[data-chosen] [name=kept_photo]")).to_be_attached()
    phone.get_by_label("Sudah setuju tampil").check()
    phone.get_by_label("Yang setuju").fill("Bu Sari")
    phone.get_by_text("Lisan").click()
    read(phone)
    phone.get_by_role("button", name="Simpan di draf").click()
    expect(phone.locator("#orang")).to_contain_text("Tampil sesudah terbit")
    read(phone)
    phone.get_by_role("link", name="Lihat pratinjau").click()
    read(phone)
    phone.get_by_role("button", name="Terbitkan").click()
    expect(phone.locator("main")).to_contain_text("Halaman desa sudah sama dengan draf ini.")
    phone.goto(VILLAGE)
    expect(phone.get_by_alt_text("Foto Bu Sari")).to_be_visible()
    read(phone)
    phone.goto(f"/en{VILLAGE}/poster")
    read(phone)
    sheets = phone.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
