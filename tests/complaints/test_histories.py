"""Whatever all sides do in whatever order and time: a complaint keeps to its table, and every rupiah is explained."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ovop.complaints import flows
from ovop.complaints.models import Complaint, Goodwill
from ovop.complaints.rules import ComplaintStatus
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict, Invalid
from ovop.ordering.refunding import record_payout
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.payment.rules import Method
from tests import databases
from tests.conftest import Clock
from tests.make import market
from tests.make.complaints import Bought, bought

TOTAL = 40_000
ACTS = ["complain", "offer", "give", "decline", "accept", "withdraw", "escalate", "rule", "goodwill", "wait", "duty"]


def acts(order: Bought, clock: Clock, amount: int, hours: int, key: str) -> dict[str, Callable[[], object]]:
    """What each side can try."""
    return {
        "complain": order.complain,
        "offer": lambda: order.offer(amount),
        "give": order.give_all_back,
        "decline": order.decline,
        "accept": order.accept,
        "withdraw": order.withdraw,
        "escalate": order.escalate,
        "rule": lambda: order.rule(amount),
        "goodwill": lambda: flows.give_back_once(order.number, amount, "x", order.seller.clerk, key, days.now()),
        "wait": lambda: clock.forward(hours=hours),
        "duty": lambda: flows.take_overdue(days.now()),
    }


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_history_ends_with_every_rupiah_explained(app: APIFlask, clock: Clock, data: st.DataObject) -> None:
    databases.wipe()
    order = bought(app, data.draw(st.sampled_from([Method.CASH, Method.QRIS, Method.DEMO])), TOTAL)
    order.complain()
    for place in range(data.draw(st.integers(1, 10))):
        amount = data.draw(st.integers(0, TOTAL + 1))
        act = data.draw(st.sampled_from(ACTS))
        with suppress(Conflict, Invalid):
            acts(order, clock, amount, data.draw(st.integers(1, 170)), f"{place}")[act]()
        assert order.money[0] <= TOTAL
    end(order, clock)
    agreed, paid = order.money
    by_complaint = db.session.scalar(select(Complaint.refunded)) or 0
    by_goodwill = db.session.scalar(select(func.coalesce(func.sum(Goodwill.amount), 0))) or 0
    assert agreed == paid == by_complaint + by_goodwill
    owed_to_buyer = db.session.scalar(
        select(func.sum(LedgerEntry.amount)).where(LedgerEntry.account == LedgerAccount.CUSTOMER)
    )
    assert owed_to_buyer == 0
    assert market.broken() == []


def end(order: Bought, clock: Clock) -> None:
    """Nobody does anything more but the office and, with its own hands, the co-operative."""
    for _ in range(2):
        clock.forward(days=8)
        seen = order.read()
        flows.take_overdue(days.now())
        now = order.read()
        assert (seen.status, seen.refunded, seen.left) == (now.status, now.refunded, now.left)
        if now.status is ComplaintStatus.WITH_OFFICE:
            order.rule(min(12_345, now.left))
    assert order.status is ComplaintStatus.CLOSED
    order.work()
    if not Method(order.read().method).is_card:
        write(record_payout, order.number, "", order.seller.clerk, days.now())
