"""A buyer looks for fish on a phone: suggestions by keyboard, filters that count at once, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from ovop.catalogue.rules import Form
from tests.browser.phones import Server
from tests.make import accounts, catalogue
from tests.make.market import Shop, catch

pytestmark = pytest.mark.browser


@pytest.fixture
def buyer(server: Server, seller: Shop, browser: Browser) -> Iterator[Page]:
    """Somebody's phone; the market has mackerel, milkfish, satay and shrimp."""
    for name, species, form in (
        ("Kembung lelaki", "RAG", Form.FRESH),
        ("Bandeng", "MIL", Form.FRESH),
        ("Sate bandeng", "MIL", Form.PROCESSED),
    ):
        catch(seller, product=catalogue.product(seller.clerk, name, species, form))
    catch(seller)
    context = browser.new_context(base_url=server.address, viewport={"width": 360, "height": 800}, locale="id-ID")
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto("/")
    yield page
    context.close()


def shuts_nobody_out(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("market", ["sqlite"], indirect=True)  # what a browser shows is the same on both
def test_suggestions_are_a_combobox_that_keys_alone_can_use(buyer: Page) -> None:
    box = buyer.get_by_role("combobox", name="Cari hasil, jenis ikan, atau desa")
    box.press_sequentially("banyar")
    options = buyer.get_by_role("option")
    expect(options.first).to_contain_text("Kembung lelaki banyar")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(buyer.get_by_role("status").filter(has_text="Ada 2 saran.")).to_be_attached()
    shuts_nobody_out(buyer)
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(options.first.get_attribute("id")))
    box.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    box.press("Escape")
    expect(buyer.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("banyar")
    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(buyer).to_have_url(re.compile(r"/\?species=RAG$"))
    expect(buyer.locator(".catch h3")).to_have_text(["Kembung lelaki"])
    box.fill("tengk")
    buyer.get_by_role("option", name="Desa Tengkurak").click()
    expect(buyer.locator("h1")).to_have_text("Desa Tengkurak")


@pytest.mark.parametrize("market", ["sqlite"], indirect=True)
def test_choices_count_at_once_and_the_address_bar_says_them(buyer: Page, seller: Shop) -> None:
    buyer.evaluate("window.isTheSamePage = true")
    buyer.get_by_role("link", name="Saring", exact=True).click()
    expect(buyer).to_have_url(re.compile(r"/\?saring=1$"))
    expect(buyer.get_by_role("button", name="Terapkan")).to_be_hidden()
    shuts_nobody_out(buyer)
    buyer.get_by_role("radio", name="Ikan 3").press(" ")
    expect(buyer.locator(".catch")).to_have_count(3)
    expect(buyer.locator("#category-fish")).to_be_focused()
    expect(buyer.locator("#pasar-said")).to_have_text("3 hasil")
    buyer.get_by_text("Olahan 1").click()
    expect(buyer.locator(".catch h3")).to_have_text(["Sate bandeng"])
    expect(buyer).to_have_url(re.compile(r"/\?category=fish&form=processed&saring=1$"))
    expect(buyer).to_have_title(re.compile("^Ikan"))
    buyer.go_back()
    expect(buyer.locator(".catch")).to_have_count(3)
    expect(buyer.locator("#form-all")).to_be_checked()
    buyer.get_by_role("link", name="Lepas semua").click()
    expect(buyer.locator(".catch")).to_have_count(4)
    assert buyer.evaluate("window.isTheSamePage")
    buyer.goto(f"/?q=bandeng&form=live&district={accounts.TENGKURAK[:8]}")
    shuts_nobody_out(buyer)
