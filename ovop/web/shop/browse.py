"""The catalogue: what is on sale, searched, narrowed and sorted by links."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask import Response, request
from sqlalchemy.orm import Session

from ovop.catalogue.rules import Form, Group
from ovop.db import db
from ovop.db.stamp import Stamp
from ovop.discovery.browsing import WayOut, browse
from ovop.discovery.queries import find_catches
from ovop.discovery.rows import CatchCard
from ovop.discovery.rules import CatchFilter, Page, Sort, VillageFilter
from ovop.discovery.search import understood, vocabulary
from ovop.discovery.shelf import Shelf, front_shelf
from ovop.discovery.suggest import Kind, suggester
from ovop.discovery.village_rows import VillageRow
from ovop.discovery.villages import flagship_strip, list_districts, list_villages
from ovop.kernel import days
from ovop.villages.gazetteer import gazetteer
from ovop.web.formats import number
from ovop.web.goods import form_name
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.shop.area import blueprint
from ovop.web.shop.filters import COUNTED, PER_PAGE, Asked, read_filter
from ovop.web.shop.kept_pages import kept_page, kept_rows
from ovop.web.shop.labels import group_name, heading_of, sort_name
from ovop.web.shop.ways_out import Way, ways_in_words, why_nothing
from ovop.web.shop.words import day_heading
from ovop.web.times import NBSP

#: Villages with a flagship on the front page, and villages named there; days that the pickup filter offers.
STRIP, VILLAGES, DAYS_OFFERED = 5, 12, 7
#: Kilometres that the form offers to narrow by, and the chip.
DISTANCES, CLOSE_KM = (2, 5, 10, 25, 50), 10
#: Fewer lots than this are not yet "what landed today".
FEW = 4
#: What the front page asks for.
FRONT = CatchFilter(in_stock=True, per_page=PER_PAGE, count_up_to=COUNTED)
#: What the chips offer; the form has all.
GROUPS = (Group.FISH, Group.SHRIMP, Group.CRAB)


@blueprint.get("/")
def catalogue() -> Response:
    """What is on sale, as the address asks for it."""
    return kept_page("shop/home.html", lambda stamp: _facts(read_filter(request.args), stamp))


def _facts(asked: Asked, stamp: Stamp) -> dict[str, Hashable]:
    session, wanted = db.session(), asked.wanted
    is_front = wanted.is_plain and wanted.page == 1
    front, browsed = None, None
    if is_front and wanted == FRONT and not asked.is_open:
        front, found = _front(session, stamp)
    else:
        browsed = browse(session, wanted, days.now(), slow=stamp.slow, with_choices=asked.is_open)
        found = browsed.page
    districts = kept_rows("districts", stamp, lambda: list_districts(session))
    lists = f"options {current_language()} {wanted.near is not None}"
    ways = browsed.ways if browsed else ()
    return {
        "asked": asked,
        "found": found,
        "is_front": is_front,
        "front": front,
        "heading": heading_of(wanted),
        "meant": understood(wanted.q, vocabulary(session, stamp.slow)) if wanted.q and found.total else None,
        "groups": GROUPS,
        "close": (CLOSE_KM, _up_to(CLOSE_KM)),
        "choices": (
            (kept_rows(lists, stamp, lambda: _options(wanted, districts)), _chosen(wanted), browsed.choices)
            if browsed and browsed.choices
            else None
        ),
        "active": tuple(_active(asked, found, dict(districts))),
        "nothing": None if found.items else _nothing(session, asked, ways, stamp),
    }


class Front(NamedTuple):
    """What only the front page has.  landed: how many of the first lots landed today, when they are worth a heading."""

    landed: int
    shelf: Shelf
    strip: tuple[VillageRow, ...]
    villages: tuple[tuple[str, str], ...]


def _front(session: Session, stamp: Stamp) -> tuple[Front, Page[CatchCard]]:
    now = days.now()
    strip = kept_rows("strip", stamp, lambda: flagship_strip(session, now, STRIP))
    villages = kept_rows("selling villages", stamp, lambda: _selling(session, now))
    found = find_catches(session, FRONT, now, slow=stamp.slow)
    products = [village.flagship.product_id for village in strip if village.flagship]
    landed = sum(days.day_of(card.landed_at) == days.day_of(now) and card.landed_at <= now for card in found.items)
    return Front(landed if landed >= FEW else 0, front_shelf(session, products, now), strip, villages), found


def _selling(session: Session, now: datetime) -> tuple[tuple[str, str], ...]:
    rows = list_villages(session, VillageFilter(active=True, per_page=VILLAGES), now).items
    return tuple((row.code, row.name) for row in rows)


class Nothing(NamedTuple):
    """What is said where there is nothing: why, ways out, and the species that one can ask to be told of."""

    why: str
    ways: tuple[Way, ...]
    species: tuple[str, str] | None


def _nothing(session: Session, asked: Asked, ways: tuple[WayOut, ...], stamp: Stamp) -> Nothing:
    return Nothing(why_nothing(asked, ways), tuple(ways_in_words(asked, ways)), _species_meant(session, asked, stamp))


def _species_meant(session: Session, asked: Asked, stamp: Stamp) -> tuple[str, str] | None:
    """Code and name of the species that is looked for, by its code or by what was typed."""
    names = suggester(session, stamp.slow)
    if asked.wanted.species:
        return names.species(asked.wanted.species)
    found = names.find(asked.wanted.q) if asked.wanted.q else []
    return names.species(found[0].key) if found and found[0].kind is Kind.SPECIES else None


class Options(NamedTuple):
    """What the form's lists offer, as pairs of value and words."""

    category: tuple[tuple[str, str], ...]
    form: tuple[tuple[str, str], ...]
    district: tuple[tuple[str, str], ...]
    pickup_day: tuple[tuple[date, str], ...]
    sort: tuple[tuple[str, str], ...]
    max_km: tuple[tuple[str, str], ...]


