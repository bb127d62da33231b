"""Invariants that tie what orders come to to their lines, payments, receipts and the ledger."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session

from ovop.db.counting import count_rows
from ovop.kernel.checks import Check, Finding, finding
from ovop.kernel.money import MARGIN_DENOMINATOR, MARGIN_NUMERATOR, STEP
from ovop.ordering.models import Order, OrderLine, ReceiptCounter
from ovop.ordering.rules import OPEN, OrderStatus
from ovop.ordering.settling import SETTLE_JOB
from ovop.outside.models import OutboxJob
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry, Payment
from ovop.payment.rules import Method

_WEIGHED = (OrderStatus.READY, OrderStatus.COLLECTED)
_CARDS = [method for method in Method if method.is_card]


def _rounded(numerator: ColumnElement[int], denominator: ColumnElement[int]) -> ColumnElement[int]:
    """The kernel's rounding, in the database's integers."""
    return (2 * numerator + STEP * denominator) // (2 * STEP * denominator) * STEP


def _amounts(session: Session) -> Finding:
    """Every line's amounts follow from its price and quantities by the contract's rounding."""
    by_weight = OrderLine.measure == "weight"
    per = case((by_weight, 1000), else_=1)
    price = OrderLine.unit_price
    amount = _rounded(price * OrderLine.quantity, per)
    final = _rounded(price * OrderLine.final_quantity, per)
    maximum = case(
        (by_weight, _rounded(price * OrderLine.quantity * MARGIN_NUMERATOR, per * MARGIN_DENOMINATOR)),
        else_=_rounded(price * (OrderLine.quantity * MARGIN_NUMERATOR // MARGIN_DENOMINATOR), per),
    )
    rows = session.execute(
        select(OrderLine.id, OrderLine.amount, OrderLine.maximum, OrderLine.final_amount).where(
            or_(OrderLine.amount != amount, OrderLine.maximum != maximum, OrderLine.final_amount != final)
        )
    )
    return finding(
        count_rows(session, OrderLine),
        (
            f"line {row.id}: {row.amount} / {row.maximum} / {row.final_amount} is not its price by quantity"
            for row in rows
        ),
    )


def _totals(session: Session) -> Finding:
    sums = (
        select(
            OrderLine.order_id,
            func.sum(OrderLine.amount).label("estimate"),
            func.sum(OrderLine.maximum).label("maximum"),
            func.sum(OrderLine.final_amount).label("final"),
            func.sum(case((OrderLine.measure == "weight", OrderLine.quantity), else_=0)).label("grams"),
        )
        .group_by(OrderLine.order_id)
        .subquery()
    )
    weighed = Order.weighed_at.is_not(None)
    total = case((weighed, sums.c.final), else_=sums.c.estimate)
    rows = session.execute(
        select(Order.number, Order.estimate, Order.maximum, Order.total)
        .outerjoin(sums, sums.c.order_id == Order.id)
        .where(
            or_(
                sums.c.order_id.is_(None),
                Order.estimate != sums.c.estimate,
                Order.maximum != sums.c.maximum,
                Order.total != func.coalesce(total, -1),
                Order.grams != sums.c.grams,
                Order.total > Order.maximum,
            )
        )
    )
    return finding(
        count_rows(session, Order),
        (
            f"order {row.number}: {row.estimate} / {row.maximum} / {row.total} is not the sum of its lines"
            for row in rows
        ),
    )


def _earned(session: Session) -> Finding:
    """Exactly the collected orders are earned in the ledger, at their totals, and paid for where paid by hand."""
    earned = (
        select(LedgerEntry.order_number, LedgerEntry.amount)
        .where(LedgerEntry.account == LedgerAccount.CUSTOMER, LedgerEntry.journal.like("order:%:earned"))
        .subquery()
    )
    collected = Order.status == OrderStatus.COLLECTED
    rows = session.execute(
        select(Order.number, Order.status, Order.total, earned.c.amount)
        .join(Payment, Payment.id == Order.payment_id)
        .outerjoin(earned, earned.c.order_number == Order.number)
        .where(
            or_(
                collected & (func.coalesce(earned.c.amount, 0) != Order.total),
                ~collected & earned.c.amount.is_not(None),
                collected & Payment.method.not_in(_CARDS) & (Payment.captured != Order.total),
                ~collected & Payment.method.not_in(_CARDS) & (Payment.captured != 0),
            )
        )
    )
    return finding(
        count_rows(session, Order),
        (f"order {row.number}: {row.status} at {row.total}, the ledger has {row.amount}" for row in rows),
    )


def _card_money(session: Session) -> Finding:
    """Card money is what the orders come to, and the ledger's, or is being settled."""
    claim = case(
        (Order.status.in_(_WEIGHED), Order.total - Order.refunded),
        (Order.status.in_(OPEN), Order.maximum),
        else_=0,
    )
    due = (
        select(
            Order.payment_id,
            func.min(Order.checkout_id).label("checkout_id"),
            func.sum(claim).label("due"),
            func.max(case((Order.status.in_(_WEIGHED), 1), else_=0)).label("weighed"),
        )
        .group_by(Order.payment_id)
        .subquery()
    )
    booked = (
        select(LedgerEntry.checkout_id, func.sum(LedgerEntry.amount).label("amount"))
        # What the provider passed on to co-operatives' own accounts is no less the buyer's payment.
        .where(LedgerEntry.account == LedgerAccount.PROVIDER, ~LedgerEntry.journal.like("order:%:transferred:%"))
        .group_by(LedgerEntry.checkout_id)
        .subquery()
    )
    being_settled = exists().where(
        OutboxJob.kind == SETTLE_JOB,
        OutboxJob.done_at.is_(None),
        OutboxJob.payload["checkout"].as_string() == due.c.checkout_id,
    )
    held = Payment.captured - Payment.refunded - Payment.disputed
    unsettled = or_(
        (Payment.captured > 0) & ((held > due.c.due) | (held + Payment.disputed < due.c.due)),
        (Payment.captured == 0) & (Payment.status == "authorised") & ((due.c.due == 0) | (due.c.weighed == 1)),
    )
    rows = session.execute(
        select(Payment.id, Payment.status, held.label("held"), due.c.due, booked.c.amount)
        .join(due, due.c.payment_id == Payment.id)
        .outerjoin(booked, booked.c.checkout_id == due.c.checkout_id)
        .where(
            Payment.method.in_(_CARDS),
            or_(func.coalesce(booked.c.amount, 0) != held, unsettled & ~being_settled),
        )
    )
    counted = session.scalar(select(func.count()).select_from(Payment).where(Payment.method.in_(_CARDS)))
    return finding(
        counted or 0,
        (f"payment {row.id}: {row.status}, holds {row.held}, due {row.due}, ledger {row.amount}" for row in rows),
    )


