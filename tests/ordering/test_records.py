"""What is written down of every step: who did it, why, for which order, and what it booked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days, events
from ovop.kernel.errors import Invalid
from ovop.ordering import flows, handover, operations
from ovop.ordering.errors import Locked, WrongCode
from ovop.ordering.events import OrderCollected, SoldLine
from ovop.ordering.handover import Handover
from ovop.ordering.models import Order, OrderEvent
from ovop.outside.models import OutboxJob
from ovop.payment.models import LedgerEntry, PaymentEvent
from ovop.stock.models import Movement
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.market import Shop


@pytest.fixture
def shop(app: APIFlask) -> Shop:
    return market.shop()


@pytest.fixture
def buyer(app: APIFlask) -> Actor:
    return accounts.buyer()


def history(number: str) -> list[tuple[str, int | None, str]]:
    """Status, actor and reason of each step."""
    rows = db.session.execute(
        select(OrderEvent.status, OrderEvent.actor_id, OrderEvent.reason)
        .join(Order, Order.id == OrderEvent.order_id)
        .where(Order.number == number)
        .order_by(OrderEvent.id)
    )
    return [tuple(row) for row in rows]


def movements(catch: int) -> list[tuple[str, int, str | None, int | None, str]]:
    """Kind, quantity, order, actor and reason of each movement of a lot after it was caught."""
    rows = db.session.execute(
        select(Movement.kind, Movement.quantity, Movement.order_number, Movement.actor_id, Movement.reason)
        .where(Movement.catch_id == catch, Movement.kind != "caught")
        .order_by(Movement.id)
    )
    return [tuple(row) for row in rows]


def letters() -> list[str]:
    db.session.rollback()
    query = select(OutboxJob.payload["letter"].as_string()).where(OutboxJob.kind == "letter").order_by(OutboxJob.id)
    return list(db.session.scalars(query))


def weigh(number: str, weights: dict[int, int], clerk: Actor) -> None:
    write(operations.weigh_order, number, weights, clerk, days.now())


def test_a_collected_order_tells_who_took_each_step_and_moved_what(shop: Shop, buyer: Actor) -> None:
    more, less, same = market.catch(shop), market.catch(shop), market.catch(shop)
    order = market.order(buyer, shop, {more: 1000, less: 1000, same: 1000})
    weigh(order.number, {more: 1100, less: 900, same: 1000}, shop.clerk)
    flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())
    clerk, number = shop.clerk.id, order.number
    assert history(number) == [("confirmed", buyer.id, ""), ("ready", clerk, ""), ("collected", clerk, "")]
    held = ("hold", 1000, number, buyer.id, "")
    assert movements(more) == [held, ("hold", 100, number, clerk, ""), ("sell", 1100, number, clerk, "")]
    assert movements(less) == [held, ("release", 100, number, clerk, ""), ("sell", 900, number, clerk, "")]
    assert movements(same) == [held, ("sell", 1000, number, clerk, "")]
    assert letters() == ["confirmed", "ready"]


@pytest.mark.parametrize("by_clerk", [True, False])
def test_a_cancelled_order_tells_who_and_why(shop: Shop, buyer: Actor, by_clerk: bool) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    actor, reason = (shop.clerk if by_clerk else buyer), "r" * 201
    write(operations.cancel_order, order.number, actor, days.now(), reason)
    assert history(order.number)[-1] == ("cancelled", actor.id, "r" * 200)
    assert movements(catch)[-1] == ("release", 1000, order.number, actor.id, "r" * 200)


def test_a_clerk_who_says_nothing_more_gives_no_reason_and_puts_the_goods_back(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    write(operations.cancel_order, order.number, shop.clerk, days.now())
    assert history(order.number)[-1] == ("cancelled", shop.clerk.id, "")
    assert movements(catch)[-1] == ("release", 1000, order.number, shop.clerk.id, "")


def test_goods_booked_as_lost_tell_of_which_order_by_whom_and_why(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    write(operations.cancel_order, order.number, shop.clerk, days.now(), "rusak", restock=False)
    assert movements(catch)[-1] == ("lose_held", 1000, order.number, shop.clerk.id, "rusak")


def test_a_no_show_tells_who_said_so(shop: Shop, buyer: Actor, clock: Clock) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    clock.now = days.to_local(order.pickup.ends_at)
    write(operations.mark_no_show, order.number, shop.clerk, days.now())
    assert history(order.number)[-1] == ("no_show", shop.clerk.id, "")
    assert movements(catch)[-1] == ("release", 1000, order.number, shop.clerk.id, "")
    [voided] = db.session.scalars(select(PaymentEvent))
    assert (voided.kind, voided.amount, voided.note) == ("voided", 0, "")


def test_what_the_market_does_by_itself_names_nobody(shop: Shop, buyer: Actor, clock: Clock) -> None:
    catch = market.catch(shop)
    checkout = market.check_out(buyer, market.wanted(shop, {catch: 1000}, market.Method.DEMO))
    clock.forward(minutes=31)
    flows.expire_due(days.now())
    number = checkout.orders[0].number
    assert history(number)[-1] == ("expired", None, "")
    assert movements(catch)[-1] == ("release", 1000, number, None, "")
    [voided] = db.session.scalars(select(PaymentEvent))
    assert (voided.kind, voided.amount, voided.key) == ("voided", 0, f"{voided.payment_id}:expired")


@pytest.mark.parametrize(("grams", "letter"), [(900, "ready"), (899, "short"), (1100, "ready")])
def test_more_than_a_tenth_short_is_told_as_short(shop: Shop, buyer: Actor, grams: int, letter: str) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    weigh(order.number, {catch: grams}, shop.clerk)
    assert letters() == ["confirmed", letter]


def test_weights_that_do_not_fit_the_lines_are_refused_by_field(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    for weights in ({}, {catch + 1: 1000}, {catch: -1}):
        with pytest.raises(Invalid) as refused:
            weigh(order.number, weights, shop.clerk)
        assert refused.value.errors == {"lines": "does-not-fit"}


@pytest.fixture
def collected() -> Iterator[list[OrderCollected]]:
    """What is announced of handovers, in place of what follows in the market."""
    told: list[OrderCollected] = []
    before = events._followers.get(OrderCollected, ())
    events.follow(OrderCollected, lambda _session, event: told.append(event))
    yield told
    events.follow(OrderCollected, *before)


def test_a_handover_announces_the_sale_with_every_line(
    shop: Shop, buyer: Actor, collected: list[OrderCollected]
) -> None:
    shrimp = market.catch(shop)
    pieces = market.product(shop.id, "Sate", "MIL", "count", "piece", "processed")
    satay = market.catch(shop, 40, 45_000, product=pieces)
    order = market.order(buyer, shop, {shrimp: 1000, satay: 2})
    weigh(order.number, {shrimp: 0, satay: 2}, shop.clerk)
    flows.hand_over(order.number, order.pickup_code, "", shop.clerk, days.now())
    assert collected == [
        OrderCollected(
            order_number=order.number,
            at=days.now(),
            actor_id=shop.clerk.id,
            buyer_id=buyer.id,
            cooperative_id=shop.id,
            village_code=accounts.TENGKURAK,
            method="cash",
            revenue=90_000,
            lines=(
                SoldLine("GIT", "fresh", "weight", 0, 0, is_short=True),
                SoldLine("MIL", "processed", "count", 2, 90_000),
            ),
        )
    ]


def test_a_sale_in_cash_books_each_side_with_its_order_and_cooperative(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop, unit_price=40_000)
    order = market.order(buyer, shop, {catch: 1000})
    weigh(order.number, {catch: 1000}, shop.clerk)

    def hand_over(session: Session) -> Handover:
        return handover.hand_over(session, order.number, order.pickup_code, "", shop.clerk, days.now(), 250)

    assert write(hand_over) == Handover(True)
    entries = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert {(row.checkout_id, row.order_number, row.cooperative_id) for row in entries} == {
        (order.checkout_id, order.number, shop.id)
    }
    assert [(row.journal.rsplit(":", 1)[1], row.account, row.amount) for row in entries] == [
        ("received", "received", 40_000),
        ("received", "customer", -40_000),
        ("earned", "customer", 40_000),
        ("earned", "payable", -39_000),
        ("earned", "commission", -1000),
        ("kept", "payable", 40_000),
        ("kept", "received", -40_000),
    ]
    assert market.broken() == []


def test_a_payment_reference_has_its_length(shop: Shop, buyer: Actor) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    weigh(order.number, {catch: 1000}, shop.clerk)
    with pytest.raises(Invalid) as refused:
        flows.hand_over(order.number, order.pickup_code, "9" * 81, shop.clerk, days.now())
    assert refused.value.errors == {"reference": "too-long"}
    flows.hand_over(order.number, order.pickup_code, "9" * 80, shop.clerk, days.now())
    assert market.read(order.number, buyer).reference == "9" * 80


def test_wrong_codes_are_counted_anew_after_the_lock(shop: Shop, buyer: Actor, clock: Clock) -> None:
    catch = market.catch(shop)
    order = market.order(buyer, shop, {catch: 1000})
    weigh(order.number, {catch: 1000}, shop.clerk)

    def attempt(code: str) -> Handover:
        return write(handover.hand_over, order.number, code, "", shop.clerk, days.now(), 0)

    for _lock in range(2):
        assert [attempt("x") for _ in range(5)] == [Handover(False)] * 5
        assert attempt(order.pickup_code) == Handover(False, 900)
        clock.forward(minutes=14, seconds=59)
        assert attempt(order.pickup_code) == Handover(False, 1)
        clock.forward(seconds=1)
    assert attempt(order.pickup_code) == Handover(True)


def test_how_a_handover_went_is_a_refusal_or_none() -> None:
    Handover(True).check()
    with pytest.raises(WrongCode):
        Handover(False).check()
    with pytest.raises(Locked) as refused:
        Handover(False, 7).check()
    assert refused.value.facts == {"retry_after": 7}


def test_an_order_of_several_lines_stays_open_until_the_last_is_cancelled(app: APIFlask, buyer: Actor) -> None:
    one, two = market.shop("lontar", "36.04.13.2007"), market.shop("domas", "36.04.12.2009")
    request = market.CheckoutRequest(
        (market.WantedLine(market.catch(one), 1000), market.WantedLine(market.catch(two), 1000)),
        tuple(market.WantedPickup(shop.id, market.slots(shop)[0].id) for shop in (one, two)),
        market.Method.DEMO,
    )
    checkout = market.check_out(buyer, request)
    now = days.now()
    write(operations.cancel_order, checkout.orders[0].number, buyer, now)
    still = market.queries.get_checkout(db.session(), checkout.id, buyer, now)
    assert (still.status, still.expires_at) == ("awaiting_payment", now + timedelta(minutes=30))
    write(operations.cancel_order, checkout.orders[1].number, buyer, now)
    gone = market.queries.get_checkout(db.session(), checkout.id, buyer, now)
    assert (gone.status, gone.expires_at) == ("cancelled", None)
