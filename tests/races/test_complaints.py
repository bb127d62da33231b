"""Two people over one complaint: one of them is first, and the money goes one way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask

from ovop.complaints import flows
from ovop.complaints.rules import ComplaintStatus
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.departures import leave
from ovop.ordering.refunding import record_payout
from tests.conftest import Clock
from tests.databases import count
from tests.make import market
from tests.make.complaints import Bought, bought
from tests.races.test_core import at_once, outcomes


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


@pytest.fixture
def order(app: APIFlask) -> Bought:
    return bought(app)


def test_a_complaint_sent_twice_at_once_is_one(app: APIFlask, order: Bought) -> None:
    results = at_once(app, [order.complain] * 4)
    assert outcomes(results) == {"done": 1, "already-complained": 3}
    assert count("complaint") == count("complaint_event") == 1


def test_an_offer_tapped_twice_is_one_and_accepted_twice_is_paid_once(app: APIFlask, order: Bought) -> None:
    order.complain()
    assert outcomes(at_once(app, [lambda: order.offer(10_000)] * 3)) == {"done": 3}
    assert outcomes(at_once(app, [order.accept] * 3)) == {"done": 3}
    assert count("complaint_event") == 3
    assert order.money[0] == 10_000


def test_a_co_operative_offers_while_the_buyer_takes_it_to_the_office(app: APIFlask, order: Bought) -> None:
    order.complain()
    order.decline()
    results = outcomes(at_once(app, [lambda: order.offer(10_000), order.escalate]))
    # Either the offer came too late, or the office was asked although there was one.
    assert results in ({"done": 1, "wrong-turn": 1}, {"done": 2})
    assert order.status is ComplaintStatus.WITH_OFFICE
    assert order.money == (0, 0)


def test_a_buyer_accepts_on_one_phone_and_asks_the_office_on_another(app: APIFlask, order: Bought) -> None:
    order.complain()
    order.offer(10_000)
    assert outcomes(at_once(app, [order.accept, order.escalate])) == {"done": 1, "wrong-turn": 1}
    assert (order.status, order.money[0]) in ((ComplaintStatus.CLOSED, 10_000), (ComplaintStatus.WITH_OFFICE, 0))


def test_an_offer_is_raised_while_it_is_accepted(app: APIFlask, order: Bought) -> None:
    order.complain()
    order.offer(10_000)
    results = outcomes(at_once(app, [order.accept, lambda: order.offer(20_000)]))
    raised_first = results == {"done": 2}
    assert raised_first or results == {"done": 1, "wrong-turn": 1}
    assert order.money[0] == (20_000 if raised_first else 10_000)


def test_the_office_decides_while_the_co_operative_gives_all_back(app: APIFlask, order: Bought) -> None:
    order.complain()
    order.decline()
    order.escalate()
    results = at_once(app, [lambda: order.rule(5_000), order.give_all_back, order.withdraw])
    assert outcomes(results) == {"done": 1, "wrong-turn": 2}
    assert order.money[0] in (5_000, 40_000, 0)


def test_the_buyer_accepts_while_the_worker_carries_the_offer_out(app: APIFlask, order: Bought, clock: Clock) -> None:
    order.complain()
    order.offer(10_000)
    clock.forward(days=7)
    results = outcomes(at_once(app, [order.accept, lambda: flows.take_overdue(days.now()), order.escalate]))
    assert results == {"done": 1, "wrong-turn": 2}
    assert order.read().steps[-1].step == "carry_out"
    assert order.money[0] == 10_000


def test_goodwill_twice_at_once_with_a_complaint_never_gives_more_than_was_paid(app: APIFlask, order: Bought) -> None:
    order.complain()
    order.withdraw()

    def give(key: str) -> object:
        return flows.give_back_once(order.number, 30_000, "x", order.seller.clerk, key, days.now())

    assert outcomes(at_once(app, [lambda: give("a"), lambda: give("b"), lambda: give("a")]))["done"] in (1, 2)
    assert order.money[0] == 30_000


def test_a_payout_noted_twice_at_once_is_one(app: APIFlask, order: Bought) -> None:
    order.complain()
    order.give_all_back()

    def pay() -> int:
        return write(record_payout, order.number, "", order.seller.clerk, days.now(), after=0)

    assert outcomes(at_once(app, [pay] * 3)) == {"done": 3}
    assert count("payout") == 1
    assert order.money == (40_000, 40_000)


def test_the_buyer_leaves_while_the_co_operative_answers(app: APIFlask, order: Bought) -> None:
    order.complain()
    results = at_once(app, [lambda: write(leave, order.buyer, days.now()), lambda: order.offer(10_000)])
    assert outcomes(results) in ({"done": 2}, {"done": 1, "wrong-turn": 1})
    seen = order.read(order.seller.clerk)
    assert (seen.status, seen.text) == (ComplaintStatus.CLOSED, "")
    assert seen.steps[0].text == ""
