"""What templates know of the market as a whole: its name, and whether it is a demo."""

from __future__ import annotations

import time

from flask import Flask, current_app
from werkzeug.local import LocalProxy

from ovop.accounts.queries import is_demo_market
from ovop.db import db

NAME = "Pasar Ikan Serang"

#: A market without demo is asked again after so long; one with it stays one as long as the process lives.
_ASK_AGAIN_SECONDS = 30.0


class Market:
    """The market of one application in this process; asks the database only when a page needs to know."""

    name = NAME

    def __init__(self) -> None:
        self._is_demo = False
        self._ask_at = 0.0

    @property
    def is_demo(self) -> bool:
        """Whether every page says that this is a demo, and the demo card may be used."""
        if not self._is_demo and time.monotonic() >= self._ask_at:
            self._is_demo = is_demo_market(db.session())
            self._ask_at = time.monotonic() + _ASK_AGAIN_SECONDS
        return self._is_demo

    def forget(self) -> None:
        """The next to ask gets what the database says: after accounts came or went other than by people."""
        self._is_demo, self._ask_at = False, 0.0


def current_market() -> Market:
    """The market of the application at hand."""
    market: Market = current_app.extensions["ovop.market"]
    return market


def register(app: Flask) -> None:
    """Templates, macros among them, have `market`."""
    app.extensions["ovop.market"] = Market()
    app.jinja_env.globals["market"] = LocalProxy(current_market)
