"""Letters: what happened to an order becomes a mail, worded when the worker gets to it.

A letter becomes a mail in the outbox, so that a mail host that hangs holds up nothing else; both have keys, so however
often either is done, one mail leaves for one event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ovop.accounts.models import Account, Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.notices.operations import post_notice
from ovop.notices.rules import Notice
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
    Letter.ALLOTTED: (OrderStatus.AWAITING_PAYMENT, OrderStatus.CONFIRMED),
    Letter.MOVED: (OrderStatus.CONFIRMED, OrderStatus.READY),
    Letter.MOVED_MEMBER: (OrderStatus.CONFIRMED, OrderStatus.READY),
    Letter.READY: (OrderStatus.READY,),
    Letter.SHORT: (OrderStatus.READY,),
    Letter.CANCELLED: (OrderStatus.CANCELLED,),
    Letter.EXPIRED: (OrderStatus.EXPIRED,),
    Letter.PAID_LATE: (OrderStatus.EXPIRED, OrderStatus.CANCELLED),
    Letter.PAID_TWICE: tuple(OrderStatus),
    Letter.PAID_BACK: (OrderStatus.COLLECTED,),
}

#: Letters to the co-operative's members; all others are their buyer's.
_TO_MEMBERS = (Letter.MOVED_MEMBER,)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is written to."""

    actor: Actor
    name: str
    email: str
    language: str


#: Words a letter, in its reader's language; `ovop.web.letters.compose` where pages are worded too.
Compose = Callable[[Letter, OrderRow, Reader], Message]


#: The same as a message to a browser, for the order of that number, in that language.
Word = Callable[[Letter, str, str], Notice]


def tell_buyer(payload: Mapping[str, Any], now: datetime, compose: Compose, word: Word) -> None:
    """Job: the buyer is told by mail and in the browsers in which they allowed it.  Safe to repeat."""
    send_letter(payload, now, compose)
    notify(payload, now, word)


def notify(payload: Mapping[str, Any], now: datetime, word: Word) -> None:
    """Each browser of the buyer's has a message in the outbox, unless its news is old.  Safe to repeat."""
    letter, number = Letter(payload["letter"]), str(payload["order"])
    if letter in _TO_MEMBERS:
        return
    buyer = db.session.execute(
        select(Account.id, Account.language, Order.status)
        .join(Order, Order.buyer_id == Account.id)
        .where(Order.number == number, Account.role == Role.BUYER.value, Account.deleted_at.is_(None))
    ).one_or_none()
    db.session.rollback()
    if buyer is not None and buyer.status in _STILL_TRUE[letter]:
        key = str(payload.get("name", f"{letter}:{number}"))
        write(post_notice, buyer.id, word(letter, number, buyer.language), key, now)


def send_letter(payload: Mapping[str, Any], now: datetime, compose: Compose) -> None:
    """Job: the letter is a mail in the outbox for each reader with an address, unless its news is old.

    Safe to repeat.
    """
    letter, number = Letter(payload["letter"]), str(payload["order"])
    to_members = letter in _TO_MEMBERS
    for reader in find_readers(number, members=to_members):
        order = get_order(db.session(), number, reader.actor, now)
        if order.status not in _STILL_TRUE[letter]:
            return
        message = compose(letter, order, reader)
        name = payload.get("name", f"{letter}:{number}") + (f":{reader.actor.id}" if to_members else "")
        hand_to_mail(replace(message, key=f"mail:{name}"), now)


def hand_to_mail(message: Message, now: datetime) -> None:
    """The mail is in the outbox, once for each key."""
    db.session.rollback()  # what was read to word it is not held on to
    write(enqueue, mail.KIND, mail.as_job(message), now=now, key=message.key)


def find_readers(number: str, *, members: bool = False) -> list[Reader]:
    """The order's buyer, or its co-operative's members, as far as they have an address (any more)."""
    reads = Order.cooperative_id == Account.cooperative_id if members else Order.buyer_id == Account.id
    rows = db.session.execute(
        select(Account.id, Account.name, Account.email, Account.language, Account.role, Account.cooperative_id)
        .join(Order, reads)
        .where(Order.number == number, Account.email.is_not(None), Account.deleted_at.is_(None))
        .order_by(Account.id)
    ).all()
    return [
        Reader(Actor(row.id, Role(row.role), row.cooperative_id), row.name, row.email, row.language)
        for row in rows
        # Who has joined a co-operative since reads their old orders no more.
        if members or row.role == Role.BUYER
    ]
