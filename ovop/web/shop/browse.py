"""The catalogue: what is on sale, searched, narrowed and sorted by links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from flask import Response, request

from ovop.catalogue.rules import Form, Group
from ovop.db import db
from ovop.db.stamp import Stamp
from ovop.discovery.queries import find_catches
from ovop.discovery.rows import CatchCard
from ovop.discovery.rules import CatchFilter, Page, Sort
from ovop.discovery.search import understood, vocabulary
from ovop.discovery.villages import flagship_strip, list_districts
from ovop.kernel import days
from ovop.villages.gazetteer import gazetteer
from ovop.web.formats import distance
from ovop.web.goods import form_name
from ovop.web.language import gettext as _
from ovop.web.shop.area import blueprint
from ovop.web.shop.filters import Asked, read_filter
from ovop.web.shop.kept_pages import kept_page, kept_rows
from ovop.web.shop.labels import group_name, heading_of, sort_name
from ovop.web.shop.words import day_heading

#: Villages with a flagship on the front page; days that the pickup filter offers.
STRIP, DAYS_OFFERED = 5, 7
#: What the chips offer; the form has all.
GROUPS = (Group.FISH, Group.SHRIMP, Group.CRAB)


@blueprint.get("/")
def catalogue() -> Response:
    """What is on sale, as the address asks for it."""
    asked = read_filter(request.args)
    return kept_page("shop/home.html", lambda stamp: _facts(asked, stamp))


def _facts(asked: Asked, stamp: Stamp) -> dict[str, Any]:
    session, now, wanted = db.session(), days.now(), asked.wanted
    found = find_catches(session, wanted, now, slow=stamp.slow)
    is_front = wanted.is_plain and wanted.page == 1
    districts = kept_rows("districts", stamp, lambda: list_districts(session))
    return {
        "asked": asked,
        "found": found,
        "is_front": is_front,
        "heading": heading_of(wanted),
        "meant": understood(wanted.q, vocabulary(session, stamp.slow)) if wanted.q and found.total else None,
        "strip": kept_rows("strip", stamp, lambda: flagship_strip(session, now, STRIP)) if is_front else (),
        "groups": GROUPS,
        "options": _options(wanted, districts),
        "active": list(_active(asked, found, dict(districts))),
    }


def _options(wanted: CatchFilter, districts: Sequence[tuple[str, str]]) -> dict[str, Sequence[tuple[object, str]]]:
    """What the form's lists offer, as pairs of value and words."""
    coming = [days.today() + timedelta(days=ahead) for ahead in range(DAYS_OFFERED)]
    return {
        "category": [(group, group_name(group)) for group in Group],
        "district": districts,
        "form": [(form, form_name(form)) for form in Form],
        "pickup_day": [(day, day_heading(day)) for day in coming],
        "sort": [(sort, sort_name(sort)) for sort in Sort if sort is not Sort.DISTANCE or wanted.near],
    }


def _active(asked: Asked, found: Page[CatchCard], districts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The filters in force that no chip shows, each with the address without it."""
    wanted = asked.wanted
    first = found.items[0] if found.items else None
    if wanted.village:
        yield gazetteer().name_of(wanted.village) or wanted.village, asked.url(village=None)
    if wanted.district:
        yield districts.get(wanted.district, wanted.district), asked.url(district=None)
    if wanted.cooperative:
        yield first.cooperative_name if first else _("Satu koperasi"), asked.url(cooperative=None)
    if wanted.species:
        yield first.species_name if first else wanted.species, asked.url(species=None)
    if wanted.category and wanted.category not in GROUPS:
        yield group_name(wanted.category), asked.url(category=None)
    if wanted.form and wanted.form is not Form.PROCESSED:
        yield form_name(wanted.form), asked.url(form=None)
    if wanted.pickup_day:
        yield _("Bisa diambil %(day)s", day=day_heading(wanted.pickup_day)), asked.url(pickup_day=None)
    if wanted.max_km:
        yield _("Sampai %(distance)s", distance=distance(wanted.max_km)), asked.url(max_km=None)
    if not wanted.in_stock:
        yield _("Termasuk yang habis"), asked.url(in_stock=None)
