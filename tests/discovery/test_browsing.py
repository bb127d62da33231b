"""Looking around: counts that combine, and ways out where nothing fits."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from ovop.catalogue.rules import Category, Form, Group, group_of
from ovop.db import db, write
from ovop.db.stamp import change_stamp
from ovop.discovery.browsing import OTHERS, Browsed, WayOut, browse
from ovop.discovery.queries import find_catches
from ovop.discovery.rules import CatchFilter
from ovop.kernel import days
from ovop.kernel.geo import Place
from ovop.pickup.models import PickupPoint
from tests.make import accounts, catalogue, market
from tests.web.test_shop_kept_pages import queries

LONTAR, ANYAR = "36.04.13.2007", "36.04.30.2001"
SHORE = Place(-5.98, 106.36)
once = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)


@pytest.fixture
def offer(app: APIFlask) -> list[int]:
    """Two villages of one district and one of another, fresh and processed, some of it sold out."""
    lots = []
    for slug, village in (("tengkurak", accounts.TENGKURAK), ("lontar", LONTAR), ("anyar", ANYAR)):
        seller = market.shop(slug, village)
        if slug == "anyar":
            moved = update(PickupPoint).where(PickupPoint.id == seller.point).values(latitude=-6.06, longitude=105.93)
            write(lambda session, moved=moved: session.execute(moved))
        for name, species, form in (
            ("Bandeng", "MIL", Form.FRESH),
            ("Sate bandeng", "MIL", Form.PROCESSED),
            ("Rajungan", "SCD", Form.FRESH),
        ):
            lots.append(market.catch(seller, 1_000, product=catalogue.product(seller.clerk, name, species, form)))
        lots.append(market.catch(seller, 1_000, product=catalogue.product(seller.clerk, "Udang jerbung", "PBA")))
        if slug != "anyar":
            market.order(accounts.buyer(f"{slug}@pembeli.id"), seller, {lots[-1]: 1_000})
    return lots


def look(wanted: CatchFilter, *, with_choices: bool = True) -> Browsed:
    db.session.rollback()
    slow = change_stamp(db.session()).slow
    return browse(db.session(), wanted, days.now(), slow=slow, with_choices=with_choices)


filters = st.builds(
    CatchFilter,
    q=st.sampled_from(["", "bandeng", "lontar", "udang", "zzzz"]),
    district=st.sampled_from([None, "36.04.13", "36.04.30", "36.04.01"]),
    form=st.sampled_from([None, Form.FRESH, Form.PROCESSED, Form.LIVE]),
    category=st.sampled_from([None, Group.FISH, Group.CRAB, Category.BRACKISH, Group.SEAWEED]),
    in_stock=st.booleans(),
    near=st.sampled_from([None, SHORE]),
    max_km=st.sampled_from([None, 1.0, 5.0, 60.0]),
    pickup_day=st.sampled_from([None, date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 20)]),
)


@once
@given(filters)
def test_what_is_counted_is_what_the_choice_would_show(offer: list[int], wanted: CatchFilter) -> None:
    def total(**changes: object) -> int:
        return find_catches(db.session(), replace(wanted, **changes), days.now()).total  # type: ignore[arg-type]

    found = look(wanted)
    assert found.page == find_catches(db.session(), wanted, days.now())
    assert found.choices is not None
    for name, options in (("category", list(Group)), ("form", list(Form)), ("district", ["36.04.13", "36.04.30"])):
        counts = getattr(found.choices, name)
        assert {option: counts.get(option, 0) for option in options} == {
            option: total(**{name: option}) for option in options
        }
    assert found.choices.sold_out == total(in_stock=False) - total(in_stock=True)
    for way in found.ways:
        if way.day is not None:
            assert way.count == total(pickup_day=way.day) > 0
        elif way.without != OTHERS:
            nothing: object = {"q": "", "in_stock": False}.get(way.without)
            assert way.count == total(**{way.without: nothing}) > 0
    if found.page.total:
        assert found.ways == ()


def test_groups_gather_their_categories(offer: list[int]) -> None:
    choices = look(CatchFilter()).choices
    assert choices is not None
    assert choices.category == Counter({"fish": 6, "crab": 3, "shrimp": 3})
    assert group_of(Category.BRACKISH) == "fish"


def test_none_near_on_that_day_but_further_away_there_is(offer: list[int]) -> None:
    wanted = CatchFilter(q="udang", in_stock=True, near=SHORE, max_km=5.0, pickup_day=date(2026, 1, 6))
    ways = look(wanted).ways
    [further] = [way for way in ways if way.without == "max_km"]
    assert further.count == 1
    assert further.km is not None
    assert further.km > 5
    assert WayOut("in_stock", 2) in ways


def test_another_day_is_offered_with_what_it_has(offer: list[int]) -> None:
    ways = look(CatchFilter(q="rajungan", pickup_day=date(2026, 1, 20))).ways
    offered = [(way.day, way.count) for way in ways if way.day]
    assert offered[0] == (date(2026, 1, 5), 3)
    assert all(day <= date(2026, 1, 5) + timedelta(days=7) for day, _ in offered if day)


def test_what_was_sought_is_kept_where_one_choice_fewer_is_not_enough(offer: list[int]) -> None:
    wanted = CatchFilter(q="rajungan", district="36.04.01", pickup_day=date(2026, 1, 20))
    assert look(wanted).ways == (WayOut(OTHERS, 3),)


def test_two_queries_are_enough(offer: list[int]) -> None:
    wanted = CatchFilter(q="udang", near=SHORE, max_km=0.1, pickup_day=date(2026, 1, 20), form=Form.LIVE)
    look(wanted)
    slow = change_stamp(db.session()).slow
    with queries() as statements:
        assert not browse(db.session(), wanted, days.now(), slow=slow, with_choices=True).page.items
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 2
