"""States, trust and weighing, as tables of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.money import line_amount, maximum_amount, maximum_quantity
from ovop.kernel.quantity import Measure
from ovop.ordering.errors import CashNotAllowed, NothingWeighed, OverMaximum, WrongStatus
from ovop.ordering.rules import (
    MOVES,
    CheckoutStatus,
    Ordered,
    OrderStatus,
    Standing,
    Step,
    Who,
    as_seen,
    check_cash,
    checkout_as_seen,
    due_of,
    next_checkout_status,
    next_status,
    payment_as_seen,
    weigh,
)
from ovop.payment.rules import Method, PaymentStatus

S = OrderStatus

#: Every change that the contract knows, and by whom; what is not here must be refused.
ALLOWED = {
    (S.AWAITING_PAYMENT, Step.CONFIRM, Who.MARKET): S.CONFIRMED,
    (S.AWAITING_PAYMENT, Step.EXPIRE, Who.MARKET): S.EXPIRED,
    (S.EXPIRED, Step.REVIVE, Who.MARKET): S.CONFIRMED,
    (S.CONFIRMED, Step.WEIGH, Who.COOPERATIVE): S.READY,
    (S.READY, Step.HAND_OVER, Who.COOPERATIVE): S.COLLECTED,
    (S.CONFIRMED, Step.MARK_NO_SHOW, Who.COOPERATIVE): S.NO_SHOW,
    (S.READY, Step.MARK_NO_SHOW, Who.COOPERATIVE): S.NO_SHOW,
    **{(status, Step.CANCEL, who): S.CANCELLED for status in (S.AWAITING_PAYMENT, S.CONFIRMED, S.READY) for who in Who},
    # The place changes, the state does not.
    (S.CONFIRMED, Step.CHANGE_SLOT, Who.BUYER): S.CONFIRMED,
    (S.READY, Step.CHANGE_SLOT, Who.BUYER): S.READY,
}


@pytest.mark.parametrize(("status", "step", "who"), list(product(OrderStatus, Step, Who)))
def test_only_the_contracts_changes_happen(status: OrderStatus, step: Step, who: Who) -> None:
    if (status, step, who) in ALLOWED:
        assert next_status(status, step, who) is ALLOWED[status, step, who]
    else:
        with pytest.raises(WrongStatus) as refused:
            next_status(status, step, who)
        assert refused.value.facts == {"order_status": status}


def test_the_table_of_moves_says_nothing_more() -> None:
    told = {
        (source, step, who): move.target or source
        for step, move in MOVES.items()
        for source in move.sources
        for who in move.by
    }
    assert told == ALLOWED


@pytest.mark.parametrize(("status", "step"), list(product(CheckoutStatus, Step)))
def test_a_checkout_follows_its_payment_or_the_last_of_its_orders(status: CheckoutStatus, step: Step) -> None:
    allowed = {
        (CheckoutStatus.AWAITING_PAYMENT, Step.CONFIRM): CheckoutStatus.CONFIRMED,
        (CheckoutStatus.AWAITING_PAYMENT, Step.EXPIRE): CheckoutStatus.EXPIRED,
        (CheckoutStatus.AWAITING_PAYMENT, Step.CANCEL): CheckoutStatus.CANCELLED,
        (CheckoutStatus.CONFIRMED, Step.CANCEL): CheckoutStatus.CANCELLED,
        (CheckoutStatus.EXPIRED, Step.REVIVE): CheckoutStatus.CONFIRMED,
    }
    if (status, step) in allowed:
        assert next_checkout_status(status, step) is allowed[status, step]
    else:
        with pytest.raises(WrongStatus):
            next_checkout_status(status, step)


def test_an_unpaid_order_is_seen_as_expired_from_its_time_on() -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    assert as_seen(S.AWAITING_PAYMENT, now + timedelta(seconds=1), now) is S.AWAITING_PAYMENT
    assert as_seen(S.AWAITING_PAYMENT, now, now) is S.EXPIRED
    assert as_seen(S.CONFIRMED, now, now) is S.CONFIRMED
    assert as_seen(S.CONFIRMED, None, now) is S.CONFIRMED
    assert checkout_as_seen(CheckoutStatus.AWAITING_PAYMENT, now, now) is CheckoutStatus.EXPIRED
    assert checkout_as_seen(CheckoutStatus.CONFIRMED, now, now) is CheckoutStatus.CONFIRMED


@pytest.mark.parametrize(
    ("no_shows", "open_orders", "allowed_by_all", "reason"),
    [
        (0, 0, True, None),
        (1, 2, True, None),
        (2, 0, True, "no-shows"),
        (0, 3, True, "open-orders"),
        (0, 0, False, "cooperative"),
    ],
)
def test_cash_is_for_those_who_come(no_shows: int, open_orders: int, allowed_by_all: bool, reason: str | None) -> None:
    if reason is None:
        check_cash(Standing(no_shows, open_orders), allowed_by_all=allowed_by_all)
        return
    with pytest.raises(CashNotAllowed) as refused:
        check_cash(Standing(no_shows, open_orders), allowed_by_all=allowed_by_all)
    assert refused.value.facts == {"reason": reason}


def line(quantity: int = 1500, price: int = 145_000, measure: Measure = Measure.WEIGHT, catch: int = 1) -> Ordered:
    return Ordered(catch, measure, price, quantity)


@pytest.mark.parametrize(
    ("weighed", "amount", "difference", "is_short"),
    [
        (1480, 214_600, -20, False),
        (1500, 217_500, 0, False),
        (1650, 239_300, 150, False),  # exactly the maximum: 239 250, halves up
        (1350, 195_800, -150, False),  # exactly 10 % less is not short
        (1349, 195_600, -151, True),
        (1, 100, -1499, True),
    ],
)
def test_weighing_settles_a_line(weighed: int, amount: int, difference: int, is_short: bool) -> None:
    (settled,) = weigh([line()], {1: weighed})
    assert (settled.quantity, settled.amount, settled.difference, settled.is_short) == (
        weighed,
        amount,
        difference,
        is_short,
    )


def test_a_gram_above_the_maximum_is_refused() -> None:
    with pytest.raises(OverMaximum) as refused:
        weigh([line()], {1: 1651})
    assert refused.value.facts == {"catch": 1, "maximum": 1650}


def test_one_line_may_come_to_nothing_but_not_all() -> None:
    two = [line(), line(3, 45_000, Measure.COUNT, catch=2)]
    assert [settled.amount for settled in weigh(two, {1: 0, 2: 3})] == [0, 135_000]
    with pytest.raises(NothingWeighed):
        weigh(two, {1: 0, 2: 0})


def test_counted_goods_are_never_more_than_ordered_below_ten() -> None:
    with pytest.raises(OverMaximum):
        weigh([line(3, 45_000, Measure.COUNT)], {1: 4})


@given(
    st.lists(
        st.tuples(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(Measure), st.floats(0, 1)),
        min_size=1,
        max_size=6,
    )
)
def test_nobody_ever_pays_more_than_the_maximum(drawn: list[tuple[int, int, Measure, float]]) -> None:
    lines = [Ordered(number, measure, price, quantity) for number, (quantity, price, measure, _) in enumerate(drawn)]
    weights = {
        number: round(share * maximum_quantity(quantity)) for number, (quantity, _, _, share) in enumerate(drawn)
    }
    if not any(weights.values()):
        return
    for ordered, settled in zip(lines, weigh(lines, weights), strict=True):
        assert settled.amount == line_amount(ordered.unit_price, settled.quantity, ordered.measure)
        assert settled.amount <= maximum_amount(ordered.unit_price, ordered.quantity, ordered.measure)
        assert settled.quantity == ordered.quantity + settled.difference


@pytest.mark.parametrize(
    ("status", "due"),
    [
        (S.AWAITING_PAYMENT, 110),
        (S.CONFIRMED, 110),
        (S.READY, 95),
        (S.COLLECTED, 95),
        (S.CANCELLED, 0),
        (S.NO_SHOW, 0),
        (S.EXPIRED, 0),
    ],
)
def test_an_order_claims_its_maximum_until_weighed_and_nothing_without_goods(status: OrderStatus, due: int) -> None:
    assert due_of(status, 110, 95) == due


@pytest.mark.parametrize(
    ("order", "method", "payment", "seen"),
    [
        (S.CANCELLED, Method.DEMO, PaymentStatus.PAID, PaymentStatus.REFUNDED),
        (S.CANCELLED, Method.DEMO, PaymentStatus.AUTHORISED, PaymentStatus.VOID),
        (S.READY, Method.STRIPE, PaymentStatus.PARTLY_REFUNDED, PaymentStatus.PAID),
        (S.CONFIRMED, Method.STRIPE, PaymentStatus.AUTHORISED, PaymentStatus.AUTHORISED),
        (S.NO_SHOW, Method.STRIPE, PaymentStatus.PARTLY_REFUNDED, PaymentStatus.REFUNDED),
        (S.CANCELLED, Method.STRIPE, PaymentStatus.VOID, PaymentStatus.VOID),
        (S.COLLECTED, Method.CASH, PaymentStatus.PAID, PaymentStatus.PAID),
        (S.CANCELLED, Method.QRIS, PaymentStatus.VOID, PaymentStatus.VOID),
    ],
)
def test_a_shared_payment_is_told_for_each_order(
    order: OrderStatus, method: Method, payment: PaymentStatus, seen: PaymentStatus
) -> None:
    assert payment_as_seen(order, method, payment, 50_000, 0) is seen
