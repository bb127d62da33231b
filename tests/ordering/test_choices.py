"""Places and times that fit, and why others do not."""

from __future__ import annotations

from datetime import datetime, timedelta

from ovop.kernel import days
from ovop.kernel.geo import Place
from ovop.kernel.quantity import Measure
from ovop.ordering.basket import Kept, Line, Part
from ovop.ordering.choices import Barred, choice_for
from ovop.pickup.queries import OfferedSlot, PointRow, SlotRow
from ovop.pickup.rules import Misfit
from tests.ordering.test_basket import SHRIMP

SOON = datetime(2026, 1, 6, tzinfo=days.JAKARTA)
MORNING = datetime(2026, 1, 5, 8, tzinfo=days.JAKARTA)
PART = Part(1, "Koperasi Tengkurak", "Tengkurak", (Line(7, Kept(1_500, 37_500, Measure.WEIGHT), SHRIMP),))


def point(number: int, name: str, latitude: float = -6.0) -> PointRow:
    return PointRow(number, 1, "Koperasi Tengkurak", name, latitude, 106.3, "", 60, 60, True)


def option(number: int, at: PointRow, hours: int = 0, misfit: Misfit | None = None, **more: object) -> OfferedSlot:
    starts_at = MORNING + timedelta(hours=hours)
    values: dict[str, object] = {
        "capacity": 10,
        "free": 3,
        "capacity_grams": None,
        "free_grams": None,
        "is_closed": False,
    }
    slot = SlotRow(number, at.id, 1, starts_at, starts_at + timedelta(hours=1), starts_at, **(values | more))  # type: ignore[arg-type]
    return OfferedSlot(slot, at, misfit, 1)


def test_places_come_nearest_first_and_by_name_where_nobody_said_where_they_are() -> None:
    far, near = point(1, "Balai desa", -6.2), point(2, "Dermaga", -6.01)
    options = [option(1, far), option(2, near)]
    assert [spot.point.name for spot in choice_for(PART, options, None, SOON).spots] == ["Balai desa", "Dermaga"]
    spots = choice_for(PART, options, Place(-6.0, 106.3), SOON).spots
    assert [spot.point.name for spot in spots] == ["Dermaga", "Balai desa"]
    assert spots[0].km is not None
    assert 1.0 < spots[0].km < 1.2


def test_times_stand_by_day_in_jakarta() -> None:
    at = point(1, "Dermaga")
    spot = choice_for(PART, [option(1, at), option(2, at, 15), option(3, at, 17)], None, SOON).spots[0]
    assert [(day.day, len(times)) for day, times in spot.days] == [(5, 2), (6, 1)]


def test_full_times_stay_in_sight_and_cannot_be_chosen() -> None:
    at = point(1, "Dermaga")
    options = [
        option(1, at, free=0),
        option(2, at, 1, free_grams=1_499, capacity_grams=9_000),
        option(3, at, 2, Misfit.CLOSED, is_closed=True, free=0),
        option(4, at, 3, free_grams=1_500, capacity_grams=9_000),
    ]
    choice = choice_for(PART, options, None, SOON)
    assert [time.barred for time in choice.spots[0].times] == [Barred.FULL, Barred.NO_ROOM, Barred.CLOSED, None]
    assert choice.spots[0].first == choice.spots[0].times[3]
    assert [choice.find(number) is not None for number in (1, 2, 3, 4, 5, None)] == [False] * 3 + [True] + [False] * 2


def test_times_that_do_not_fit_the_goods_are_left_out_and_explained() -> None:
    at = point(1, "Dermaga")
    later = Line(8, PART.lines[0].kept, SHRIMP)
    choice = choice_for(
        Part(1, "K", "T", (PART.lines[0], later)),
        [option(1, at, misfit=Misfit.AFTER_BEST_BEFORE), option(2, at, 1, Misfit.DEADLINE_PASSED)],
        None,
        SHRIMP.best_before + timedelta(seconds=1),
    )
    assert choice.spots[0].times == ()
    assert not choice.spots[0].is_open
    assert choice.freshest == PART.lines[0]
    assert choice_for(PART, [], None, SHRIMP.best_before).freshest is None
    assert choice.latest is None
    assert choice_for(PART, [option(1, at, misfit=Misfit.BEFORE_LANDING)], None, SOON).latest == PART.lines[0]


def test_a_seller_without_times_offers_none() -> None:
    assert choice_for(PART, [], None, SOON).spots == ()