def _receipts(session: Session) -> Finding:
    """The collected orders of every co-operative are numbered from 1 without a gap, and the counter knows the last."""
    of = (
        select(
            Order.cooperative_id,
            func.count().label("orders"),
            func.count(Order.receipt_number.distinct()).label("numbered"),
            func.max(Order.receipt_number).label("last"),
        )
        .where(Order.status == OrderStatus.COLLECTED)
        .group_by(Order.cooperative_id)
        .subquery()
    )
    rows = session.execute(
        select(of.c.cooperative_id, of.c.orders, of.c.numbered, of.c.last, ReceiptCounter.last.label("counted"))
        .outerjoin(ReceiptCounter, ReceiptCounter.cooperative_id == of.c.cooperative_id)
        .where(
            or_(
                of.c.numbered != of.c.orders,
                func.coalesce(of.c.last, 0) != of.c.orders,
                func.coalesce(ReceiptCounter.last, 0) != of.c.orders,
            )
        )
    )
    counted = session.scalar(select(func.count()).select_from(Order).where(Order.status == OrderStatus.COLLECTED))
    return finding(
        counted or 0,
        (
            f"co-operative {row.cooperative_id}: {row.orders} orders, {row.numbered} numbers up to {row.last}, "
            f"counted {row.counted}"
            for row in rows
        ),
    )


CHECKS = (
    Check("every line's amounts are its price by its quantity", "lines", _amounts),
    Check("every order's sums are its lines'", "orders", _totals),
    Check("exactly the collected orders are earned and paid", "orders", _earned),
    Check("card money is what the orders come to", "card payments", _card_money),
    Check("receipts are numbered without a gap", "receipts", _receipts),
)
