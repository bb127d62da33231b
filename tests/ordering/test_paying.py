"""What a provider's news and the passing of time do to a checkout."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select, update

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.ordering import card_flows, charging, flows, operations, paying
from ovop.ordering.models import Checkout
from ovop.ordering.rows import CheckoutRow
from ovop.payment.models import LedgerEntry, Payment, PaymentEvent
from ovop.payment.rules import EventKind, Method
from ovop.stock.models import Catch, Movement
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.market import Shop


@pytest.fixture
def shop(app: APIFlask) -> Shop:
    return market.shop()


@pytest.fixture
def buyer(app: APIFlask) -> Actor:
    return accounts.buyer()


def by_card(shop: Shop, buyer: Actor, catch: int | None = None) -> CheckoutRow:
    """A checkout that waits for its payment, in a slot hours away."""
    wanted = market.wanted(shop, {catch or market.catch(shop): 1000}, Method.DEMO, market.slots(shop)[6].id)
    return market.check_out(buyer, wanted)


def hear(checkout: CheckoutRow, kind: EventKind, amount: int, key: str, note: str = "") -> bool:
    payment = checkout.orders[0].payment_id
    return write(charging.apply_event, payment, kind, amount, key, days.now(), note)


def status(checkout: CheckoutRow) -> str:
    db.session.rollback()
    return db.session.get_one(Checkout, checkout.id, populate_existing=True).status


def expire(checkout: CheckoutRow) -> bool:
    return write(paying.expire_checkout, checkout.id, days.now())


def test_news_is_kept_once_with_what_was_said(shop: Shop, buyer: Actor) -> None:
    checkout = by_card(shop, buyer)
    assert hear(checkout, EventKind.DECLINED, 0, "first", "n" * 201)
    assert not hear(checkout, EventKind.DECLINED, 0, "first")
    assert hear(checkout, EventKind.AUTHORISED, 900, "odd")
    events = db.session.scalars(select(PaymentEvent).order_by(PaymentEvent.id)).all()
    assert [(event.kind, event.amount, event.note) for event in events] == [
        ("declined", 0, "n" * 200),
        ("mismatch", 900, f"other-sum: instead of {checkout.maximum}"),
    ]
    assert status(checkout) == "awaiting_payment"


def test_money_that_the_provider_tells_of_is_booked_to_its_checkout(shop: Shop, buyer: Actor) -> None:
    checkout = by_card(shop, buyer)
    hear(checkout, EventKind.AUTHORISED, checkout.maximum, "authorised")
    hear(checkout, EventKind.CAPTURED, 30_000, "captured")
    hear(checkout, EventKind.REFUNDED, 10_000, "refunded")
    entries = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert {(entry.checkout_id, entry.order_number, entry.cooperative_id) for entry in entries} == {
        (checkout.id, None, None)
    }
    assert [(entry.journal, entry.account, entry.amount) for entry in entries] == [
        ("payment:captured", "provider", 30_000),
        ("payment:captured", "customer", -30_000),
        ("payment:refunded", "customer", 10_000),
        ("payment:refunded", "provider", -10_000),
    ]
    notes = db.session.scalars(select(PaymentEvent.note)).all()
    assert set(notes) == {""}


def test_a_checkout_expires_at_its_time_not_before_and_once(shop: Shop, buyer: Actor, clock: Clock) -> None:
    checkout = by_card(shop, buyer)
    clock.forward(minutes=29, seconds=59)
    assert not expire(checkout)
    clock.forward(seconds=1)
    assert expire(checkout)
    assert not expire(checkout)
    assert status(checkout) == "expired"


@pytest.mark.parametrize("how", ["paid", "cancelled"])
def test_what_was_paid_or_cancelled_in_time_does_not_expire(shop: Shop, buyer: Actor, clock: Clock, how: str) -> None:
    checkout = by_card(shop, buyer)
    if how == "paid":
        hear(checkout, EventKind.AUTHORISED, checkout.maximum, "authorised")
    else:
        write(operations.cancel_order, checkout.orders[0].number, buyer, days.now())
    clock.forward(hours=1)
    assert not expire(checkout)
    past = update(Checkout).values(expires_at=days.now() - timedelta(minutes=1))
    write(lambda session: session.execute(past))  # as if it were still to be paid
    assert not expire(checkout)
    assert status(checkout) == ("confirmed" if how == "paid" else "cancelled")


def test_an_order_in_cash_waits_for_no_payment(shop: Shop, buyer: Actor, clock: Clock) -> None:
    checkout = market.check_out(buyer, market.wanted(shop, {market.catch(shop): 1000}))
    clock.forward(days=1)
    assert paying.find_expired(db.session(), days.now()) == []
    assert not expire(checkout)


def test_those_whose_time_is_over_are_found_longest_first(shop: Shop, buyer: Actor, clock: Clock) -> None:
    catch = market.catch(shop)
    found = []
    for _ in range(3):
        found.append(by_card(shop, buyer, catch).id)
        clock.forward(minutes=5)
    newest = found.pop()
    first = update(Checkout).where(Checkout.id == found[1]).values(expires_at=days.now() - timedelta(minutes=1))
    write(lambda session: session.execute(first))
    clock.forward(minutes=15)
    assert paying.find_expired(db.session(), days.now()) == [found[1], found[0]]
    assert paying.find_expired(db.session(), days.now(), limit=1) == [found[1]]
    clock.forward(minutes=10)
    assert paying.find_expired(db.session(), days.now()) == [found[1], found[0], newest]


def test_an_expired_checkout_that_is_paid_after_all_holds_its_goods_again(
    shop: Shop, buyer: Actor, clock: Clock
) -> None:
    catch = market.catch(shop)
    checkout = by_card(shop, buyer, catch)
    clock.forward(minutes=31)
    expire(checkout)
    hear(checkout, EventKind.AUTHORISED, checkout.maximum, "late")
    assert status(checkout) == "confirmed"
    moves = db.session.execute(
        select(Movement.kind, Movement.quantity, Movement.order_number).order_by(Movement.id).offset(1)
    ).all()
    number = checkout.orders[0].number
    assert [tuple(move) for move in moves] == [
        ("hold", 1000, number), ("release", 1000, number), ("hold", 1000, number)
    ]  # fmt: skip
    assert db.session.get_one(Catch, catch).held == 1000
    assert market.broken() == []


@pytest.mark.parametrize("missing", ["deadline", "best-before", "place"])
def test_an_expired_checkout_is_not_revived_where_anything_of_it_cannot_be_had(
    shop: Shop, buyer: Actor, clock: Clock, missing: str
) -> None:
    slot = market.slots(shop)[6]
    catch = market.catch(shop, best_before=slot.ends_at)
    checkout = by_card(shop, buyer, catch)
    clock.forward(minutes=31)
    expire(checkout)
    if missing == "deadline":
        clock.now = days.to_local(slot.deadline_at) + timedelta(seconds=1)
    elif missing == "best-before":
        change = update(Catch).values(best_before=slot.ends_at - timedelta(seconds=1))
        write(lambda session: session.execute(change))
    else:
        flows.close_slot(slot.id, "ombak besar", shop.clerk, days.now())
    hear(checkout, EventKind.AUTHORISED, checkout.maximum, "late")
    assert status(checkout) == "expired"
    card_flows.settle({"checkout": checkout.id}, days.now())
    payment = db.session.get_one(Payment, checkout.orders[0].payment_id)
    assert payment.status == "authorised"  # nothing at the provider: its page was never opened
    assert db.session.get_one(Catch, catch).held == 0
    assert market.queries.get_checkout(db.session(), checkout.id, buyer, days.now()).orders[0].status == "expired"


def test_news_of_a_payment_that_nobody_knows_is_refused(app: APIFlask) -> None:
    with pytest.raises(NotFound):
        write(charging.apply_event, "nobody's", EventKind.AUTHORISED, 1, "key", days.now())
    with pytest.raises(NotFound):
        write(paying.expire_checkout, "nobody's", days.now())
