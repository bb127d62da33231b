"""Letters to buyers: what happened to an order becomes a mail, worded when the worker gets to it.

A letter becomes a mail in the outbox, so that a mail host that hangs holds up nothing else; both have keys, so however
often either is done, one mail leaves for one event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ovop.accounts.models import Account, Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.ordering.models import Order
from ovop.ordering.post import Letter
from ovop.ordering.queries import get_order
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.outside import mail
from ovop.outside.mail import Message
from ovop.outside.queue import enqueue

#: States in which a letter still tells the truth; in others its news has been overtaken by other news.
_STILL_TRUE = {
    Letter.CONFIRMED: (OrderStatus.CONFIRMED, OrderStatus.READY),
    Letter.READY: (OrderStatus.READY,),
    Letter.SHORT: (OrderStatus.READY,),
    Letter.CANCELLED: (OrderStatus.CANCELLED,),
    Letter.EXPIRED: (OrderStatus.EXPIRED,),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is written to."""

    account_id: int
    name: str
    email: str
    language: str


#: Words a letter, in its reader's language; `ovop.web.letters.compose` where pages are worded too.
Compose = Callable[[Letter, OrderRow, Reader], Message]


def send_letter(payload: Mapping[str, Any], now: datetime, compose: Compose) -> None:
    """Job: the letter is a mail in the outbox, unless its reader has no address or its news is old.  Safe to repeat."""
    letter, number = Letter(payload["letter"]), str(payload["order"])
    reader = _find_reader(number)
    if reader is None:
        return
    order = get_order(db.session(), number, Actor(reader.account_id, Role.BUYER), now)
    if order.status not in _STILL_TRUE[letter]:
        return
    message = compose(letter, order, reader)
    db.session.rollback()
    write(enqueue, mail.KIND, mail.as_job(message), now=now, key=message.key)


def _find_reader(number: str) -> Reader | None:
    """The order's buyer, none when they have no address (any more)."""
    row = db.session.execute(
        select(Account.id, Account.name, Account.email, Account.language)
        .join(Order, Order.buyer_id == Account.id)
        .where(Order.number == number, Account.email.is_not(None))
    ).one_or_none()
    return Reader(row.id, row.name, row.email, row.language) if row else None
