"""A co-operative, a market behind one address and a clerk's phone, signed in; other stories make their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from tests.browser.phones import Server
from tests.make import accounts, market


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def server(app: APIFlask, seller: market.Shop) -> Iterator[Server]:
    running = Server(app)
    yield running
    running.stop()


@pytest.fixture
def phone(server: Server, browser: Browser) -> Iterator[Page]:
    """A clerk's phone, signed in."""
    context = browser.new_context(
        base_url=server.address,
        viewport={"width": 360, "height": 800},
        has_touch=True,
        is_mobile=True,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
    )
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto("/masuk")
    page.get_by_label("E-mail atau nomor HP").fill("tengkurak@contoh.id")
    page.get_by_label("Kata sandi").fill(accounts.PASSWORD)
    page.locator("main form button", has_text="Masuk").first.click()
    expect(page.locator("h1")).to_have_text("Hari ini")
    yield page
    context.close()
