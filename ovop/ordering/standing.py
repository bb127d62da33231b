"""What is known of a buyer when they want to pay in cash: counted from their orders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ovop.ordering.models import Checkout, Order
from ovop.ordering.rules import NO_SHOW_MEMORY, OrderStatus, Standing
from ovop.payment.rules import Method


def no_shows_of(buyer_id: int, now: datetime) -> Select[int]:
    """How many of the buyer's orders were not collected, as far back as that is held against them."""
    return select(func.count()).where(
        Order.buyer_id == buyer_id, Order.status == OrderStatus.NO_SHOW, Order.created_at > now - NO_SHOW_MEMORY
    )


def open_cash_of(buyer_id: int) -> Select[int]:
    """How many of the buyer's orders wait to be collected and paid in cash."""
    return (
        select(func.count())
        .select_from(Order)
        .join(Checkout, Checkout.id == Order.checkout_id)
        .where(
            Order.buyer_id == buyer_id,
            Checkout.method == Method.CASH,
            Order.status.in_([OrderStatus.CONFIRMED, OrderStatus.READY]),
        )
    )


def standing_of(session: Session, buyer_id: int, now: datetime) -> Standing:
    """Both, in one query."""
    row = session.execute(
        select(no_shows_of(buyer_id, now).scalar_subquery(), open_cash_of(buyer_id).scalar_subquery())
    ).one()
    return Standing(*row)
