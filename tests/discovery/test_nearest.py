"""Pickup points by distance, against looking at every one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert, literal, select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.db import db, write
from ovop.discovery import nearest
from ovop.discovery.nearest import list_points, nearest_points, points_of_each
from ovop.kernel import days
from ovop.kernel.geo import Place, distance_km
from ovop.pickup.models import PickupPoint, PointUse
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
        write(_insert, rows)


def _insert(session: Session, rows: list[dict[str, object]]) -> None:
    """The points, each its co-operative's own."""
    session.execute(insert(PickupPoint), rows)
    own = select(PickupPoint.id, PickupPoint.cooperative_id, literal("own"), PickupPoint.created_at)
    missing = own.where(PickupPoint.id.not_in(select(PointUse.point_id)))
    session.execute(insert(PointUse).from_select(["point_id", "cooperative_id", "status", "opened_at"], missing))


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
    for table in (PointUse, PickupPoint):
        write(lambda session, table=table: session.execute(delete(table)))
    points = [(place, cooperatives[index]) for place, index in points]
    put(points)
    db.session.rollback()
    found = nearest_points(db.session(), near, max_km=max_km, limit=limit)
    assert [km for _, km in found] == pytest.approx(brute(near, points, max_km)[:limit])
    assert [km for _, km in found] == sorted(km for _, km in found)
    assert all(km == distance_km(near, point.place) for point, km in found)
    each = list(points_of_each(db.session(), near, max_km).values())
    for number in cooperatives:
        own = brute(near, [entry for entry in points if entry[1] == number], max_km)
        known = sorted(km for point, km in each if point.cooperative_id == number)
        assert known == pytest.approx(own[: nearest.PER_SELLER])


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
    assert [point.cooperative_id for point, _ in points_of_each(db.session(), here).values()] == [cooperatives[2]]
    assert [point.cooperative_id for point in list_points(db.session())] == [cooperatives[2]]


def test_one_cooperatives_points_can_be_asked_for(cooperatives: list[int]) -> None:
    put([(Place(-6.0, 106.2), cooperatives[0]), (Place(-6.1, 106.2), cooperatives[1])])
    found = nearest_points(db.session(), Place(-6.0, 106.2), cooperative_id=cooperatives[1])
    assert [point.cooperative_id for point, _ in found] == [cooperatives[1]]


def test_of_ten_thousand_points_the_nearest_come_first(cooperatives: list[int]) -> None:
    draw = random.Random(36)
    put([(anywhere(draw), cooperatives[number % 3]) for number in range(10_000)])
    rows = db.session().execute(select(PickupPoint.id, PickupPoint.latitude, PickupPoint.longitude)).all()
    for _ in range(3):
        near = anywhere(draw)
        far = sorted((distance_km(near, Place(row.latitude, row.longitude)), row.id) for row in rows)
        found = nearest_points(db.session(), near, limit=100)
        assert [(km, point.id) for point, km in found] == far[:100]


def test_however_many_points_there_are_few_are_looked_at(
    cooperatives: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the index on latitude and longitude, and no more rows of 10,000 than of 500."""
    draw = random.Random(36)
    counts, statements = [], []
    row = nearest.NearPoint
    monkeypatch.setattr(nearest, "NearPoint", lambda **values: counts.append(1) or row(**values))  # type: ignore[func-returns-value]
    looked_at = []
    for more in (500, 9_500):
        put([(anywhere(draw), cooperatives[0]) for _ in range(more)])
        counts.clear()
        with noted(statements):
            assert len(nearest_points(db.session(), Place(-6.05, 106.1), limit=20)) == 20
        looked_at.append(len(counts))
    assert looked_at[1] < max(2 * looked_at[0], 200)
    assert len(statements) <= 7
    if db.engine.dialect.name == "sqlite":
        plan = db.session().connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statements[-1]}", (0.0,) * 4)
        assert "ix_pickup_point_place" in str(plan.all())


def anywhere(draw: random.Random) -> Place:
    """Somewhere about the regency."""
    return Place(draw.uniform(-6.3, -5.8), draw.uniform(105.8, 106.4))


@contextmanager
def noted(statements: list[str]) -> Iterator[None]:
    """The statements sent meanwhile."""
    note = lambda _connection, _cursor, statement, *_: statements.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
