"""Card money is brought to what the orders come to, whatever answers were lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop import wiring
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import card_flows, charging, flows, operations, settling
from ovop.outside.models import OutboxJob
from ovop.outside.queue import GivenUp
from ovop.payment import providers
from ovop.payment.errors import ProviderAway
from ovop.payment.models import DemoCharge, LedgerEntry, Payment, PaymentEvent
from ovop.payment.providers.base import Charge
from ovop.payment.rules import EventKind, Method, Step
from ovop.worker import Worker
from tests.make import accounts, market
from tests.make.providers import Moody

KILO = 40_000


@pytest.fixture
def provider(app: APIFlask) -> Iterator[Moody]:
    moody = Moody()
    providers.register(app, {Method.DEMO: moody})
    yield moody
    providers.register(app, {})


@dataclass
class Paid:
    """Two kilograms of one co-operative and one of another, by card, and paid."""

    checkout: str
    payment: str
    numbers: tuple[str, str]
    catches: tuple[int, int]
    shops: tuple[market.Shop, market.Shop]
    buyer: Actor

    def weigh(self, which: int, grams: int) -> None:
        clerk, number = self.shops[which].clerk, self.numbers[which]
        write(operations.weigh_order, number, {self.catches[which]: grams}, clerk, days.now())

    def cancel(self, which: int) -> None:
        write(operations.cancel_order, self.numbers[which], self.buyer, days.now())

    def settle(self) -> None:
        card_flows.settle({"checkout": self.checkout}, days.now())

    def step(self) -> settling.ToSettle | None:
        db.session.rollback()
        return settling.find_step(db.session(), self.checkout)

    def sums(self) -> tuple[str, int, int, int]:
        db.session.rollback()
        row = db.session.get_one(Payment, self.payment, populate_existing=True)
        return row.status, row.authorised, row.captured, row.refunded

    def held(self) -> int:
        """What the provider keeps."""
        db.session.rollback()
        charge = db.session.get_one(DemoCharge, f"demo_{self.payment}", populate_existing=True)
        return charge.captured - charge.refunded


@pytest.fixture
def paid(app: APIFlask) -> Iterator[Paid]:
    shops = market.shop("lontar", "36.04.13.2007"), market.shop("domas", "36.04.12.2009")
    catches = tuple(market.catch(shop, unit_price=KILO) for shop in shops)
    buyer = accounts.buyer()
    request = market.CheckoutRequest(
        (market.WantedLine(catches[0], 2000), market.WantedLine(catches[1], 1000)),
        tuple(market.WantedPickup(shop.id, market.slots(shop)[0].id) for shop in shops),
        Method.DEMO,
    )
    checkout = market.check_out(buyer, request)
    payment = market.pay(buyer, checkout.id)
    numbers = tuple(order.number for order in checkout.orders)
    yield Paid(checkout.id, payment, numbers, catches, shops, buyer)  # type: ignore[arg-type]
    db.session.rollback()
    assert market.broken() == []


def test_a_step_names_its_payment_its_sum_and_the_facts_it_follows_from(paid: Paid) -> None:
    assert paid.step() is None
    paid.weigh(0, 1900)
    capture = settling.ToSettle(
        checkout_id=paid.checkout,
        payment_id=paid.payment,
        method=Method.DEMO,
        reference=f"demo_{paid.payment}",
        step=Step(EventKind.CAPTURED, 76_000 + 44_000),
        key=f"{paid.payment}:captured:1",
        request_key=f"{paid.payment}:captured:1",
    )
    assert paid.step() == capture
    paid.settle()
    assert paid.step() is None
    paid.weigh(1, 1000)
    refund = paid.step()
    assert refund is not None
    assert (refund.step, refund.key) == (Step(EventKind.REFUNDED, 4000), f"{paid.payment}:refunded:2")


def test_nothing_is_asked_for_what_is_not_paid_by_card_or_not_there(app: APIFlask, paid: Paid) -> None:
    seller = paid.shops[0]
    cash = market.check_out(paid.buyer, market.wanted(seller, {paid.catches[0]: 1000}))
    write(operations.weigh_order, cash.orders[0].number, {paid.catches[0]: 900}, seller.clerk, days.now())
    assert settling.find_step(db.session(), cash.id) is None
    assert settling.find_step(db.session(), "nobody's") is None
    jobs = db.session.scalars(select(OutboxJob.payload).where(OutboxJob.kind == "settle")).all()
    assert jobs == [{"checkout": paid.checkout}]  # by its payment


def test_nothing_is_asked_before_the_provider_knows_the_payment(app: APIFlask, paid: Paid) -> None:
    unpaid = market.check_out(paid.buyer, market.wanted(paid.shops[0], {paid.catches[0]: 1000}, Method.DEMO))
    payment = unpaid.orders[0].payment_id
    flows.apply_payment_event(payment, EventKind.AUTHORISED, unpaid.maximum, "told", days.now())
    write(operations.cancel_order, unpaid.orders[0].number, paid.buyer, days.now())
    assert settling.find_step(db.session(), unpaid.id) is None


def test_the_worker_settles_what_a_change_asks_for(app: APIFlask, paid: Paid) -> None:
    paid.weigh(0, 2000)
    Worker(app, wiring.JOBS, []).drain()
    assert paid.sums() == ("paid", 132_000, 124_000, 0)
    paid.cancel(1)
    Worker(app, wiring.JOBS, []).drain()
    assert paid.sums() == ("partly_refunded", 132_000, 124_000, 44_000)
    assert paid.held() == 80_000


@pytest.mark.parametrize("mood", [None, False])
def test_a_lost_request_or_answer_is_asked_again_and_done_once(paid: Paid, provider: Moody, mood: bool | None) -> None:
    paid.weigh(0, 2000)
    provider.mood = lambda: mood
    with pytest.raises(ProviderAway):
        paid.settle()
    assert paid.sums() == ("authorised", 132_000, 0, 0)
    if mood is False:
        with pytest.raises(ProviderAway):
            paid.settle()
        provider.mood = lambda: True
    paid.settle()
    assert paid.sums() == ("paid", 132_000, 124_000, 0)
    assert paid.held() == 124_000


def test_a_capture_whose_answer_was_lost_before_a_cancellation_is_found_and_refunded(
    paid: Paid, provider: Moody
) -> None:
    paid.weigh(0, 2000)
    provider.mood = lambda: None
    with pytest.raises(ProviderAway):
        paid.settle()
    paid.cancel(0)
    paid.cancel(1)
    provider.mood = lambda: True
    paid.settle()
    assert paid.sums() == ("refunded", 132_000, 124_000, 124_000)
    assert paid.held() == 0
    events = db.session.execute(select(PaymentEvent.kind, PaymentEvent.amount, PaymentEvent.key, PaymentEvent.note))
    assert [tuple(event) for event in events.all()[1:]] == [
        ("captured", 124_000, f"{paid.payment}:captured:1", "found at the provider"),
        ("refunded", 124_000, f"{paid.payment}:refunded:2", ""),
    ]


def test_a_refund_whose_answer_was_lost_before_another_is_found_and_the_rest_follows(
    paid: Paid, provider: Moody
) -> None:
    paid.weigh(0, 2000)
    paid.settle()
    paid.weigh(1, 950)
    provider.mood = lambda: None
    with pytest.raises(ProviderAway):
        paid.settle()
    paid.cancel(1)
    provider.mood = lambda: True
    paid.settle()
    assert paid.sums() == ("partly_refunded", 132_000, 124_000, 44_000)
    assert paid.held() == 80_000
    on_card = select(LedgerEntry.amount).where(LedgerEntry.account == "provider").order_by(LedgerEntry.id)
    booked = db.session.scalars(on_card).all()
    assert booked == [124_000, -6000, -38_000]


def test_a_void_whose_answer_was_lost_is_found(paid: Paid, provider: Moody) -> None:
    paid.cancel(0)
    paid.cancel(1)
    provider.mood = lambda: None
    with pytest.raises(ProviderAway):
        paid.settle()
    provider.mood = lambda: True
    paid.settle()
    assert paid.sums() == ("void", 132_000, 0, 0)


def catch_up(paid: Paid, charge: Charge) -> bool:
    looked = charging.find_to_look(db.session(), paid.payment)
    db.session.rollback()
    assert looked is not None
    return write(charging.apply_charge, looked, charge, days.now()) is charging.Applied.CHANGED


def test_what_the_provider_knows_beyond_us_is_kept_once(paid: Paid) -> None:
    def charge(captured: int, refunded: int, is_void: bool = False) -> Charge:
        return Charge(f"demo_{paid.payment}", 132_000, captured, refunded, is_void)

    assert not catch_up(paid, charge(0, 0))
    assert catch_up(paid, charge(132_000, 32_000))
    assert paid.sums() == ("partly_refunded", 132_000, 132_000, 32_000)
    assert not catch_up(paid, charge(132_000, 32_000))
    assert catch_up(paid, charge(132_000, 132_000))
    assert paid.sums() == ("refunded", 132_000, 132_000, 132_000)
    keys = db.session.scalars(select(PaymentEvent.key).order_by(PaymentEvent.id)).all()
    assert [key.removeprefix(paid.payment) for key in keys[1:]] == [
        ":captured:1", ":refunded:2", ":refunded:3"
    ]  # fmt: skip
    assert set(db.session.scalars(select(LedgerEntry.checkout_id))) == {paid.checkout}


def test_a_void_found_at_the_provider_is_kept_once(paid: Paid) -> None:
    void = Charge(f"demo_{paid.payment}", 0, 0, 0, True)
    for which in (0, 1):
        paid.cancel(which)
    assert catch_up(paid, void)
    assert not catch_up(paid, void)
    assert paid.sums() == ("void", 132_000, 0, 0)
    [event] = db.session.scalars(select(PaymentEvent).where(PaymentEvent.kind == "voided"))
    assert (event.amount, event.key) == (0, f"{paid.payment}:voided:1")


def test_a_refusal_that_nothing_explains_is_given_up_for_a_person_to_see(paid: Paid, provider: Moody) -> None:
    paid.cancel(0)
    paid.cancel(1)
    charge = db.session.get_one(DemoCharge, f"demo_{paid.payment}").id
    db.session.rollback()
    write(lambda session: setattr(session.get_one(DemoCharge, charge), "status", "odd"))
    with pytest.raises(GivenUp) as given_up:
        paid.settle()
    assert str(given_up.value) == f"voided of checkout {paid.checkout}: payment is odd"
