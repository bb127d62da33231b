"""Where nothing fits: what is there without one of the choices, in words, with how much and a link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from flask import Flask, url_for

from ovop.discovery.browsing import OTHERS, WayOut
from ovop.web.formats import distance
from ovop.web.language import gettext as _
from ovop.web.language import ngettext
from ovop.web.shop.filters import Asked
from ovop.web.times import near_day

#: Nobody reads more.
MOST = 6

_WITHOUT: dict[str, Callable[[], str]] = {
    "pickup_day": lambda: _("Hari apa saja"),
    "category": lambda: _("Semua jenis"),
    "form": lambda: _("Semua keadaan"),
    "district": lambda: _("Semua kecamatan"),
    "village": lambda: _("Semua desa"),
    "cooperative": lambda: _("Semua koperasi"),
    "species": lambda: _("Semua jenis ikan"),
    "in_stock": lambda: _("Juga yang sudah habis"),
}


class Way(NamedTuple):
    """A way out: what to let go, what is there then, and the address."""

    words: str
    found: str
    url: str


def ways_in_words(asked: Asked, ways: tuple[WayOut, ...]) -> Iterator[Way]:
    """The ways out as links, at most MOST."""
    for way in ways[:MOST]:
        found = ngettext("%(num)s hasil", "%(num)s hasil", way.count)
        if way.day is not None:
            yield Way(_("Diambil %(day)s", day=near_day(way.day)), found, asked.url(pickup_day=way.day))
        elif way.without == "max_km":
            further = max(0.1, (way.km or 0) - (asked.wanted.max_km or 0))
            yield Way(_("%(distance)s lebih jauh", distance=distance(further)), found, asked.url(max_km=None))
        elif way.without == OTHERS:
            sought = {name: asked.parameters.get(name) for name in ("q", "species", "in_stock", "near", "saring")}
            yield Way(_("Di mana saja, kapan saja"), found, replace(asked, parameters={}).url(**sought))
        elif way.without == "q":
            yield Way(_("Tanpa kata “%(words)s”", words=asked.wanted.q), found, asked.url(q=None))
        elif way.without == "in_stock":
            yield Way(_WITHOUT["in_stock"](), found, asked.url(in_stock="0"))
        else:
            yield Way(_WITHOUT[way.without](), found, asked.url(**{way.without: None}))


def why_nothing(asked: Asked, ways: tuple[WayOut, ...]) -> str:
    """What is not there, and the one thing that would help most where that is to go further."""
    wanted = asked.wanted
    further = next((way for way in ways if way.without == "max_km" and way.km is not None), None)
    if further is None or wanted.max_km is None or further.km is None:
        return _("Kalau satu pilihan dilepas, ini yang ada.") if ways else ""
    facts = {
        "max": distance(wanted.max_km),
        "place": asked.near_name,
        "further": distance(max(0.1, further.km - wanted.max_km)),
        "found": ngettext("%(num)s hasil", "%(num)s hasil", further.count),
    }
    if wanted.pickup_day is None:
        return _("Tidak ada sampai %(max)s dari %(place)s. %(further)s lebih jauh ada %(found)s.", **facts)
    facts["day"] = near_day(wanted.pickup_day)
    return _(
        "Tidak ada sampai %(max)s dari %(place)s untuk diambil %(day)s. %(further)s lebih jauh ada %(found)s.", **facts
    )


def follow_url(kind: str, key: str) -> str:
    """Where somebody asks to be told when there is some."""
    return url_for("shop.follow_start", kind=kind, id=key)


def register(app: Flask) -> None:
    """Templates have `follow_url`."""
    app.jinja_env.globals["follow_url"] = follow_url
