"""A point stops being shared while orders for it are placed, both sides decide at once: each is whole or refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Refused
from ovop.ordering import flows, operations
from ovop.ordering.slot_queries import left_at
from ovop.pickup.last_times import last_times
from ovop.pickup.operations import change_point
from ovop.pickup.rules import PointChanges
from ovop.pickup.use_queries import may_use
from ovop.pickup.use_rules import UseStatus, UseStep
from ovop.pickup.uses import step_use
from ovop.stock.models import Catch
from tests.databases import count
from tests.make import accounts, market, sharing
from tests.races.test_core import at_once, buyers, outcomes


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


@pytest.fixture
def both(app: APIFlask) -> tuple[market.Shop, market.Shop]:
    hours = tuple(market.Hours(day, market.time(8), market.time(18), 100) for day in range(1, 8))
    owner, guest = market.shop(hours=hours), market.shop("lontar", "36.04.13.2007")
    sharing.shared(owner, guest)
    return owner, guest


def test_an_order_beside_the_end_is_placed_before_it_or_refused(
    app: APIFlask, both: tuple[market.Shop, market.Shop]
) -> None:
    owner, guest = both
    lot, slot = market.catch(guest, 100_000), market.slots(owner)[0].id
    request = market.wanted(guest, {lot: 1000}, slot=slot)

    def order(buyer: object, round_: int) -> str:
        return flows.check_out(request, buyer, f"r{round_}", days.now(), lambda row: row.orders[0].number).answer.body  # type: ignore[arg-type]

    people = buyers(6)
    for round_ in range(3):
        acts = [lambda buyer=buyer, at=round_: order(buyer, at) for buyer in people]
        acts.insert(3, lambda: sharing.ended(owner, guest))
        results = at_once(app, acts)
        placed = [result for result in results if isinstance(result, str)]
        refused = [result for result in results if isinstance(result, Refused)]
        assert len(placed) + len(refused) == len(people)
        assert {refusal.problem for refusal in refused} <= {"slot-unsuitable"}
        assert not may_use(db.session(), owner.point, guest.id)
        assert left_at(db.session(), owner.point, guest.id).orders == len(placed)
        for number in placed:
            write(operations.cancel_order, number, guest.clerk, days.now())
        sharing.shared(owner, guest)


def test_both_sides_decide_at_once_and_one_outcome_stands(app: APIFlask, both: tuple[market.Shop, market.Shop]) -> None:
    owner, guest = both
    sharing.ended(owner, guest)
    before = count("point_use_event")
    ways = [(owner, UseStep.OFFER), (guest, UseStep.ASK)] * 3
    results = at_once(app, [lambda by=by, step=step: sharing.step(owner, guest, by, step) for by, step in ways])
    assert may_use(db.session(), owner.point, guest.id)
    assert count("point_use_event") == before + 2
    assert outcomes(results)["done"] >= 2


def test_one_end_is_told_once_though_many_press_it(app: APIFlask, both: tuple[market.Shop, market.Shop]) -> None:
    owner, guest = both
    second = accounts.member(owner.id, "wakil@contoh.id")
    before = count("point_use_event")
    acts = [
        lambda by=by: write(step_use, owner.point, guest.id, UseStep.END, by, days.now())
        for by in (owner.clerk, second, owner.clerk, second)
    ]
    assert at_once(app, acts) == [UseStatus.OVER] * 4
    assert count("point_use_event") == before + 1


def test_hours_change_beside_the_agreement_and_lots_know_their_last_times(
    app: APIFlask, both: tuple[market.Shop, market.Shop]
) -> None:
    owner, guest = both
    lot = market.catch(guest)
    late = tuple(market.Hours(day, market.time(8), market.time(21), 100) for day in range(1, 8))
    for round_ in range(3):
        sharing.ended(owner, guest)
        sharing.step(owner, guest, owner, UseStep.OFFER)
        hours = late[: 7 - round_]
        acts = [
            lambda: sharing.step(owner, guest, guest, UseStep.AGREE),
            lambda hours=hours: write(change_point, owner.point, PointChanges(hours=hours), owner.clerk, days.now()),
        ]
        assert outcomes(at_once(app, acts)) == {"done": 2}
        kept = db.session.get_one(Catch, lot, populate_existing=True).last_pickup_at
        assert kept == last_times(db.session(), [lot], days.now())[lot].pickup_at
