"""A clerk's phone and a market that can go away: what stories of the field page begin with."""

from __future__ import annotations

import threading

from apiflask import APIFlask
from playwright.sync_api import Page, expect
from werkzeug.serving import BaseWSGIServer, make_server


class Server:
    """The market behind one address, which can go away and come back."""

    def __init__(self, app: APIFlask) -> None:
        self._app, self._port = app, 0
        self.start()

    def start(self) -> None:
        self._server: BaseWSGIServer = make_server("127.0.0.1", self._port, self._app, threaded=True)
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"


def open_field(page: Page) -> None:
    """The field page is open, its data and itself kept on the phone."""
    page.goto("/koperasi/lapangan")
    expect(page.locator("[data-said]").first).to_have_text("Ada sinyal. Semua sudah terkirim.")
    page.wait_for_function(
        "caches.open('field-1').then((cache) => cache.match('/koperasi/lapangan')).then((found) => Boolean(found))"
    )


def waits(page: Page, words: str) -> None:
    expect(page.locator("[data-items] li", has_text=words)).to_contain_text("menunggu")


def arrived(page: Page, words: str) -> None:
    expect(page.locator("[data-items] li", has_text=words)).to_contain_text("terkirim", timeout=30_000)
