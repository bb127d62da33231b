"""A whole basket in one round: against trying everything, and what people would call sensible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovop.kernel import days
from ovop.kernel.geo import Place, distance_km
from ovop.kernel.quantity import Measure
from ovop.ordering.basket import Kept, Line, Part
from ovop.ordering.choices import Barred, Choice, Spot, Time
from ovop.ordering.gathering import NEXT_DOOR_KM, PACE_KMH, Pick, Round, gather, place_of
from ovop.pickup.queries import PointRow
from tests.ordering.test_basket import SHRIMP

MORNING = datetime(2026, 1, 5, 6, tzinfo=days.JAKARTA)
HOME = Place(-6.05, 106.2)


def point(number: int, latitude: float, longitude: float) -> PointRow:
    return PointRow(number, 1, "Koperasi", f"Titik {number}", latitude, longitude, "", 60, 60, True)


def time(number: int, hours: float, lasts: float = 1, free: int = 9, free_grams: int | None = None) -> Time:
    starts_at = MORNING + timedelta(hours=hours)
    return Time(number, starts_at, starts_at + timedelta(hours=lasts), free, None, free_grams)


def choice(cooperative: int, *spots: tuple[PointRow, Sequence[Time]]) -> Choice:
    line = Line(7, Kept(1_000, 37_500, Measure.WEIGHT), SHRIMP)
    part = Part(cooperative, f"Koperasi {cooperative}", "Tengkurak", (line,))
    return Choice(part, tuple(Spot(at, None, by_day(times)) for at, times in spots), None, None)


def by_day(times: Sequence[Time]) -> tuple[tuple[date, tuple[Time, ...]], ...]:
    found: dict[date, tuple[Time, ...]] = {}
    for each in sorted(times, key=lambda time: time.starts_at):
        found[days.day_of(each.starts_at)] = (*found.get(days.day_of(each.starts_at), ()), each)
    return tuple(found.items())


WHARF, HALL, MARKET = point(1, -6.0, 106.2), point(2, -6.1, 106.3), point(3, -6.0, 106.35)


def test_one_place_for_all_is_better_than_a_shorter_way() -> None:
    found = gather(
        [
            choice(1, (WHARF, [time(1, 1)]), (MARKET, [time(2, 1)])),
            choice(2, (HALL, [time(3, 1)]), (MARKET, [time(4, 1)])),
        ],
        HOME,
    )
    assert found is not None
    assert [pick.time.id for pick in found.picks] == [2, 4]
    assert len(found.stops) == 1
    assert found.km == pytest.approx(2 * distance_km(HOME, place_of(MARKET)))
    assert found.is_shortest


def test_points_side_by_side_are_one_stop() -> None:
    beside = point(9, MARKET.latitude + 0.0005, MARKET.longitude)
    found = gather([choice(1, (MARKET, [time(1, 1)])), choice(2, (beside, [time(2, 1)]))], HOME)
    assert found is not None
    assert [len(stop.picks) for stop in found.stops] == [2]


def test_a_day_that_serves_everybody_is_found_even_when_each_could_be_sooner() -> None:
    found = gather(
        [choice(1, (WHARF, [time(1, 1), time(2, 25)])), choice(2, (WHARF, [time(3, 26), time(4, 50)]))], HOME
    )
    assert found is not None
    assert (found.day, {pick.time.id for pick in found.picks}) == (date(2026, 1, 6), {2, 3})


def test_no_day_for_everybody_is_no_round() -> None:
    assert gather([choice(1, (WHARF, [time(1, 1)])), choice(2, (WHARF, [time(2, 25)]))], HOME) is None
    assert gather([choice(1, (WHARF, [time(1, 1)])), choice(2)], HOME) is None


def test_nobody_is_sent_where_they_cannot_be_in_time() -> None:
    """Eleven kilometres as the crow flies take more than half an hour."""
    at_once = [choice(1, (WHARF, [time(1, 0, 0.25)])), choice(2, (HALL, [time(2, 0.25, 0.25)]))]
    assert gather(at_once, HOME) is None
    later = [at_once[0], choice(2, (HALL, [time(2, 2, 0.25)]))]
    found = gather(later, HOME)
    assert found is not None
    assert [pick.cooperative_id for pick in found.picks] == [1, 2]


def test_waiting_at_a_stop_is_kept_short() -> None:
    found = gather([choice(1, (WHARF, [time(1, 0), time(2, 4)])), choice(2, (WHARF, [time(3, 5)]))], HOME)
    assert found is not None
    assert {pick.time.id for pick in found.picks} == {2, 3}


def test_the_last_place_of_a_shared_slot_goes_to_one_only() -> None:
    full = [choice(number, (WHARF, [time(1, 1, free=1)])) for number in (1, 2)]
    assert gather(full, HOME) is None
    cold = [choice(number, (WHARF, [time(1, 1, free_grams=1_500)])) for number in (1, 2)]
    assert gather(cold, HOME) is None
    room = [full[0], choice(2, (WHARF, [time(1, 1, free=1), time(2, 2)]))]
    found = gather(room, HOME)
    assert found is not None
    assert sorted(pick.time.id for pick in found.picks) == [1, 2]


def test_without_a_home_the_way_between_the_stops_counts() -> None:
    found = gather([choice(1, (WHARF, [time(1, 0, 9)])), choice(2, (HALL, [time(2, 0, 9)]))], None)
    assert found is not None
    assert found.km == pytest.approx(distance_km(place_of(WHARF), place_of(HALL)))


def test_a_very_large_basket_gets_an_answer_that_says_it_may_not_be_the_best() -> None:
    def one(number: int, nth: int) -> tuple[PointRow, list[Time]]:
        at = point(100 * number + nth, -6.2 + 0.017 * ((number * 7 + nth * 5) % 13), 105.9 + 0.04 * number)
        return at, [time(at.id, 0, 12)]

    spread = [choice(number, *(one(number, nth) for nth in range(3))) for number in range(1, 13)]
    found = gather(spread, HOME, most_steps=500)
    assert found is not None
    assert len(found.picks) == 12
    assert not found.is_shortest


places = st.builds(lambda south, east: (-6.0 - south * 0.03, 106.0 + east * 0.03), st.integers(0, 4), st.integers(0, 4))
hours = st.tuples(st.sampled_from([0, 0.5, 1, 2, 3, 24, 25]), st.sampled_from([0.5, 1, 4]))


@st.composite
def baskets(draw: st.DrawFn) -> list[Choice]:
    """Up to three co-operatives over up to four points that they partly share."""
    points = [point(number, *draw(places)) for number in range(draw(st.integers(1, 4)))]
    slots = [
        [time(10 * row.id + nth, *draw(hours), free=draw(st.integers(1, 2))) for nth in range(draw(st.integers(1, 2)))]
        for row in points
    ]
    made = []
    for cooperative in range(1, draw(st.integers(1, 3)) + 1):
        used = draw(st.sets(st.integers(0, len(points) - 1), min_size=1))
        made.append(choice(cooperative, *((points[index], slots[index]) for index in sorted(used))))
    return made


def everything(choices: list[Choice], home: Place | None) -> Iterator[tuple[int, float, date]]:
    """Stops, kilometres and day of every round that can be made at all."""
    places: list[Place] = []
    stop_of: dict[int, int] = {}
    for each in choices:
        for spot in each.spots:
            near = [n for n, place in enumerate(places) if distance_km(place, place_of(spot.point)) <= NEXT_DOOR_KM]
            if not near:
                places.append(place_of(spot.point))
            stop_of[spot.point.id] = near[0] if near else len(places) - 1
    options = [[(spot.point.id, when) for spot in each.spots for when in spot.times] for each in choices]
    for picked in product(*options):
        if len({days.day_of(when.starts_at) for _at, when in picked}) > 1 or is_overfull(
            [when for _at, when in picked]
        ):
            continue
        for order in permutations({stop_of[at] for at, _when in picked}):
            if can_be_kept(order, [(stop_of[at], when) for at, when in picked], places):
                way = [place for place in (home, *(places[stop] for stop in order), home) if place]
                km = sum(distance_km(a, b) for a, b in pairwise(way))
                yield len(order), km, days.day_of(picked[0][1].starts_at)


def is_overfull(times: list[Time]) -> bool:
    return any(
        many > next(t.free for t in times if t.id == slot) for slot, many in Counter(t.id for t in times).items()
    )


def can_be_kept(order: Sequence[int], picks: list[tuple[int, Time]], places: list[Place]) -> bool:
    """Whether somebody who starts in time gets to each stop before the last of its times is over."""
    now = MORNING - timedelta(days=1)
    for nth, stop in enumerate(order):
        if nth:
            now += timedelta(hours=distance_km(places[order[nth - 1]], places[stop]) / PACE_KMH)
        times = [when for at, when in picks if at == stop]
        if any(when.ends_at < now for when in times):
            return False
        now = max(now, *(when.starts_at for when in times))
    return True


@settings(max_examples=150, deadline=None)
@given(baskets(), st.one_of(st.none(), st.just(HOME)))
def test_the_round_is_the_best_of_all_that_can_be_made(choices: list[Choice], home: Place | None) -> None:
    possible = sorted((stops, round(km, 6), day) for stops, km, day in everything(choices, home))
    found = gather(choices, home)
    if not possible:
        assert found is None
        return
    assert found is not None
    assert found.is_shortest
    stops, km, _day = possible[0]
    assert (len(found.stops), found.km) == (stops, pytest.approx(km, abs=1e-5))
    assert found.day == min(day for many, far, day in possible if many == stops and far <= km + 2e-6)
    check_kept(found, choices)


def check_kept(found: Round, choices: list[Choice]) -> None:
    """Everybody's goods are taken once, each at a slot of its own that is offered, in an order that can be kept."""
    assert sorted(pick.cooperative_id for pick in found.picks) == [each.part.cooperative_id for each in choices]
    for pick in found.picks:
        own = next(each for each in choices if each.part.cooperative_id == pick.cooperative_id)
        assert own.find(pick.time.id) is not None
    places = [stop.place for stop in found.stops]
    picks: list[tuple[int, Pick]] = [(nth, pick) for nth, stop in enumerate(found.stops) for pick in stop.picks]
    assert can_be_kept(range(len(places)), [(nth, pick.time) for nth, pick in picks], places)
    assert not is_overfull([pick.time for pick in found.picks])


def test_what_cannot_be_chosen_is_no_way_out() -> None:
    barred = replace(time(1, 1), barred=Barred.FULL)
    assert gather([choice(1, (WHARF, [barred])), choice(2, (WHARF, [time(2, 1)]))], HOME) is None
