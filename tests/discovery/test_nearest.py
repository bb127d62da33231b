"""Pickup points by distance, against looking at every one."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, insert, update

from ovop.accounts.models import Cooperative
from ovop.db import db, write
from ovop.discovery.nearest import list_points, nearest_by_cooperative, nearest_points
from ovop.kernel import days
from ovop.kernel.geo import Place, distance_km
from ovop.pickup.models import PickupPoint
from tests.make import accounts

places = st.builds(Place, st.floats(-6.6, -5.6), st.floats(105.6, 106.6))
once = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)


def put(points: list[tuple[Place, int]], *, active: bool = True) -> None:
    rows = [
        {
            "cooperative_id": cooperative,
            "name": f"Titik {number}",
            "latitude": place.latitude,
            "longitude": place.longitude,
            "slot_minutes": 60,
            "deadline_minutes": 60,
            "is_active": active,
            "created_at": days.now(),
        }
        for number, (place, cooperative) in enumerate(points)
    ]
    if rows:
        write(lambda session: session.execute(insert(PickupPoint), rows))


@pytest.fixture
def cooperatives(app: APIFlask) -> list[int]:
    return [accounts.cooperative(f"k{number}", f"Koperasi {number}") for number in range(3)]


def brute(near: Place, points: list[tuple[Place, int]], max_km: float | None) -> list[float]:
    found = sorted(distance_km(near, place) for place, _ in points)
    return [km for km in found if max_km is None or km <= max_km]


@once
@given(
    st.data(),
    places,
    st.lists(st.tuples(places, st.integers(0, 2)), max_size=60),
    st.integers(1, 12),
    st.one_of(st.none(), st.floats(0.5, 80)),
)
def test_the_nearest_are_those_of_looking_at_all(
    cooperatives: list[int],
    data: st.DataObject,
    near: Place,
    points: list[tuple[Place, int]],
    limit: int,
    max_km: float | None,
) -> None:
    write(lambda session: session.execute(PickupPoint.__table__.delete()))  # type: ignore[attr-defined]
    points = [(place, cooperatives[index]) for place, index in points]
    put(points)
    db.session.rollback()
    found = nearest_points(db.session(), near, max_km=max_km, limit=limit)
    assert [km for _, km in found] == pytest.approx(brute(near, points, max_km)[:limit])
    assert [km for _, km in found] == sorted(km for _, km in found)
    assert all(km == distance_km(near, point.place) for point, km in found)
    by_cooperative = nearest_by_cooperative(db.session(), near, max_km)
    for number in cooperatives:
        own = brute(near, [entry for entry in points if entry[1] == number], max_km)
        assert (number in by_cooperative) == bool(own)
        if own:
            assert by_cooperative[number][1] == pytest.approx(own[0])


def test_points_out_of_use_and_of_resting_cooperatives_are_left_out(cooperatives: list[int]) -> None:
    here = Place(-6.0, 106.2)
    put([(here, cooperatives[0])], active=False)
    put([(here, cooperatives[1]), (here, cooperatives[2])])
    write(
        lambda session: session.execute(
            update(Cooperative).where(Cooperative.id == cooperatives[1]).values(is_active=False)
        )
    )
    assert [point.cooperative_id for point, _ in nearest_points(db.session(), here)] == [cooperatives[2]]
    assert list(nearest_by_cooperative(db.session(), here)) == [cooperatives[2]]
    assert [point.cooperative_id for point in list_points(db.session())] == [cooperatives[2]]


def test_one_cooperatives_points_can_be_asked_for(cooperatives: list[int]) -> None:
    put([(Place(-6.0, 106.2), cooperatives[0]), (Place(-6.1, 106.2), cooperatives[1])])
    found = nearest_points(db.session(), Place(-6.0, 106.2), cooperative_id=cooperatives[1])
    assert [point.cooperative_id for point, _ in found] == [cooperatives[1]]


def test_many_points_elsewhere_are_not_looked_at(cooperatives: list[int]) -> None:
    """Of 3,000 points over the regency the nearest five come from one small box."""
    corners = [(row * 0.01, column * 0.01) for row in range(50) for column in range(60)]
    put([(Place(-6.3 + south, 105.8 + east), cooperatives[0]) for south, east in corners])
    fetched: list[int] = []
    note = lambda *_arguments: fetched.append(1)  # noqa: E731
    event.listen(db.engine, "after_cursor_execute", note)
    found = nearest_points(db.session(), Place(-6.05, 106.1), limit=5)
    event.remove(db.engine, "after_cursor_execute", note)
    assert len(found) == 5
    assert found[-1][1] < 2
    assert len(fetched) <= 3
