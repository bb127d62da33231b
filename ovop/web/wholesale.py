"""How pages say what whoever orders much pays."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from flask_babel import gettext as _

from ovop.stock.break_prices import BreakPrice
from ovop.web.formats import quantity, rupiah


def break_words(breaks: Sequence[BreakPrice], measure: str, unit: str) -> str:
    """``mulai 10 kg Rp 28.500, mulai 25 kg Rp 27.000``."""
    return ", ".join(
        _("mulai %(quantity)s %(price)s", quantity=quantity(each.quantity, measure, unit), price=rupiah(each.price))
        for each in breaks
    )


def breaks_plain(breaks: Sequence[BreakPrice]) -> list[list[int]]:
    """Pairs of quantity and price, for a page's script."""
    return [[each.quantity, each.price] for each in breaks]


def register(app: Flask) -> None:
    """Templates have these as filters."""
    app.jinja_env.filters.update(break_words=break_words, breaks_plain=breaks_plain)
