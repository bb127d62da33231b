"""Lists of complaints: by whose turn it is, in pages, a fixed number of queries."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from ovop.complaints import flows
from ovop.complaints.queries import count_complaints, list_complaints
from ovop.complaints.rules import ComplaintStatus
from ovop.db import db
from ovop.kernel import days
from tests.conftest import Clock
from tests.make.complaints import Bought, bought


@pytest.fixture
def five(app: APIFlask) -> list[Bought]:
    """One at each point, in the order of the states."""
    found = [bought(app) for _ in ComplaintStatus]
    for order in found:
        order.complain()
    found[1].offer(1_000)
    found[2].decline()
    found[3].decline()
    found[3].escalate()
    found[4].give_all_back()
    return found


def numbers(*at: ComplaintStatus, **asked: int) -> list[str]:
    db.session.rollback()
    return [row.number for row in list_complaints(db.session(), days.now(), at=at, **asked)]


def test_each_is_listed_where_it_is_and_counted_there(five: list[Bought]) -> None:
    for order, status in zip(five, ComplaintStatus, strict=True):
        assert numbers(status) == [order.number]
        assert count_complaints(db.session(), status, days.now()) == 1
        assert count_complaints(db.session(), status, days.now(), order.seller.id) == 1
        assert numbers(status, cooperative_id=five[0].seller.id) == ([order.number] if order is five[0] else [])
    assert numbers() == [order.number for order in reversed(five)]


def test_what_was_let_pass_is_listed_where_it_is_now_before_and_after_the_worker(
    five: list[Bought], clock: Clock
) -> None:
    clock.forward(days=7)
    now = days.now()
    for _ in range(2):
        assert numbers(ComplaintStatus.WITH_OFFICE) == [five[3].number, five[0].number]
        assert numbers(ComplaintStatus.CLOSED) == [five[4].number, five[2].number, five[1].number]
        assert numbers(ComplaintStatus.OPEN, ComplaintStatus.OFFERED, ComplaintStatus.DECLINED) == []
        counts = [count_complaints(db.session(), status, now) for status in ComplaintStatus]
        assert counts == [0, 0, 0, 2, 3]
        db.session.rollback()
        flows.take_overdue(now)


def test_pages_go_on_where_the_last_one_ended(five: list[Bought]) -> None:
    first = list_complaints(db.session(), days.now(), limit=2)
    assert [row.number for row in first] == [five[4].number, five[3].number]
    assert numbers(before=first[-1].id, limit=2) == [five[2].number, five[1].number]
