"""Several orders of one buyer at once: which they are, and each handed over by its own code."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from apiflask import APIFlask

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound, Refused
from ovop.ordering import card_flows, flows, operations, queries
from ovop.ordering.errors import Locked, WrongCode, WrongStatus
from ovop.ordering.flows import Handing
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.payment.rules import Method, PaymentStatus
from tests.conftest import Clock
from tests.make import accounts, market


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def buyer(app: APIFlask) -> Actor:
    return accounts.buyer()


def ready(shop: market.Shop, buyer: Actor, method: Method = Method.CASH, slot: int | None = None) -> OrderRow:
    """A weighed order, as its buyer reads it."""
    lot = market.catch(shop, unit_price=40_000)
    order = market.order(buyer, shop, {lot: 1500}, method, slot)
    if method.is_card:
        market.pay(buyer, order.checkout_id)
    write(operations.weigh_order, order.number, {lot: 1480}, shop.clerk, days.now())
    return market.read(order.number, buyer)


def together(order: OrderRow, actor: Actor) -> list[str]:
    return [row.number for row in queries.ready_together(db.session(), order, actor, days.now())]


def numbers(*orders: OrderRow) -> list[str]:
    return sorted(order.number for order in orders)


def wrong(order: OrderRow) -> str:
    return f"{(int(order.pickup_code) + 1) % 10**6:06d}"


def hand(shop: market.Shop, *handings: Handing) -> list[type[Refused] | None]:
    done = flows.hand_over_each(handings, shop.clerk, days.now())
    assert [handed.number for handed in done] == [handing.number for handing in handings]
    return [type(handed.refusal) if handed.refusal else None for handed in done]


def test_what_is_ready_at_the_same_point_today_goes_along(shop: market.Shop, buyer: Actor) -> None:
    later = market.slots(shop)[3].id
    first, second = ready(shop, buyer), ready(shop, buyer, slot=later)
    for order, actor in product((first, second), (buyer, shop.clerk)):
        assert together(order, actor) == numbers(first, second)


def test_what_is_not_ready_elsewhere_anothers_or_for_a_later_day_does_not(
    shop: market.Shop, buyer: Actor, clock: Clock
) -> None:
    order = ready(shop, buyer, Method.DEMO)
    elsewhere = market.point(shop.clerk, name="Pasar")
    other_point = market.Shop(shop.id, shop.clerk, shop.product, elsewhere)
    ready(shop, buyer, Method.DEMO, slot=market.slots(other_point)[0].id)
    ready(shop, accounts.buyer("lain@contoh.id"))
    ready(market.shop("lontar", "36.04.13.2007"), buyer, Method.DEMO)
    collected = ready(shop, buyer, Method.DEMO)
    flows.hand_over(collected.number, collected.pickup_code, "", shop.clerk, days.now())
    tomorrow = [slot.id for slot in market.slots(shop) if days.day_of(slot.starts_at) > days.today()]
    of_tomorrow = ready(shop, buyer, Method.DEMO, slot=tomorrow[0])
    write(operations.cancel_order, ready(shop, buyer, Method.DEMO).number, buyer, days.now())
    market.order(buyer, shop, {market.catch(shop): 500}, Method.DEMO)
    assert together(order, buyer) == together(order, shop.clerk) == [order.number]
    assert together(of_tomorrow, buyer) == numbers(order, of_tomorrow), "what is late goes along"
    clock.forward(days=1)
    assert together(order, shop.clerk) == numbers(order, of_tomorrow)


def test_nobody_else_learns_what_a_buyer_has(shop: market.Shop, buyer: Actor) -> None:
    order = ready(shop, buyer)
    ready(shop, buyer)
    stranger, other = market.shop("lontar", "36.04.13.2007").clerk, accounts.buyer("lain@contoh.id")
    for actor in (stranger, other):
        assert together(order, actor) == []
        assert queries.find_orders(db.session(), [order.number], actor, days.now()) == []


def test_each_is_handed_over_by_its_own_code(shop: market.Shop, buyer: Actor) -> None:
    cash, card = ready(shop, buyer), ready(shop, buyer, Method.DEMO)
    codes = [Handing(order.number, order.pickup_code, "kas 1") for order in (cash, card)]
    assert hand(shop, *codes) == [None, None]
    assert [market.read(order.number, buyer).status for order in (cash, card)] == [OrderStatus.COLLECTED] * 2
    assert market.read(cash.number, buyer).payment_status is PaymentStatus.PAID
    card_flows.settle({"checkout": card.checkout_id}, days.now())
    assert hand(shop, *codes) == [WrongStatus, WrongStatus]
    assert market.broken() == []


def test_one_code_opens_no_other_order(shop: market.Shop, buyer: Actor) -> None:
    first, second = ready(shop, buyer), ready(shop, buyer)
    if first.pickup_code == second.pickup_code:
        pytest.skip("a chance of one in a million")
    assert hand(shop, *(Handing(order.number, first.pickup_code) for order in (first, second))) == [None, WrongCode]
    assert market.read(second.number, buyer).status is OrderStatus.READY
    assert market.broken() == []


def test_what_fails_keeps_nothing_else_back_and_wrong_codes_count(shop: market.Shop, buyer: Actor) -> None:
    first, second, third, fourth = (ready(shop, buyer, Method.DEMO) for _ in range(4))
    write(operations.cancel_order, second.number, buyer, days.now())
    handings = [
        Handing(first.number, wrong(first)),
        Handing(second.number, second.pickup_code),
        Handing(third.number, third.pickup_code),
        Handing("S-2601-ZZZZZZ", "123456"),
        Handing(fourth.number, fourth.pickup_code, "x" * 81),
    ]
    assert hand(shop, *handings) == [WrongCode, WrongStatus, None, NotFound, Invalid]
    for _ in range(4):
        hand(shop, handings[0])
    assert hand(shop, Handing(first.number, first.pickup_code), handings[4]) == [Locked, Invalid]
    assert queries.get_code_lock(db.session(), fourth.number, shop.clerk, days.now()).tries_left == 5
    assert market.broken() == []


def test_only_its_co_operative_hands_over(shop: market.Shop, buyer: Actor) -> None:
    order = ready(shop, buyer)
    handing = Handing(order.number, order.pickup_code)
    strangers = [market.shop("lontar", "36.04.13.2007").clerk, buyer, Actor(10**6, Role.OFFICE)]
    for actor in strangers:
        (handed,) = flows.hand_over_each([handing], actor, days.now())
        assert handed.refusal is not None
    assert market.read(order.number, buyer).status is OrderStatus.READY


def test_an_order_of_yesterday_is_offered_with_todays(shop: market.Shop, buyer: Actor, clock: Clock) -> None:
    late = ready(shop, buyer)
    clock.forward(days=1)
    today = ready(shop, buyer)
    assert today.pickup.starts_at - late.pickup.starts_at >= timedelta(hours=20)
    assert together(today, shop.clerk) == numbers(late, today)
