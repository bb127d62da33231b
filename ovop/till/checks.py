"""Invariants of tills, from the rows alone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from ovop.db.counting import count_rows
from ovop.kernel.checks import Check, Finding, finding
from ovop.ordering.models import Checkout, Order, Payout
from ovop.ordering.refunding import PayoutWay
from ovop.ordering.rules import OrderStatus
from ovop.payment.rules import Method
from ovop.till.models import Till, TillDeposit, TillEntry
from ovop.till.rules import EntryKind


def _sum_of(kind: EntryKind) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((TillEntry.kind == kind, TillEntry.amount), else_=0)), 0)


def _sums(session: Session) -> Finding:
    """What a till holds is what went into it, and nothing did after it was counted."""
    of = (
        select(
            TillEntry.till_id,
            func.sum(TillEntry.amount).label("amount"),
            _sum_of(EntryKind.CHANGE).label("change"),
            func.max(TillEntry.at).label("last"),
        )
        .group_by(TillEntry.till_id)
        .subquery()
    )
    expected, change = func.coalesce(of.c.amount, 0), func.coalesce(of.c.change, 0)
    rows = session.execute(
        select(Till.id, Till.expected, Till.change_amount, expected.label("amount"), change.label("change"))
        .outerjoin(of, of.c.till_id == Till.id)
        .where(or_(Till.expected != expected, Till.change_amount != change, of.c.last > Till.closed_at))
    )
    return finding(
        count_rows(session, Till),
        (
            f"till {row.id}: expected {row.expected} with {row.change_amount} change, its entries come to {row.amount} "
            f"with {row.change}, all of them before it was counted"
            for row in rows
        ),
    )


def _orders(session: Session) -> Finding:
    """Since there are tills, an order's cash is in them: its total once, and what was given back of any in cash."""
    since = session.scalar(select(func.min(Till.opened_at)))
    if since is None:
        return finding(0, ())
    moved = (
        select(
            TillEntry.order_number,
            _sum_of(EntryKind.RECEIPT).label("received"),
            _sum_of(EntryKind.REFUND).label("returned"),
            func.count().filter(TillEntry.kind == EntryKind.RECEIPT).label("receipts"),
        )
        .where(TillEntry.order_number.is_not(None))
        .group_by(TillEntry.order_number)
        .subquery()
    )
    paid_out = (
        select(Payout.order_id, func.sum(Payout.amount).label("amount"))
        .where(Payout.way == PayoutWay.CASH)
        .group_by(Payout.order_id)
        .subquery()
    )
    is_cash = (Checkout.method == Method.CASH) & (Order.status == OrderStatus.COLLECTED)
    is_new = is_cash & (Order.collected_at >= since)
    received, returned = func.coalesce(moved.c.received, 0), func.coalesce(moved.c.returned, 0)
    given = func.coalesce(paid_out.c.amount, 0)
    rows = session.execute(
        select(Order.number, Order.total, given.label("given"), received.label("received"), returned.label("returned"))
        .join(Checkout, Checkout.id == Order.checkout_id)
        .outerjoin(moved, moved.c.order_number == Order.number)
        .outerjoin(paid_out, paid_out.c.order_id == Order.id)
        .where(
            or_(
                is_new & ((received != Order.total) | (moved.c.receipts > 1)),
                ~is_cash & (received != 0),
                returned != -given,
            )
        )
    )
    counted = session.scalar(
        select(func.count()).select_from(Order).join(Checkout, Checkout.id == Order.checkout_id).where(is_new)
    )
    return finding(
        counted or 0,
        (
            f"order {row.number}: total {row.total}, {row.given} given back in cash; in tills {row.received} and "
            f"{row.returned}"
            for row in rows
        ),
    )


def _whose(session: Session) -> Finding:
    """Cash of an order lies in a till of its own co-operative, and a receipt in one of the day of the handover."""
    rows = session.execute(
        select(TillEntry.key, Till.id, Till.day)
        .join(Till, Till.id == TillEntry.till_id)
        .join(Order, Order.number == TillEntry.order_number)
        .where(
            or_(
                Till.cooperative_id != Order.cooperative_id,
                (TillEntry.kind == EntryKind.RECEIPT) & (Till.day != Order.collected_on),
                (TillEntry.kind == EntryKind.RECEIPT) & (Till.account_id != TillEntry.actor_id),
            )
        )
    )
    return finding(count_rows(session, TillEntry), (f"{row.key} is in till {row.id} of {row.day}" for row in rows))


def _deposits(session: Session) -> Finding:
    """What a till has brought to the bank is its deposits, and no more than was counted."""
    of = (
        select(TillDeposit.till_id, func.sum(TillDeposit.amount).label("amount"))
        .group_by(TillDeposit.till_id)
        .subquery()
    )
    amount = func.coalesce(of.c.amount, 0)
    rows = session.execute(
        select(Till.id, Till.deposited, Till.counted, amount.label("amount"))
        .outerjoin(of, of.c.till_id == Till.id)
        .where(or_(Till.deposited != amount, Till.deposited > func.coalesce(Till.counted, 0)))
    )
    return finding(
        count_rows(session, Till),
        (f"till {row.id}: {row.deposited} of {row.counted} deposited, its slips say {row.amount}" for row in rows),
    )


CHECKS = (
    Check("every till's cash is its change and what went in and out since", "tills", _sums),
    Check("all cash of collected orders is in tills, once", "cash orders", _orders),
    Check("cash of an order is in the till of whoever took it, on that day", "till entries", _whose),
    Check("no till brought more to the bank than was counted", "tills", _deposits),
)
