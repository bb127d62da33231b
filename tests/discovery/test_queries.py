"""The market's offer: what is on sale, narrowed, sorted and in pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from ovop.accounts.models import Cooperative
from ovop.catalogue.rules import Category, Form, Group
from ovop.db import db, write
from ovop.db.stamp import change_stamp
from ovop.discovery.collecting import next_times
from ovop.discovery.queries import find_catches, get_catch, get_lot
from ovop.discovery.rows import CatchCard
from ovop.discovery.rules import CatchFilter, Page, Sort
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.kernel.geo import Place
from ovop.pickup.models import Slot
from ovop.pickup.operations import close
from ovop.pickup.rules import Hours
from ovop.stock.operations import withdraw_catch
from ovop.stock.photos import add_photo
from tests.conftest import Clock
from tests.make import accounts, catalogue, market

LONTAR = "36.04.13.2007"
NEAR = Place(-5.98, 106.36)
once = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


EVERYTHING = CatchFilter()


def found(wanted: CatchFilter = EVERYTHING, now: datetime | None = None) -> Page[CatchCard]:
    db.session.rollback()
    return find_catches(db.session(), wanted, now or days.now())


def ids(wanted: CatchFilter = EVERYTHING) -> list[int]:
    return [card.id for card in found(wanted).items]


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def tengkurak(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def lontar(app: APIFlask) -> market.Shop:
    return market.shop("lontar", LONTAR)


def test_a_lot_shows_all_that_a_program_needs(tengkurak: market.Shop) -> None:
    office = accounts.official()
    sate = catalogue.product(tengkurak.clerk, "Sate bandeng", "MIL", Form.PROCESSED)
    catalogue.flagship(office, sate)
    lot = market.catch(tengkurak, 4_000, 45_000, product=sate)
    write(add_photo, lot, "catch/b", 640, 480, tengkurak.clerk, days.now(), "Wibowo, CC BY-SA 3.0")
    write(add_photo, lot, "catch/a", 320, 240, tengkurak.clerk, days.now())
    (card,) = found().items
    assert (card.id, card.name, card.unit_price, card.available) == (lot, "Sate bandeng", 45_000, 4_000)
    assert (card.species_code, card.species_name, card.species_name_en) == ("MIL", "Bandeng", "Milkfish")
    assert (card.category, card.form, card.measure, card.unit) == ("brackish", "processed", "weight", "kg")
    assert (card.village_code, card.village_name, card.district_name) == ("36.04.13.2011", "Tengkurak", "Tirtayasa")
    assert (card.cooperative_id, card.cooperative_name) == (tengkurak.id, "Koperasi Tengkurak")
    assert card.landed_at == days.now()
    assert card.is_flagship
    assert [(photo.key, photo.credit) for photo in card.photos] == [
        ("catch/b", "Wibowo, CC BY-SA 3.0"),
        ("catch/a", ""),
    ]
    assert (card.distance_km, card.point_name) == (None, None)


def test_only_what_is_on_sale_is_found(tengkurak: market.Shop, clock: Clock) -> None:
    withdrawn = market.catch(tengkurak)
    write(withdraw_catch, withdrawn, "busuk", tengkurak.clerk, days.now())
    spoils = market.catch(tengkurak, best_before=days.now() + hours(1))
    stays = market.catch(tengkurak)
    assert set(ids()) == {spoils, stays}
    clock.forward(hours=1)
    assert ids() == [stays]
    write(lambda session: session.execute(update(Cooperative).values(is_active=False)))
    assert ids() == []


def test_sold_out_lots_stay_in_sight_unless_left_out(tengkurak: market.Shop) -> None:
    lot = market.catch(tengkurak, 1_000)
    market.order(accounts.buyer(), tengkurak, {lot: 1_000})
    assert ids() == [lot]
    assert ids(CatchFilter(in_stock=True)) == []
    assert get_catch(db.session(), lot, days.now()).is_on_sale
    assert not get_catch(db.session(), lot, days.now()).is_orderable


def test_each_filter_narrows(tengkurak: market.Shop, lontar: market.Shop) -> None:
    bandeng = market.catch(tengkurak, product=catalogue.product(tengkurak.clerk, "Bandeng", "MIL"))
    sate = market.catch(tengkurak, product=catalogue.product(tengkurak.clerk, "Sate bandeng", "MIL", Form.PROCESSED))
    udang = market.catch(lontar, product=catalogue.product(lontar.clerk, "Udang windu", "GIT"))
    for wanted, expected in (
        (CatchFilter(village=LONTAR), {udang}),
        (CatchFilter(district="36.04.13"), {bandeng, sate, udang}),
        (CatchFilter(district="36.04.1"), set()),
        (CatchFilter(cooperative=tengkurak.id), {bandeng, sate}),
        (CatchFilter(cooperative=999), set()),
        (CatchFilter(species="MIL"), {bandeng, sate}),
        (CatchFilter(form=Form.PROCESSED), {sate}),
        (CatchFilter(category=Group.FISH), {bandeng, sate}),
        (CatchFilter(category=Group.SHRIMP), {udang}),
        (CatchFilter(category=Category.BRACKISH), {bandeng, sate}),
        (CatchFilter(category=Category.PELAGIC), set()),
        (CatchFilter(q="bandeng", form=Form.FRESH, cooperative=tengkurak.id, district="36.04.13"), {bandeng}),
    ):
        page = found(wanted)
        assert ({card.id for card in page.items}, page.total) == (expected, len(expected)), wanted


def test_newest_is_what_landed_last_and_what_is_still_to_come_stands_behind(tengkurak: market.Shop) -> None:
    now = days.now()
    early = market.catch(tengkurak, landed_at=now - hours(5))
    late = market.catch(tengkurak, landed_at=now - hours(1))
    far = market.catch(tengkurak, landed_at=now + hours(70))
    soon = market.catch(tengkurak, landed_at=now + hours(20))
    assert ids() == [late, early, soon, far]


def test_cheapest_first(tengkurak: market.Shop) -> None:
    dear, cheap = market.catch(tengkurak, unit_price=90_000), market.catch(tengkurak, unit_price=18_000)
    assert ids(CatchFilter(sort=Sort.PRICE)) == [cheap, dear]


def test_nearest_first_by_each_cooperatives_nearest_point(app: APIFlask) -> None:
    far, near, none = market.shop("jauh", LONTAR), market.shop("dekat"), market.shop("tanpa")
    write(lambda session: session.execute(update_point(far.point, -6.2, 106.0)))
    write(lambda session: session.execute(update_point(near.point, -5.99, 106.36)))
    write(lambda session: session.execute(update_point(none.point, -5.98, 106.36, is_active=False)))
    lots = {seller.id: market.catch(seller) for seller in (far, near, none)}
    page = found(CatchFilter(near=NEAR, sort=Sort.DISTANCE))
    assert [card.id for card in page.items] == [lots[near.id], lots[far.id], lots[none.id]]
    assert page.items[0].distance_km == pytest.approx(1.106, abs=0.01)
    assert page.items[0].point_name == "Dermaga"
    assert page.items[2].distance_km is None
    assert ids(CatchFilter(near=NEAR, max_km=5, sort=Sort.PRICE)) == [lots[near.id]]
    assert ids(CatchFilter(near=NEAR, max_km=0.5)) == []


def update_point(point: int, latitude: float, longitude: float, **more: object) -> object:
    from ovop.pickup.models import PickupPoint

    place = {"latitude": latitude, "longitude": longitude, **more}
    return update(PickupPoint).where(PickupPoint.id == point).values(place)


def test_a_pickup_day_needs_a_slot_that_fits_and_has_room(tengkurak: market.Shop) -> None:
    today = date(2026, 1, 5)
    lot = market.catch(tengkurak, best_before=days.at(date(2026, 1, 6), time(9, 30)))
    assert ids(CatchFilter(pickup_day=today)) == [lot]
    assert ids(CatchFilter(pickup_day=today + timedelta(days=1))) == [lot]
    assert ids(CatchFilter(pickup_day=today + timedelta(days=2))) == []
    tomorrow = days.start_of(today + timedelta(days=1))
    write(lambda session: session.execute(update(Slot).where(Slot.starts_at >= tomorrow).values(booked=Slot.capacity)))
    assert ids(CatchFilter(pickup_day=today + timedelta(days=1))) == []


@once
@given(st.lists(st.integers(-250, 60), max_size=40), st.integers(1, 9), st.sampled_from(list(Sort)), st.booleans())
def test_pages_neither_lose_nor_repeat_a_lot(
    tengkurak: market.Shop, landings: list[int], per_page: int, sort: Sort, counts: bool
) -> None:
    """Whichever way is taken to the newest, the pages together are the whole, in order."""
    from ovop.stock.models import Catch, Movement, PriceChange

    tables = (Movement.__table__, PriceChange.__table__, Catch.__table__)
    write(lambda session: [session.execute(table.delete()) for table in tables])  # type: ignore[attr-defined]
    now = days.now()
    for landing in landings:
        market.catch(tengkurak, landed_at=now + timedelta(minutes=landing * 10), unit_price=1000 + landing % 7)
    wanted = CatchFilter(sort=sort, per_page=per_page, near=NEAR, count_up_to=None if counts else 3)
    whole = ids(replace(wanted, per_page=100))
    for _again in range(2):
        pieces = [ids(replace(wanted, page=page)) for page in range(1, len(landings) // per_page + 3)]
        assert [lot for piece in pieces for lot in piece] == whole
    plain = replace(wanted, near=None)
    pieces = [ids(replace(plain, page=page)) for page in range(1, len(landings) // per_page + 3)]
    assert [lot for piece in pieces for lot in piece] == ids(replace(plain, per_page=100))
    assert len(whole) == len(set(whole)) == len(landings)


def test_counting_stops_where_it_was_told_to(tengkurak: market.Shop) -> None:
    for _ in range(7):
        market.catch(tengkurak)
    page = found(CatchFilter(per_page=2, count_up_to=4))
    assert (page.total, page.is_more, page.left) == (4, True, 2)
    page = found(CatchFilter(per_page=2, page=3, count_up_to=4))
    assert (len(page.items), page.left) == (2, 1)
    page = found(CatchFilter(per_page=2, page=4, count_up_to=4))
    assert (len(page.items), page.left) == (1, 0)
    page = found(CatchFilter(per_page=2, count_up_to=7))
    assert (page.total, page.is_more, page.pages) == (7, False, 4)


def test_a_page_past_the_end_still_knows_the_total(tengkurak: market.Shop) -> None:
    market.catch(tengkurak)
    page = found(CatchFilter(page=9))
    assert (page.items, page.total) == ((), 1)


@pytest.mark.parametrize("lots", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_rows(tengkurak: market.Shop, lots: int) -> None:
    product = catalogue.product(tengkurak.clerk, "Bandeng", "MIL")
    for _ in range(lots):
        lot = market.catch(tengkurak, product=product)
        write(add_photo, lot, "catch/x", 640, 480, tengkurak.clerk, days.now())
    session = db.session()
    slow = change_stamp(session).slow
    wanted = CatchFilter(q="bandeng", near=NEAR, max_km=50, sort=Sort.DISTANCE, in_stock=True)
    with counted() as statements:
        assert find_catches(session, wanted, days.now(), slow=slow).total == lots
    assert len(statements) <= 3, statements
    with counted() as statements:
        assert get_catch(session, lot, days.now()).card.photos
    assert len(statements) == 1


def test_one_lot_with_its_origin_and_advice(tengkurak: market.Shop) -> None:
    office = accounts.official()
    sate = catalogue.product(tengkurak.clerk, "Sate bandeng", "MIL", Form.PROCESSED)
    catalogue.flagship(office, sate)
    catalogue.stars(office, sate, 3, 2025, date(2028, 11, 14))
    crab = catalogue.product(tengkurak.clerk, "Rajungan", "SCD")
    lot = market.catch(tengkurak, product=crab)
    detail = get_catch(db.session(), lot, days.now())
    assert detail.flagship is not None
    assert (detail.flagship.name, detail.flagship.stars_level) == ("Sate bandeng", 3)
    assert detail.flagship.stars_expires_on == date(2028, 11, 14)
    assert [row.measure for row in detail.advice] == ["weight", "berried", "gear"]
    assert detail.is_orderable
    assert get_lot(db.session(), detail.card.lot_code, days.now()) == detail
    with pytest.raises(NotFound):
        get_catch(db.session(), lot + 1, days.now())
    with pytest.raises(NotFound):
        get_lot(db.session(), "TEN-000000-0000", days.now())


def test_the_next_times_are_the_first_with_room_at_each_point(tengkurak: market.Shop) -> None:
    second = market.point(tengkurak.clerk, name="Balai Desa")
    lot = market.catch(tengkurak)
    card = get_catch(db.session(), lot, days.now()).card

    def times() -> list[tuple[int, datetime, int]]:
        db.session.rollback()
        rows = next_times(db.session(), tengkurak.id, card.landed_at, card.best_before, days.now())
        return [(row.point_id, row.starts_at, row.free) for row in rows]

    ten = days.at(date(2026, 1, 5), time(10))
    assert times() == [(second, ten, 10), (tengkurak.point, ten, 10)]
    first = market.slots(tengkurak)[0]
    write(close, first.id, "ombak", tengkurak.clerk, days.now())
    assert times() == [(second, ten, 10), (tengkurak.point, ten + hours(1), 10)]


def test_a_lot_is_as_far_as_the_nearest_point_with_a_time_for_it(app: APIFlask) -> None:
    """The nearer point is open only after what is fresh has gone off; what keeps is collected there."""
    seller = market.shop("dekat")
    later = (days.today() + timedelta(days=3)).isoweekday()
    near = market.point(seller.clerk, (Hours(later, time(8), time(18), 10),), "Balai desa")
    write(lambda session: session.execute(update_point(near, NEAR.latitude, NEAR.longitude)))
    fresh = market.catch(seller, best_before=days.now() + timedelta(days=2))
    dried = market.catch(seller, best_before=days.now() + timedelta(days=20))
    page = found(CatchFilter(near=NEAR, sort=Sort.DISTANCE))
    assert [(card.id, card.point_name) for card in page.items] == [(dried, "Balai desa"), (fresh, "Dermaga")]
    assert page.items[0].distance_km == 0
    assert ids(CatchFilter(near=NEAR, max_km=0.5)) == [dried]
