"""Invariants of money given back after the handover, from the rows alone."""

from __future__ import annotations

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from ovop.kernel.checks import Check, Finding, finding
from ovop.ordering.models import Order, Payout
from ovop.ordering.refunds import IS_AGREED
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry, Payment
from ovop.payment.rules import Method

_CARDS = [method.value for method in Method if method.is_card]


def _refunds(session: Session) -> Finding:
    """What is agreed to be given back of an order is taken back in the ledger; by hand no more is paid back."""
    booked = (
        select(LedgerEntry.order_number, func.sum(-LedgerEntry.amount).label("amount"))
        .where(LedgerEntry.account == LedgerAccount.CUSTOMER, IS_AGREED)
        .group_by(LedgerEntry.order_number)
        .subquery()
    )
    by_hand = Payment.method.not_in(_CARDS)
    rows = session.execute(
        select(Order.number, Order.refunded, booked.c.amount, Payment.refunded.label("paid_back"))
        .join(Payment, Payment.id == Order.payment_id)
        .outerjoin(booked, booked.c.order_number == Order.number)
        .where(or_(Order.refunded != func.coalesce(booked.c.amount, 0), by_hand & (Payment.refunded > Order.refunded)))
    )
    return finding(
        session.scalar(select(func.count()).select_from(Order)) or 0,
        (
            f"order {row.number}: {row.refunded} to be given back, the ledger has {row.amount}, paid {row.paid_back}"
            for row in rows
        ),
    )


def _payouts(session: Session) -> Finding:
    """What payments by hand say was given back is what co-operatives say they paid out, one by one."""
    paid = select(Payout.order_id, func.sum(Payout.amount).label("amount")).group_by(Payout.order_id).subquery()
    amount = func.coalesce(paid.c.amount, 0)
    given = case((Payment.method.in_(_CARDS), 0), else_=Payment.refunded)
    rows = session.execute(
        select(Order.number, given.label("given"), amount.label("amount"))
        .join(Payment, Payment.id == Order.payment_id)
        .outerjoin(paid, paid.c.order_id == Order.id)
        .where(given != amount)
    )
    counted = session.scalar(select(func.count()).select_from(Payout)) or 0
    return finding(counted, (f"order {row.number}: {row.given} given back, payouts are {row.amount}" for row in rows))


CHECKS = (
    Check("what is given back of collected orders is booked, and no more is paid back", "orders", _refunds),
    Check("what was given back by hand was paid out by somebody", "payouts", _payouts),
)
