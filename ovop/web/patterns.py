"""The pattern page: every component in every state, for whoever builds or changes a page."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace as Row

import segno
from flask import Blueprint, Response, make_response, render_template
from markupsafe import Markup

from ovop.kernel import days
from ovop.web import formats, times
from ovop.web.assets import STATIC
from ovop.web.language import gettext as _

blueprint = Blueprint("patterns", __name__)

_SALES = (285, 240, 255, 338, 352, 330, 365, 388, 402, 421, 468, 413)
_ICONS_LEFT_OUT = ("brand", "star")


@blueprint.get("/pola")
def index() -> Response:
    """All components on one page; search engines stay away."""
    now = days.now()
    page = render_template(
        "patterns.html",
        area="shop",
        place="market",
        now=now,
        landed_at=now - timedelta(hours=4),
        best_before=now + timedelta(hours=32),
        harvest_at=now + timedelta(days=3),
        slots=_slots(),
        months=_months(),
        drawings=sorted(path.stem for path in (STATIC / "drawings").glob("*.svg")),
        icons=_icon_names(),
        qr_code=Markup(segno.make("482915", error="m").svg_inline(border=0, dark="#0b3c49", omitsize=True)),  # noqa: S704
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _months() -> list[tuple[str, int, str]]:
    """A year of sales: name of the month, millions of rupiah, the same in words."""
    firsts = [date(2025 + number // 12, number % 12 + 1, 1) for number in range(11, 11 + len(_SALES))]
    return [
        (times.short_month(first), value, formats.short_rupiah(value * 1_000_000))
        for first, value in zip(firsts, _SALES, strict=True)
    ]


def _slots() -> list[Row]:
    """Times of one day: full, nearly full, free, and one that does not fit."""
    noon = days.start_of(days.today()) + timedelta(hours=14)
    rows = ((0, None), (9, None), (2, None), (12, _("Lewat waktu terbaiknya")))
    return [
        Row(
            id=number,
            starts_at=noon + timedelta(hours=number),
            ends_at=noon + timedelta(hours=number + 1),
            free=free,
            why=why,
        )
        for number, (free, why) in enumerate(rows)
    ]


def _icon_names() -> list[str]:
    sprite = (STATIC / "icons.svg").read_text("utf-8")
    names = [part.partition('"')[0] for part in sprite.split('<symbol id="')[1:]]
    return [name for name in names if name not in _ICONS_LEFT_OUT]
