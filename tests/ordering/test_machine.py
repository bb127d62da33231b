"""Buyers, clerks, the clock and the card provider, in any order, with repeats and losses.

After each step every invariant of `verify` holds, and a model of a few lines agrees on stock, money and states.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from apiflask import APIFlask
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Refused
from ovop.ordering import card_flows, flows, operations
from ovop.ordering.rules import OrderStatus
from ovop.payment.errors import ProviderRefused
from ovop.payment.models import Payment
from ovop.payment.providers import demo
from ovop.payment.rules import EventKind, Method
from ovop.stock.models import Catch
from tests import databases
from tests.conftest import Clock
from tests.make import accounts, market


@dataclass
class Known:
    """What the model knows of an order: no more than its buyer would write down."""

    number: str
    checkout: str
    payment: str
    code: str
    catch: int
    quantity: int
    is_card: bool
    status: str
    slot_ends: object
    final: int = 0
    history: list[str] = field(default_factory=list)


class Market(RuleBasedStateMachine):
    """One co-operative, two lots, two buyers."""

    app: APIFlask
    clock: Clock
    orders: Bundle[Known] = Bundle("orders")
    told: Bundle[tuple[str, EventKind, int, str]] = Bundle("told")

    @initialize(tight=st.booleans())
    def open_market(self, tight: bool) -> None:
        self.context = self.app.app_context()
        self.context.push()
        self.clock.now = days.to_local(self.clock.now).replace(year=2026, month=1, day=5, hour=9, minute=0, second=0)
        hours = tuple(market.Hours(day, market.time(8), market.time(18), 2 if tight else 50) for day in range(1, 8))
        self.shop = market.shop(hours=hours)
        self.buyers = [accounts.buyer(f"b{number}@contoh.id") for number in range(2)]
        best = days.now() + timedelta(days=2)
        self.catches = {
            market.catch(self.shop, 4000, best_before=best): 4000,
            market.catch(self.shop, 2500, 95_000, best_before=best): 2500,
        }
        self.known: list[Known] = []

    def teardown(self) -> None:
        if hasattr(self, "context"):
            databases.wipe()
            self.context.pop()

    def attempt(self, act: object) -> bool:
        """Does it, or is refused by name; anything else is a fault."""
        try:
            act()  # type: ignore[operator]
        except Refused:
            db.session.rollback()
            return False
        return True

    @rule(
        target=orders,
        buyer=st.integers(0, 1),
        lot=st.integers(0, 1),
        quantity=st.integers(1, 1500),
        method=st.sampled_from([Method.CASH, Method.DEMO]),
        slot=st.integers(0, 2),
    )
    def place(self, buyer: int, lot: int, quantity: int, method: Method, slot: int) -> Known | None:
        catch = list(self.catches)[lot]
        free = market.slots(self.shop)
        if not free:
            return None
        try:
            request = market.wanted(self.shop, {catch: quantity}, method, free[slot % len(free)].id)
            order = market.check_out(self.buyers[buyer], request).orders[0]
        except Refused:
            return None
        known = Known(
            order.number,
            order.checkout_id,
            order.payment_id,
            order.pickup_code,
            catch,
            quantity,
            method.is_card,
            order.status,
            order.pickup.ends_at,
        )
        if method.is_card:
            flows.begin_payment(order.checkout_id, self.buyers[buyer], days.now(), "http://localhost/", "id")
        self.known.append(known)
        return known

    @rule(target=told, order=orders)
    def pay(self, order: Known | None) -> tuple[str, EventKind, int, str] | None:
        """The card is accepted at the provider; that news may come now, late, twice or never."""
        if order is None or not order.is_card:
            return None
        try:
            amount = write(demo.pay, f"demo_{order.payment}")
        except ProviderRefused:
            return None
        return order.payment, EventKind.AUTHORISED, amount, f"{order.payment}:authorised"

    @rule(event=told)
    def hear(self, event: tuple[str, EventKind, int, str] | None) -> None:
        if event is not None:
            flows.apply_payment_event(*event, days.now())

    @rule(order=orders)
    def decline(self, order: Known | None) -> None:
        if order is not None and order.is_card:
            key = f"{order.payment}:declined"
            flows.apply_payment_event(order.payment, EventKind.DECLINED, 0, key, days.now())

    @rule(order=orders, share=st.floats(0, 1.2))
    def weigh(self, order: Known | None, share: float) -> None:
        if order is None:
            return
        quantity = round(order.quantity * share)
        weights = {order.catch: quantity}
        if self.attempt(lambda: write(operations.weigh_order, order.number, weights, self.shop.clerk, days.now())):
            order.final = quantity

    @rule(order=orders, is_right=st.booleans())
    def hand_over(self, order: Known | None, is_right: bool) -> None:
        if order is None:
            return
        code = order.code if is_right else "x"
        self.attempt(lambda: flows.hand_over(order.number, code, "", self.shop.clerk, days.now()))

    @rule(order=orders, by_buyer=st.booleans(), restock=st.booleans())
    def cancel(self, order: Known | None, by_buyer: bool, restock: bool) -> None:
        if order is None:
            return
        for actor in self.buyers if by_buyer else [self.shop.clerk]:
            self.attempt(
                lambda actor=actor: write(operations.cancel_order, order.number, actor, days.now(), restock=restock)  # type: ignore[misc]
            )

    @rule(order=orders)
    def mark_no_show(self, order: Known | None) -> None:
        if order is not None:
            self.attempt(lambda: write(operations.mark_no_show, order.number, self.shop.clerk, days.now()))

    @rule(order=orders)
    def settle(self, order: Known | None) -> None:
        if order is not None:
            card_flows.settle({"checkout": order.checkout}, days.now())

    @rule(minutes=st.sampled_from([1, 20, 45, 300, 1500]))
    def wait(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule()
    def expire(self) -> None:
        flows.expire_due(days.now())

    @rule(order=consumes(orders))
    def close_slot(self, order: Known | None) -> None:
        if order is None:
            return
        slot = market.read(order.number, self.shop.clerk).pickup.slot_id
        flows.close_slot(slot, "ombak besar", self.shop.clerk, days.now())

    @precondition(lambda self: hasattr(self, "known"))
    @invariant()
    def nothing_is_broken(self) -> None:
        db.session.rollback()
        assert market.broken() == []

    @precondition(lambda self: hasattr(self, "known"))
    @invariant()
    def the_model_agrees(self) -> None:
        """Recounts what is held and sold from the orders as anybody can read them."""
        db.session.rollback()
        held = dict.fromkeys(self.catches, 0)
        sold = dict.fromkeys(self.catches, 0)
        for known in self.known:
            order = market.read(known.number, self.shop.clerk)
            event(f"an order is {order.status}")
            line = order.lines[0]
            part = known.quantity if line.final_quantity is None else known.final
            is_due = order.expires_at is not None and order.status is OrderStatus.EXPIRED
            stored = db.session.get_one(operations.Order, order.id).status
            if stored in ("awaiting_payment", "confirmed", "ready"):
                held[known.catch] += part
            if order.status is OrderStatus.COLLECTED:
                sold[known.catch] += part
            assert order.total <= order.maximum
            assert not is_due or stored in ("awaiting_payment", "expired")
            payment = db.session.get_one(Payment, known.payment)
            if order.status is OrderStatus.COLLECTED and not known.is_card:
                assert payment.captured == order.total
        for catch, caught in self.catches.items():
            row = db.session.get_one(Catch, catch)
            assert (row.held, row.sold) == (held[catch], sold[catch])
            assert row.available + row.lost == caught - held[catch] - sold[catch]


def test_the_core_in_any_order(market: APIFlask, clock: Clock) -> None:
    machine = type("Machine", (Market,), {"app": market, "clock": clock})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
