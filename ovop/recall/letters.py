"""The letter about a recall: one to each buyer, about all their orders with goods of the lot.

It leaves as soon as the lot is called back, in one transaction with the list of those concerned, and becomes a mail
when the worker gets to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ovop.accounts.models import Account, Cooperative, Role
from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.ordering.letters import Reader, hand_to_mail
from ovop.outside.mail import Message
from ovop.recall.models import Recall
from ovop.recall.queries import concerned_orders
from ovop.recall.rows import ConcernedOrder
from ovop.recall.rules import mail_key
from ovop.stock.models import Catch
from ovop.villages.models import Village


@dataclass(frozen=True, slots=True)
class News:
    """What a buyer is told: about which goods, why, and which of their orders have of them.

    is_for_member: written to somebody who works for the co-operative, of all orders and none in particular.
    """

    reader: Reader
    lot_code: str
    name: str
    cooperative_name: str
    village_name: str
    reason: str
    at: datetime
    key: str
    orders: tuple[ConcernedOrder, ...]
    catch_id: int
    is_for_member: bool = False


_FROM_LOT = "lot_code name cooperative_name village_name reason at catch_id".split()
#: Words the letter in its reader's language; `ovop.web.recall_letters` where pages are worded too.
Compose = Callable[[News], Message]


def send_letter(payload: Mapping[str, Any], now: datetime, compose: Compose) -> None:
    """Job: the letter is a mail in the outbox, once, if the buyer has an address.  Safe to repeat."""
    member = payload.get("member")
    news = _news(payload["recall"], member or payload["buyer"], is_for_member=member is not None)
    if news is not None:
        hand_to_mail(compose(news), now)


def _news(recall_id: int, reader_id: int, *, is_for_member: bool) -> News | None:
    """What the reader has to know; None when they cannot be written to."""
    row = db.session.execute(
        select(
            Account.email,
            Account.name.label("buyer_name"),
            Account.language,
            Account.role,
            Account.cooperative_id,
            Catch.lot_code,
            Catch.name,
            Cooperative.name.label("cooperative_name"),
            Village.name.label("village_name"),
            Catch.recall_reason.label("reason"),
            Recall.at,
            Recall.catch_id,
        )
        .select_from(Recall)
        .join(Catch, Catch.id == Recall.catch_id)
        .join(Cooperative, Cooperative.id == Catch.cooperative_id)
        .join(Village, Village.code == Catch.village_code)
        .join(Account, Account.id == reader_id)
        .where(Recall.id == recall_id, Account.email.is_not(None), Account.deleted_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return News(
        reader=Reader(Actor(reader_id, Role(row.role), row.cooperative_id), row.buyer_name, row.email, row.language),
        key=f"mail:recall-member:{recall_id}:{reader_id}" if is_for_member else mail_key(recall_id, reader_id),
        orders=() if is_for_member else tuple(concerned_orders(db.session(), recall_id, reader_id)),
        is_for_member=is_for_member,
        **{name: getattr(row, name) for name in _FROM_LOT},
    )
