"""A buyer leaves: their account goes, their orders stay without the person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ovop.accounts.errors import OpenOrders
from ovop.accounts.models import Role
from ovop.accounts.operations import delete_account
from ovop.accounts.rules import Actor, require_role
from ovop.ordering.models import Order
from ovop.ordering.rules import OPEN


def leave(session: Session, actor: Actor, now: datetime) -> None:
    """The buyer's account is deleted, and what they wrote with their orders.  Raises: OpenOrders while any is open.

    The account goes first: an order that is being placed at this moment holds its row, so it is waited for and seen.
    """
    require_role(actor, Role.BUYER)
    delete_account(session, actor.id, now)
    mine = Order.buyer_id == actor.id
    if session.execute(select(1).where(mine, Order.status.in_(OPEN)).limit(1)).first() is not None:
        raise OpenOrders()
    session.execute(update(Order).where(mine, Order.note != "").values(note=""))
