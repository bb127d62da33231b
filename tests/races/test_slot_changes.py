"""Buyers who change their slots at the same moment, and a co-operative that closes one meanwhile."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows
from ovop.ordering.operations import cancel_order
from ovop.ordering.slot_changes import change_slot
from tests.make import market
from tests.races.test_core import at_once, buyers, nothing_is_broken, outcomes

__all__ = ["nothing_is_broken"]


def hours(capacity: int) -> tuple[market.Hours, ...]:
    return tuple(market.Hours(day, market.time(8), market.time(18), capacity) for day in range(1, 8))


@pytest.mark.parametrize("direction", [1, -1])
def test_the_last_place_goes_to_one_of_two_who_move(app: APIFlask, direction: int) -> None:
    shop = market.shop(hours=hours(1))
    lot = market.catch(shop)
    two = buyers(2)
    for _round in range(4):
        slots = market.slots(shop)[:3][::direction]
        orders = [market.order(who, shop, {lot: 500}, slot=slot.id) for who, slot in zip(two, slots, strict=False)]
        results = at_once(
            app,
            [
                lambda who=who, order=order: write(change_slot, order.number, slots[2].id, who, days.now())
                for who, order in zip(two, orders, strict=True)
            ],
        )
        assert outcomes(results) == {"done": 1, "slot-full": 1}
        db.session.rollback()
        for who, order in zip(two, orders, strict=True):
            write(cancel_order, order.number, who, days.now())


def test_two_who_trade_places_neither_wait_for_ever_nor_lose_theirs(app: APIFlask) -> None:
    shop = market.shop(hours=hours(2))
    lot = market.catch(shop)
    two = buyers(2)
    first, second = market.slots(shop)[:2]
    orders = [market.order(who, shop, {lot: 500}, slot=slot.id) for who, slot in zip(two, (first, second), strict=True)]
    for there, back in [(second, first), (first, second)] * 4:
        results = at_once(
            app,
            [
                lambda: write(change_slot, orders[0].number, there.id, two[0], days.now()),
                lambda: write(change_slot, orders[1].number, back.id, two[1], days.now()),
            ],
        )
        assert outcomes(results) == {"done": 2}
        assert [market.read(order.number, who).pickup.slot_id for order, who in zip(orders, two, strict=True)] == [
            there.id,
            back.id,
        ]


@pytest.mark.parametrize("closed", [0, 1])
def test_while_the_slot_is_closed_an_order_is_moved_or_cancelled(app: APIFlask, closed: int) -> None:
    """closed: the slot that is left (0), or that is taken (1)."""
    shop = market.shop()
    lot = market.catch(shop, 100_000)
    everybody = buyers(6)
    for round_ in range(3):
        slots = market.slots(shop)[round_ * 2 : round_ * 2 + 2]
        orders = [market.order(who, shop, {lot: 500}, slot=slots[0].id) for who in everybody]
        acts = [
            lambda who=who, order=order: write(change_slot, order.number, slots[1].id, who, days.now())
            for who, order in zip(everybody, orders, strict=True)
        ]
        acts.insert(3, lambda: flows.close_slot(slots[closed].id, "badai", shop.clerk, days.now()))
        at_once(app, acts)
        db.session.rollback()
        for who, order in zip(everybody, orders, strict=True):
            found = market.read(order.number, who)
            is_in_closed = found.pickup.slot_id == slots[closed].id
            assert found.status == ("cancelled" if is_in_closed else "confirmed")
            if found.status == "confirmed":
                write(cancel_order, order.number, who, days.now())


def test_one_buyer_who_taps_in_two_tabs_is_in_one_of_the_slots(app: APIFlask) -> None:
    shop = market.shop()
    (who,) = buyers(1)
    order = market.order(who, shop, {market.catch(shop): 500})
    slots = market.slots(shop)[1:7]
    results = at_once(
        app, [lambda slot=slot: write(change_slot, order.number, slot.id, who, days.now()) for slot in slots]
    )
    assert outcomes(results) == {"done": 6}
    assert market.read(order.number, who).pickup.slot_id in [slot.id for slot in slots]
