"""What goods are called on pages: their form, how they were caught, how they came to be on sale."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask_babel import gettext as _

from ovop.catalogue.rules import GEARS, Category, Form, Handling
from ovop.web.formats import when_rendered
from ovop.web.language import current_language

_FORMS: dict[Form, Callable[[], str]] = {
    Form.FRESH: lambda: _("Segar"),
    Form.FROZEN: lambda: _("Beku"),
    Form.DRIED: lambda: _("Kering"),
    Form.SALTED: lambda: _("Asin"),
    Form.SMOKED: lambda: _("Asap"),
    Form.PROCESSED: lambda: _("Olahan"),
    Form.LIVE: lambda: _("Hidup"),
}
#: Forms that are sold as they came out of the water; others were made of it.
_HANDLINGS: dict[Handling, Callable[[], str]] = {
    Handling.LIVE: lambda: _("Hidup"),
    Handling.ICED: lambda: _("Dengan es"),
    Handling.UNICED: lambda: _("Tanpa es"),
    Handling.CHILLED: lambda: _("Dingin, di kulkas"),
    Handling.FROZEN: lambda: _("Beku"),
    Handling.AMBIENT: lambda: _("Suhu ruang"),
}
AS_CAUGHT = (Form.FRESH, Form.LIVE, Form.FROZEN)
_RAISED = (Category.BRACKISH, Category.FRESHWATER, Category.SEAWEED)


def form_name(form: str) -> str:
    """``Segar``, ``Hidup``, …"""
    return _FORMS[Form(form)]()


def handling_name(handling: str) -> str:
    """``Dengan es``, ``Beku``, …: how a lot is kept."""
    return _HANDLINGS[Handling(handling)]()


def gear_name(code: str) -> str:
    """A gear in the language of the page; a code that is none of ours as it is."""
    gear = GEARS.get(code)
    if gear is None:
        return code
    return gear.name_id if current_language() == "id" else gear.name_en


def came(category: str, form: str) -> str:
    """``Dipanen``, ``Didaratkan`` or ``Dibuat``: what stands before the time from which a lot's life counts."""
    if form not in AS_CAUGHT:
        return _("Dibuat")
    return _("Dipanen") if category in _RAISED else _("Didaratkan")


def came_when(category: str, form: str) -> str:
    """The same as a question: ``Kapan dipanen?``"""
    if form not in AS_CAUGHT:
        return _("Kapan dibuat?")
    return _("Kapan dipanen?") if category in _RAISED else _("Kapan didaratkan?")


def register(app: Flask) -> None:
    """Templates have `form_name`, `gear_name` and `handling_name` as filters, `came` as a function."""
    for words in (form_name, gear_name, handling_name):
        app.jinja_env.filters[words.__name__] = when_rendered(words)
    app.jinja_env.globals["came"] = came
