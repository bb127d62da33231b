"""Whom an order is for: a name and a number that a co-operative sees while it needs them, and no longer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor, require_member
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OPEN

#: Source: design, Personal data: for its own open orders and 30 days after.
CONTACT_TIME = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Contact:
    """The buyer of an order; `phone` as ``+628…``, none when they gave no number."""

    name: str
    phone: str | None
    note: str


def may_see_contact(order: OrderRow, now: datetime) -> bool:
    """Whether the order's co-operative may see whom it is for: while it is open, and 30 days after it ended."""
    return order.status in OPEN or now <= order.history[-1].at + CONTACT_TIME


def contacts_of(session: Session, orders: Iterable[OrderRow], actor: Actor, now: datetime) -> dict[str, Contact]:
    """Contacts by order number, for orders of `actor`'s co-operative; those past their time are left out.  One query.

    Raises: NotFound for another co-operative's order, Forbidden for other roles.
    """
    wanted = [order for order in orders if may_see_contact(order, now)]
    for order in wanted:
        require_member(actor, order.cooperative_id)
    if not wanted:
        return {}
    people = {
        row.id: row
        for row in session.execute(
            select(Account.id, Account.name, Account.phone).where(
                Account.id.in_({order.buyer_id for order in wanted}), Account.deleted_at.is_(None)
            )
        )
    }
    return {
        order.number: Contact(people[order.buyer_id].name, people[order.buyer_id].phone, order.note)
        for order in wanted
        if order.buyer_id in people
    }