class Chosen(NamedTuple):
    """What of it is in force."""

    category: str | None
    form: str | None
    district: str | None
    pickup_day: date | None
    sort: str
    max_km: str | None
    in_stock: bool


def _options(wanted: CatchFilter, districts: tuple[tuple[str, str], ...]) -> Options:
    coming = [days.today() + timedelta(days=ahead) for ahead in range(DAYS_OFFERED)]
    return Options(
        category=tuple((group.value, group_name(group)) for group in Group),
        form=tuple((form.value, form_name(form)) for form in Form),
        district=districts,
        pickup_day=tuple((day, day_heading(day)) for day in coming),
        sort=tuple((sort.value, sort_name(sort)) for sort in Sort if sort is not Sort.DISTANCE or wanted.near),
        max_km=tuple((str(km), _up_to(km)) for km in DISTANCES) if wanted.near else (),
    )


def _chosen(wanted: CatchFilter) -> Chosen:
    km = f"{wanted.max_km:g}" if wanted.max_km else None
    category = wanted.category if isinstance(wanted.category, Group) or wanted.category is None else None
    return Chosen(category, wanted.form, wanted.district, wanted.pickup_day, wanted.sort, km, in_stock=wanted.in_stock)


def _active(asked: Asked, found: Page[CatchCard], districts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The filters in force but the place, each with the address without it."""
    wanted = asked.wanted
    if wanted.q:
        yield _("“%(words)s”", words=wanted.q), asked.url(q=None)
    yield from _active_origin(asked, found.items[0] if found.items else None, districts)
    if wanted.category:
        yield group_name(wanted.category), asked.url(category=None)
    if wanted.form:
        yield form_name(wanted.form), asked.url(form=None)
    if wanted.pickup_day:
        yield _("Bisa diambil %(day)s", day=day_heading(wanted.pickup_day)), asked.url(pickup_day=None)
    if wanted.max_km:
        yield _up_to(wanted.max_km), asked.url(max_km=None)
    if not wanted.in_stock:
        yield _("Termasuk yang habis"), asked.url(in_stock=None)


def _active_origin(asked: Asked, first: CatchCard | None, districts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Those of them that say whose it is, and what species."""
    wanted = asked.wanted
    if wanted.village:
        yield gazetteer().name_of(wanted.village) or wanted.village, asked.url(village=None)
    if wanted.district:
        yield districts.get(wanted.district, wanted.district), asked.url(district=None)
    if wanted.cooperative:
        yield first.cooperative_name if first else _("Satu koperasi"), asked.url(cooperative=None)
    if wanted.species:
        yield first.species_name if first else wanted.species, asked.url(species=None)


def _up_to(km: float) -> str:
    return _("Sampai %(distance)s", distance=f"{number(km, 1)}{NBSP}km")
