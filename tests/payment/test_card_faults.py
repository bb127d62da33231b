"""Calls to Stripe that fail in every way: both sides end with the same sums, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ovop import wiring
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import card_flows, charging, settling
from ovop.ordering.charging import Applied
from ovop.ordering.rows import CheckoutRow
from ovop.outside.queue import GivenUp
from ovop.payment.errors import ProviderAway, ProviderBroken, ProviderRefused
from ovop.payment.providers.stripe import StripeProvider
from ovop.worker import Worker
from tests.make import market
from tests.make.cards import LOOKS, NEWS, Cards
from tests.stripe_server import Fault

FAULTS = [Fault.REFUSED, Fault.LOST, Fault.BROKEN, Fault.BROKEN_AFTER, Fault.AWAY, Fault.RATE_LIMITED]


def insist(cards: Cards, act: Callable[[], object]) -> None:
    """Pressed until it works, a minute apart."""
    for _ in range(6):
        try:
            act()
        except ProviderAway:
            cards.clock.forward(minutes=1)
        else:
            return
    raise AssertionError("it never worked")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize(
    "call",
    [
        "POST /v1/checkout/sessions",
        "GET /v1/checkout/sessions",
        "GET /v1/checkout/sessions/*",
        "POST /v1/payment_intents/*/capture",
        "POST /v1/refunds",
        "GET /v1/events",
    ],
)
def test_a_fault_in_any_call_on_the_way_to_a_sale(
    cards: Cards, buyer: Actor, checkout: CheckoutRow, seller: market.Shop, call: str, fault: Fault
) -> None:
    cards.server.fail_next(call, fault, times=3)
    insist(cards, lambda: cards.begin(buyer, checkout))
    assert len(cards.server.books()) == 1  # one page, whatever happened to the answers
    cards.server.pay(cards.reference(checkout))
    cards.pass_time(minutes=20)
    assert cards.statuses(checkout) == ["confirmed", "confirmed"]
    cards.weigh(checkout, 0, seller, 2000)
    cards.pass_time(hours=1)
    assert cards.sums(checkout) == ("paid", 132_000, 124_000, 0, 0)
    cards.cancel(checkout, 1)
    cards.pass_time(hours=1)
    assert cards.sums(checkout) == ("partly_refunded", 132_000, 124_000, 44_000, 0)
    assert cards.given_up() == []
    assert len(cards.server.world.refunds) == 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("call", ["POST /v1/payment_intents/*/cancel", "GET /v1/checkout/sessions/*"])
def test_a_fault_on_the_way_to_letting_go(cards: Cards, paid: CheckoutRow, call: str, fault: Fault) -> None:
    cards.server.fail_next(call, fault, times=3)
    cards.cancel(paid)
    cards.pass_time(hours=1)
    assert cards.sums(paid) == ("void", 132_000, 0, 0, 0)
    assert cards.given_up() == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_on_the_way_to_closing_a_page(cards: Cards, buyer: Actor, checkout: CheckoutRow, fault: Fault) -> None:
    session = cards.begin(buyer, checkout)
    cards.server.fail_next("POST /v1/checkout/sessions/*/expire", fault, times=3)
    cards.cancel(checkout)
    cards.pass_time(minutes=20)
    assert cards.server.pay(session) == "expired"
    assert cards.given_up() == []


def test_an_answer_that_stripe_would_only_repeat_gets_another_key(
    cards: Cards, paid: CheckoutRow, seller: market.Shop
) -> None:
    cards.server.fail_next("POST /v1/payment_intents/*/capture", Fault.BROKEN)
    cards.weigh(paid, 0, seller, 2000)
    cards.pass_time(minutes=5)
    keys = [call.key for call in cards.server.calls() if call.call.endswith("/capture")]
    payment = paid.orders[0].payment_id
    assert keys == [f"{payment}:captured:1", f"{payment}:captured:1:1"]
    assert cards.sums(paid) == ("paid", 132_000, 124_000, 0, 0)


def test_an_answer_that_was_only_lost_is_not_asked_for_again(
    cards: Cards, paid: CheckoutRow, seller: market.Shop
) -> None:
    cards.without = (NEWS, LOOKS)
    # The library asks once more by itself, under the same key; then the worker looks, and finds it done.
    cards.server.fail_next("POST /v1/payment_intents/*/capture", Fault.LOST, times=2)
    cards.weigh(paid, 0, seller, 2000)
    cards.pass_time(minutes=5)
    keys = [call.key for call in cards.server.calls() if call.call.endswith("/capture")]
    assert keys == [f"{paid.orders[0].payment_id}:captured:1"] * 2
    assert cards.sums(paid) == ("paid", 132_000, 124_000, 0, 0)


def test_stripe_away_for_an_hour_delays_and_loses_nothing(
    cards: Cards, buyer: Actor, paid: CheckoutRow, seller: market.Shop, catch: int
) -> None:
    waiting = cards.order(buyer, {seller: {catch: 1000}}, slot=5)
    session = cards.begin(buyer, waiting)
    with cards.server.down():
        cards.weigh(paid, 0, seller, 2000)
        cards.cancel(paid, 1)
        with pytest.raises(ProviderAway):
            cards.begin(buyer, waiting)
        cards.pass_time(hours=1)
        cards.hand_over(paid, 0, seller)  # the fish does not wait for Stripe
        assert cards.payment(paid).captured == 0
        assert cards.statuses(waiting) == ["expired"]
    cards.pass_time(hours=2)
    assert cards.sums(paid) == ("paid", 132_000, 80_000, 0, 0)
    assert cards.server.book(session).status == "expired"
    assert cards.given_up() == []


def test_a_slow_capture_that_was_overtaken_by_a_cancellation_is_done_once(
    cards: Cards, paid: CheckoutRow, seller: market.Shop
) -> None:
    """One worker asks to capture all; before it hears, another knows of less and asks under the same name."""
    cards.weigh(paid, 0, seller, 2000)
    early = settling.find_step(db.session(), paid.id)
    db.session.rollback()
    assert early is not None
    cards.cancel(paid, 1)
    provider = StripeProvider(cards.server.secret, cards.server.url)
    provider.capture(early.reference, early.step.amount, early.request_key)
    with pytest.raises(ProviderBroken):  # the same key in other words
        provider.capture(early.reference, 80_000, early.request_key)
    card_flows.settle({"checkout": paid.id}, days.now())
    assert write(settling.record_step, early, days.now()) is False  # what the first worker would have written
    assert cards.sums(paid) == ("partly_refunded", 132_000, 124_000, 44_000, 0)


def test_a_refund_by_hand_between_asking_and_writing_down_is_not_lost(
    cards: Cards, api: object, paid: CheckoutRow, seller: market.Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards.weigh(paid, 0, seller, 2000)
    cards.work()
    cards.cancel(paid, 1)
    record = settling.record_step

    def meanwhile(*args: object) -> bool:
        monkeypatch.undo()
        api.v1.refunds.create({"payment_intent": cards.intent(paid), "amount": 500_000})  # type: ignore[attr-defined]
        card_flows.refresh(paid.orders[0].payment_id, days.now())
        return write(record, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(card_flows.settling, "record_step", lambda _session, *args: meanwhile(*args))
    intent = cards.intent(paid)
    card_flows.settle({"checkout": paid.id}, days.now())
    assert cards.server.book(intent).refunded == 80_000 + 44_000
    assert cards.statuses(paid) == ["cancelled", "cancelled"]
    assert cards.sums(paid) == ("refunded", 132_000, 124_000, 124_000, 0)


def test_what_was_seen_does_not_count_when_something_else_was_kept_meanwhile(cards: Cards, paid: CheckoutRow) -> None:
    payment = paid.orders[0].payment_id
    looked = charging.find_to_look(db.session(), payment)
    db.session.rollback()
    assert looked is not None
    old = StripeProvider(cards.server.secret, cards.server.url).look(looked.reference)
    cards.cancel(paid)
    cards.work()
    assert write(charging.apply_charge, looked, old, days.now()) is Applied.STALE
    assert cards.sums(paid) == ("void", 132_000, 0, 0, 0)


def test_a_refusal_that_nothing_explains_is_given_up_for_a_person_to_see(
    cards: Cards, paid: CheckoutRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(self: StripeProvider, reference: str, key: str) -> None:
        raise ProviderRefused("not_today")

    with monkeypatch.context() as patched:
        patched.setattr(StripeProvider, "void", never)
        cards.cancel(paid)
        with pytest.raises(GivenUp):
            card_flows.settle({"checkout": paid.id}, days.now())
        Worker(cards.app, wiring.JOBS, []).drain()
    assert set(cards.given_up()) == {f"voided of checkout {paid.id}: not_today"}
    assert market.broken() == []  # it is on record that it is to be done
    card_flows.settle({"checkout": paid.id}, days.now())
    assert cards.sums(paid) == ("void", 132_000, 0, 0, 0)
