"""Invariants that tie orders to stock, slots, payments and the ledger, from the rows alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from ovop.kernel.checks import Check, Finding, finding
from ovop.kernel.money import MARGIN_DENOMINATOR, MARGIN_NUMERATOR, STEP
from ovop.ordering import refund_checks
from ovop.ordering.models import Checkout, Order, OrderEvent, OrderLine, ReceiptCounter
from ovop.ordering.rules import OPEN, PLACED, CheckoutStatus, OrderStatus
from ovop.ordering.settling import SETTLE_JOB
from ovop.outside.models import OutboxJob
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry, Payment
from ovop.payment.rules import Method
from ovop.pickup.models import Slot
from ovop.scales.models import Scale
from ovop.stock.models import Catch, Movement
from ovop.stock.rules import EFFECTS, MovementKind

_WEIGHED = (OrderStatus.READY, OrderStatus.COLLECTED)
_CARDS = [method.value for method in Method if method.is_card]


def _values(statuses: Iterable[OrderStatus]) -> list[str]:
    return [status.value for status in statuses]


def _count(session: Session, table: type[Order] | type[OrderLine] | type[Slot] | type[Checkout] | type[Catch]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _stock(session: Session) -> Finding:
    """held and sold of every lot are what open and collected orders have of it, but for what the counter sold."""
    quantity = func.coalesce(OrderLine.final_quantity, OrderLine.allotted, OrderLine.quantity)
    ordered = (
        select(
            OrderLine.catch_id,
            func.sum(case((Order.status.in_(_values(OPEN)), quantity), else_=0)).label("held"),
            func.sum(case((Order.status == OrderStatus.COLLECTED, quantity), else_=0)).label("sold"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .group_by(OrderLine.catch_id)
        .subquery()
    )
    signs = {kind.value: effect.sold for kind, effect in EFFECTS.items() if effect.sold}
    del signs[MovementKind.SELL.value]
    elsewhere = (
        select(Movement.catch_id, func.sum(Movement.quantity * case(signs, value=Movement.kind)).label("sold"))
        .where(Movement.kind.in_(signs))
        .group_by(Movement.catch_id)
        .subquery()
    )
    held, sold = func.coalesce(ordered.c.held, 0), func.coalesce(ordered.c.sold, 0)
    sold_by_orders = Catch.sold - func.coalesce(elsewhere.c.sold, 0)
    rows = session.execute(
        select(Catch.id, Catch.held, sold_by_orders.label("sold"), held.label("in_open"), sold.label("in_collected"))
        .outerjoin(ordered, ordered.c.catch_id == Catch.id)
        .outerjoin(elsewhere, elsewhere.c.catch_id == Catch.id)
        .where(or_(Catch.held != held, sold_by_orders != sold))
    )
    return finding(
        _count(session, Catch),
        (
            f"catch {row.id}: held {row.held}, open orders have {row.in_open}; sold {row.sold}, collected orders "
            f"have {row.in_collected}"
            for row in rows
        ),
    )


def _slots(session: Session) -> Finding:
    used = (
        select(Order.slot_id, func.count().label("orders"), func.sum(Order.grams).label("grams"))
        .where(Order.status.in_(_values(PLACED)))
        .group_by(Order.slot_id)
        .subquery()
    )
    orders, grams = func.coalesce(used.c.orders, 0), func.coalesce(used.c.grams, 0)
    rows = session.execute(
        select(Slot.id, Slot.booked, Slot.booked_grams, orders.label("orders"), grams.label("grams"))
        .outerjoin(used, used.c.slot_id == Slot.id)
        .where(
            or_(
                Slot.booked != orders,
                Slot.booked_grams != grams,
                Slot.booked > Slot.capacity,
                Slot.booked_grams > func.coalesce(Slot.capacity_grams, Slot.booked_grams),
            )
        )
    )
    return finding(
        _count(session, Slot),
        (
            f"slot {row.id}: booked {row.booked} ({row.booked_grams} g), its orders are {row.orders} ({row.grams} g)"
            for row in rows
        ),
    )


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
        _count(session, OrderLine),
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
        _count(session, Order),
        (
            f"order {row.number}: {row.estimate} / {row.maximum} / {row.total} is not the sum of its lines"
            for row in rows
        ),
    )


def _history(session: Session) -> Finding:
    last = select(OrderEvent.order_id, func.max(OrderEvent.id).label("id")).group_by(OrderEvent.order_id).subquery()
    rows = session.execute(
        select(Order.number, Order.status, OrderEvent.status.label("said"))
        .outerjoin(last, last.c.order_id == Order.id)
        .outerjoin(OrderEvent, OrderEvent.id == last.c.id)
        .where(
            or_(
                func.coalesce(OrderEvent.status, "") != Order.status,
                (Order.status.in_(_values(_WEIGHED))) & Order.weighed_at.is_(None),
                (Order.status == OrderStatus.COLLECTED) & Order.collected_at.is_(None),
            )
        )
    )
    return finding(
        _count(session, Order), (f"order {row.number}: {row.status}, its history says {row.said}" for row in rows)
    )


def _checkouts(session: Session) -> Finding:
    """A checkout's status agrees with its orders', and its sums are theirs as placed."""
    waiting, expired = OrderStatus.AWAITING_PAYMENT.value, OrderStatus.EXPIRED.value
    of = (
        select(
            Order.checkout_id,
            func.count().label("orders"),
            func.sum(case((Order.status == waiting, 1), else_=0)).label("waiting"),
            func.sum(case((Order.status == expired, 1), else_=0)).label("expired"),
            func.sum(case((Order.status == OrderStatus.CANCELLED, 1), else_=0)).label("cancelled"),
            func.sum(Order.estimate).label("total"),
            func.sum(Order.maximum).label("maximum"),
        )
        .group_by(Order.checkout_id)
        .subquery()
    )
    agrees = case(
        (Checkout.status == CheckoutStatus.AWAITING_PAYMENT, (of.c.waiting > 0) & (of.c.expired == 0)),
        (Checkout.status == CheckoutStatus.EXPIRED, (of.c.expired > 0) & (of.c.waiting == 0)),
        (Checkout.status == CheckoutStatus.CANCELLED, of.c.cancelled == of.c.orders),
        else_=(of.c.waiting == 0) & (of.c.expired == 0) & (of.c.cancelled < of.c.orders),
    )
    rows = session.execute(
        select(Checkout.id, Checkout.status)
        .outerjoin(of, of.c.checkout_id == Checkout.id)
        .where(
            or_(
                of.c.orders.is_(None),
                agrees.is_(False) if session.get_bind().dialect.name == "postgresql" else agrees == literal(0),
                Checkout.total != of.c.total,
                Checkout.maximum != of.c.maximum,
            )
        )
    )
    return finding(
        _count(session, Checkout), (f"checkout {row.id}: {row.status} does not agree with its orders" for row in rows)
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
        _count(session, Order),
        (f"order {row.number}: {row.status} at {row.total}, the ledger has {row.amount}" for row in rows),
    )


def _card_money(session: Session) -> Finding:
    """Card money is what the orders come to, and the ledger's, or is being settled."""
    claim = case(
        (Order.status.in_(_values(_WEIGHED)), Order.total - Order.refunded),
        (Order.status.in_(_values(OPEN)), Order.maximum),
        else_=0,
    )
    due = (
        select(
            Order.payment_id,
            func.min(Order.checkout_id).label("checkout_id"),
            func.sum(claim).label("due"),
            func.max(case((Order.status.in_(_values(_WEIGHED)), 1), else_=0)).label("weighed"),
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


def _scales(session: Session) -> Finding:
    """What an order was weighed on is a scale of its co-operative, and it was weighed."""
    rows = session.execute(
        select(Order.number, Order.scale_id)
        .join(Scale, Scale.id == Order.scale_id)
        .where(or_(Scale.cooperative_id != Order.cooperative_id, Order.weighed_at.is_(None)))
    )
    counted = session.scalar(select(func.count()).select_from(Order).where(Order.scale_id.is_not(None))) or 0
    return finding(counted, (f"{row.number}: not weighed, or scale {row.scale_id} is another's" for row in rows))


CHECKS = (
    Check("every lot's held and sold goods are in orders", "lots", _stock),
    Check("every slot's places are its orders, within its capacity", "slots", _slots),
    Check("every line's amounts are its price by its quantity", "lines", _amounts),
    Check("every order's sums are its lines'", "orders", _totals),
    Check("every order's status is the last of its history", "orders", _history),
    Check("every checkout agrees with its orders", "checkouts", _checkouts),
    Check("exactly the collected orders are earned and paid", "orders", _earned),
    Check("card money is what the orders come to", "card payments", _card_money),
    *refund_checks.CHECKS,
    Check("receipts are numbered without a gap", "receipts", _receipts),
    Check("every order was weighed on a scale of its co-operative, if on any", "orders", _scales),
)
