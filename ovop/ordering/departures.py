"""A buyer leaves, or becomes a co-operative's member: not while somebody waits for their orders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ovop.accounts.errors import OpenOrders
from ovop.accounts.models import Role
from ovop.accounts.operations import delete_account
from ovop.accounts.rules import Actor, require_role
from ovop.accounts.saved_places import forget_places
from ovop.accounts.team import Offer, accept_invitation
from ovop.kernel.events import announce
from ovop.ordering.events import BuyerLeft
from ovop.ordering.models import Order
from ovop.ordering.rules import OPEN


def leave(session: Session, actor: Actor, now: datetime) -> None:
    """The buyer's account is deleted, and what they wrote with their orders.  Raises: OpenOrders while any is open.

    The account goes first: an order that is being placed at this moment holds its row, so it is waited for and seen.
    """
    require_role(actor, Role.BUYER)
    delete_account(session, actor.id, now)
    _check_none_open(session, actor)
    session.execute(update(Order).where(Order.buyer_id == actor.id, Order.note != "").values(note=""))
    announce(session, BuyerLeft(actor.id, now))


def join_cooperative(session: Session, token: str, actor: Actor, now: datetime) -> Offer:
    """The buyer works for the co-operative whose invitation they opened: a buyer no more.

    Raises: InvitationOver, Forbidden, OpenOrders while any order is open.
    """
    require_role(actor, Role.BUYER)
    offer = accept_invitation(session, token, actor, now)
    _check_none_open(session, actor)
    forget_places(session, actor.id)  # nobody but a buyer sees or loses them
    return offer


def _check_none_open(session: Session, actor: Actor) -> None:
    mine = select(1).where(Order.buyer_id == actor.id, Order.status.in_(OPEN))
    if session.execute(mine.limit(1)).first() is not None:
        raise OpenOrders()
