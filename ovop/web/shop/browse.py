"""The catalogue: what is on sale, searched, narrowed and sorted by links."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

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
from ovop.web.formats import number
from ovop.web.goods import form_name
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.shop.area import blueprint
from ovop.web.shop.filters import Asked, read_filter
from ovop.web.shop.kept_pages import kept_page, kept_rows
from ovop.web.shop.labels import group_name, heading_of, sort_name
from ovop.web.shop.words import day_heading
from ovop.web.times import NBSP

#: Villages with a flagship on the front page; days that the pickup filter offers.
STRIP, DAYS_OFFERED = 5, 7
#: Kilometres that the form offers to narrow by, and the chip.
DISTANCES, CLOSE_KM = (2, 5, 10, 25, 50), 10
#: What the chips offer; the form has all.
GROUPS = (Group.FISH, Group.SHRIMP, Group.CRAB)


@blueprint.get("/")
def catalogue() -> Response:
    """What is on sale, as the address asks for it."""
    return kept_page("shop/home.html", lambda stamp: _facts(read_filter(request.args), stamp))


def _facts(asked: Asked, stamp: Stamp) -> dict[str, Hashable]:
    session, now, wanted = db.session(), days.now(), asked.wanted
    found = find_catches(session, wanted, now, slow=stamp.slow)
    is_front = wanted.is_plain and wanted.page == 1
    districts = kept_rows("districts", stamp, lambda: list_districts(session))
    lists = f"options {current_language()} {wanted.near is not None}"
    return {
        "asked": asked,
        "found": found,
        "is_front": is_front,
        "heading": heading_of(wanted),
        "meant": understood(wanted.q, vocabulary(session, stamp.slow)) if wanted.q and found.total else None,
        "strip": kept_rows("strip", stamp, lambda: flagship_strip(session, now, STRIP)) if is_front else (),
        "groups": GROUPS,
        "close": (CLOSE_KM, _up_to(CLOSE_KM)),
        "choices": (kept_rows(lists, stamp, lambda: _options(wanted, districts)), _chosen(wanted)),
        "active": tuple(_active(asked, found, dict(districts))),
    }


class Options(NamedTuple):
    """What the form's lists offer, as pairs of value and words."""

    category: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]
    district: tuple[tuple[str, str], ...]
    pickup_day: tuple[tuple[date, str], ...]
    max_km: tuple[tuple[int, str], ...]
    sort: tuple[tuple[str, str], ...]


class Chosen(NamedTuple):
    """What of it is in force."""

    category: str | None
    form: str | None
    district: str | None
    pickup_day: date | None
    max_km: str | None
    sort: str
    in_stock: bool


def _options(wanted: CatchFilter, districts: tuple[tuple[str, str], ...]) -> Options:
    coming = [days.today() + timedelta(days=ahead) for ahead in range(DAYS_OFFERED)]
    return Options(
        category=tuple((group.value, group_name(group)) for group in Group),
        form=tuple((form.value, form_name(form)) for form in Form),
        district=districts,
        pickup_day=tuple((day, day_heading(day)) for day in coming),
        max_km=tuple((km, _up_to(km)) for km in DISTANCES) if wanted.near else (),
        sort=tuple((sort.value, sort_name(sort)) for sort in Sort if sort is not Sort.DISTANCE or wanted.near),
    )


def _chosen(wanted: CatchFilter) -> Chosen:
    return Chosen(
        wanted.category,
        wanted.form,
        wanted.district,
        wanted.pickup_day,
        f"{wanted.max_km:g}" if wanted.max_km else None,
        wanted.sort,
        in_stock=wanted.in_stock,
    )


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
    if wanted.max_km and wanted.max_km != CLOSE_KM:
        yield _up_to(wanted.max_km), asked.url(max_km=None)
    if not wanted.in_stock:
        yield _("Termasuk yang habis"), asked.url(in_stock=None)


def _up_to(km: float) -> str:
    return _("Sampai %(distance)s", distance=f"{number(km, 1)}{NBSP}km")
