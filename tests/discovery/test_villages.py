"""Villages as lists and alone."""

from __future__ import annotations

from datetime import date

import pytest
from apiflask import APIFlask
from sqlalchemy import update

from ovop.accounts.models import Cooperative
from ovop.db import db, write
from ovop.discovery.rules import VillageFilter
from ovop.discovery.villages import flagship_strip, get_village, list_districts, list_villages
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from tests.make import accounts, catalogue, market, stories

LONTAR = "36.04.13.2007"


@pytest.fixture
def tengkurak(app: APIFlask) -> market.Shop:
    return market.shop()


EVERY = VillageFilter()


def listed(wanted: VillageFilter = EVERY) -> list[str]:
    db.session.rollback()
    return [village.name for village in list_villages(db.session(), wanted, days.now()).items]


def test_all_villages_come_in_pages_those_that_sell_first(tengkurak: market.Shop) -> None:
    session, now = db.session(), days.now()
    first = list_villages(session, VillageFilter(per_page=100), now)
    assert (first.total, first.pages, first.items[0].name) == (326, 4, "Tengkurak")
    every = [
        village.code
        for page in range(1, 5)
        for village in list_villages(session, VillageFilter(per_page=100, page=page), now).items
    ]
    assert len(set(every)) == len(every) == 326
    beyond = list_villages(session, VillageFilter(page=99), now)
    assert (beyond.items, beyond.total) == ((), 326)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (VillageFilter(active=True), ["Tengkurak"]),
        (VillageFilter(q="tengkurk"), ["Tengkurak"]),
        (VillageFilter(q="lontar tirtayasa"), ["Lontar"]),
        (VillageFilter(q="qqqqqq"), []),
        (VillageFilter(q="tengkurak", active=False), []),
        (VillageFilter(district="36.04.13", active=True), ["Tengkurak"]),
        (VillageFilter(district="36.04.99"), []),
    ],
)
def test_villages_are_narrowed(tengkurak: market.Shop, wanted: VillageFilter, names: list[str]) -> None:
    assert listed(wanted) == names


def test_a_districts_villages(tengkurak: market.Shop) -> None:
    assert len(listed(VillageFilter(district="36.04.13"))) == 14


def test_a_village_says_what_it_stands_for_and_how_much_is_on_sale(tengkurak: market.Shop) -> None:
    office = accounts.official()
    sate = catalogue.product(tengkurak.clerk, "Sate bandeng", "MIL")
    catalogue.flagship(office, sate)
    catalogue.stars(office, sate, 3)
    market.catch(tengkurak)
    market.catch(tengkurak)
    db.session.rollback()
    row = list_villages(db.session(), VillageFilter(active=True), days.now()).items[0]
    assert row.flagship is not None
    assert (row.flagship.name, row.flagship.stars_level, row.on_sale) == ("Sate bandeng", 3, 2)
    assert [(ref.id, ref.slug) for ref in row.cooperatives] == [(tengkurak.id, "tengkurak")]


def test_a_resting_cooperative_does_not_make_a_village_active(tengkurak: market.Shop) -> None:
    write(lambda session: session.execute(update(Cooperative).values(is_active=False)))
    assert listed(VillageFilter(active=True)) == []


def test_the_strip_shows_villages_with_most_stars_first(tengkurak: market.Shop) -> None:
    office, lontar = accounts.official(), market.shop("lontar", LONTAR)
    plain = catalogue.product(tengkurak.clerk, "Bandeng", "MIL")
    starred = catalogue.product(lontar.clerk, "Rumput laut", "EMA")
    catalogue.flagship(office, plain)
    catalogue.flagship(office, starred, LONTAR)
    catalogue.stars(office, starred, 2)
    db.session.rollback()
    assert [village.name for village in flagship_strip(db.session(), days.now(), 5)] == ["Lontar", "Tengkurak"]
    assert len(flagship_strip(db.session(), days.now(), 1)) == 1


def test_a_village_tells_its_story_with_all_that_it_stood_for(tengkurak: market.Shop) -> None:
    office = accounts.official()
    first, second = (catalogue.product(tengkurak.clerk, name, "MIL") for name in ("Bandeng", "Sate bandeng"))
    catalogue.flagship(office, first, decided_on=date(2021, 3, 1))
    catalogue.flagship(office, second, decided_on=date(2023, 5, 2))
    catalogue.stars(office, second, 3)
    stories.told(tengkurak.clerk, "Kami membakar di atas arang kelapa.\n\nTiap pagi.", title="Dari tambak ke sate")
    detail = get_village(db.session(), accounts.TENGKURAK, days.now())
    assert detail.story is not None
    assert detail.story.title == "Dari tambak ke sate"
    assert detail.story.paragraphs == ("Kami membakar di atas arang kelapa.", "Tiap pagi.")
    assert [(period.name, period.decided_on, period.ended_on) for period in detail.periods] == [
        ("Sate bandeng", date(2023, 5, 2), None),
        ("Bandeng", date(2021, 3, 1), date(2023, 5, 2)),
    ]
    assert [(award.product, award.level, award.year) for award in detail.awards] == [("Sate bandeng", 3, 2025)]
    assert [seller.name for seller in detail.sellers] == ["Koperasi Tengkurak"]
    assert [point.name for point in detail.points] == ["Dermaga"]
    assert detail.touches_sea


def test_a_village_without_anything_is_still_a_village(app: APIFlask) -> None:
    detail = get_village(db.session(), LONTAR, days.now())
    assert (detail.village.flagship, detail.sellers, detail.periods) == (None, (), ())
    with pytest.raises(NotFound):
        get_village(db.session(), "36.04.13.9999", days.now())


def test_districts_come_by_name(app: APIFlask) -> None:
    districts = list_districts(db.session())
    assert len(districts) == 29
    assert [name for _, name in districts] == sorted(name for _, name in districts)
