"""Two clerks over the same boxes: each goes out once, on one scale, with its money in the till once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.errors import WrongStatus
from ovop.ordering.flows import Handing
from ovop.ordering.rows import UsedScale
from ovop.ordering.rules import OrderStatus
from ovop.payment.rules import Method
from ovop.scales.operations import record_verification
from ovop.scales.queries import offer_scales, verifications_of
from tests.databases import count
from tests.make import accounts, market, scales
from tests.races.test_core import at_once, outcomes


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def test_several_orders_handed_over_by_two_at_once_and_in_both_directions_go_out_once(app: APIFlask) -> None:
    seller, buyer = market.shop(), accounts.buyer()
    lot = market.catch(seller, 100_000, unit_price=50_000)
    orders = []
    for method in (Method.CASH, Method.CASH, Method.CASH, Method.DEMO):
        order = market.order(buyer, seller, {lot: 1000}, method)
        if method.is_card:
            market.pay(buyer, order.checkout_id)
        write(operations.weigh_order, order.number, {lot: 1000}, seller.clerk, days.now())
        orders.append(order)
    handings = [Handing(order.number, order.pickup_code) for order in orders]
    ways = [handings, handings[::-1]] * 2
    results = at_once(app, [lambda way=way: flows.hand_over_each(way, seller.clerk, days.now()) for way in ways])
    went = Counter((done.number, type(done.refusal)) for result in results for done in result)  # type: ignore[union-attr]
    for order in orders:
        assert went[order.number, type(None)] == 1
        assert went[order.number, WrongStatus] == len(ways) - 1
        assert market.read(order.number, buyer).status is OrderStatus.COLLECTED
    assert count("till_entry") == 3


def test_one_clerk_weighing_on_two_phones_is_offered_one_of_both_scales(app: APIFlask) -> None:
    seller = market.shop()
    lot = market.catch(seller, 100_000)
    used = [scales.verified(seller, "Duduk"), scales.verified(seller, "Gantung")]
    orders = [market.order(accounts.buyer(f"b{at}@contoh.id"), seller, {lot: 1000}) for at in range(6)]

    def weigh(number: str, scale: int) -> None:
        write(operations.weigh_order, number, {lot: 1000}, seller.clerk, days.now(), scale_id=scale)

    steps = [lambda order=order, at=at: weigh(order.number, used[at % 2]) for at, order in enumerate(orders)]
    assert outcomes(at_once(app, steps)) == {"done": 6}
    kept = [market.read(order.number, seller.clerk).scale for order in orders]
    assert [scale.name for scale in kept if scale] == ["Duduk", "Gantung"] * 3
    usual = offer_scales(db.session(), seller.id, seller.clerk.id).usual
    assert usual is not None
    assert usual.id in used
    assert count("last_scale") == 1


def test_a_verification_entered_beside_a_weighing_is_in_it_or_not(app: APIFlask) -> None:
    seller = market.shop()
    scale, lot = scales.expired(seller), market.catch(seller)
    order = market.order(accounts.buyer(), seller, {lot: 1000})
    until = days.today().replace(year=days.today().year + 1)

    def weigh() -> None:
        write(operations.weigh_order, order.number, {lot: 1000}, seller.clerk, days.now(), scale_id=scale)

    def verify() -> None:
        write(record_verification, scale, until, "SKHP 9", seller.clerk, days.now())

    assert outcomes(at_once(app, [weigh, verify, verify])) == {"done": 3}
    (said, before) = verifications_of(db.session(), scale)
    assert market.read(order.number, seller.clerk).scale in (
        UsedScale("Gantung", said.verified_until),
        UsedScale("Gantung", before.verified_until),
    )
