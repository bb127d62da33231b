"""Which card payments to look at, and when: news that providers tell or are asked for, and the passing of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.db.session import engine_of
from ovop.ordering.models import Order
from ovop.outside.queue import enqueue
from ovop.payment.models import Payment, ProviderFeed, ProviderNotice
from ovop.payment.providers.base import News
from ovop.payment.rules import Method, PaymentStatus

#: The kind of the outbox's jobs; `ovop.ordering.card_flows.look_at` does them.
LOOK_JOB = "look-at-card"

_CHUNK = 500


def take_notice(session: Session, method: Method, news: News, now: datetime) -> bool:
    """The payment behind the news is looked at after the commit; answers False for news that was taken before."""
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    notice = dialect.insert(ProviderNotice).values(
        id=news.id, kind=news.kind[:80], created_at=news.created_at, received_at=now
    )
    is_new = session.execute(notice.on_conflict_do_nothing().returning(ProviderNotice.id)).first() is not None
    if is_new:
        payload = {"method": method.value, "payment": news.payment_id, "intent": news.intent, "kind": news.kind}
        enqueue(session, LOOK_JOB, payload, now=now)
    return is_new


def known_notices(session: Session, ids: Sequence[str]) -> set[str]:
    """Those of `ids` that were taken before."""
    found: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        wanted = ids[start : start + _CHUNK]
        found.update(session.scalars(select(ProviderNotice.id).where(ProviderNotice.id.in_(wanted))))
    return found


def forget_notices(session: Session, before: datetime) -> None:
    """Notices taken before that instant are gone: nobody tells of them any more, and a look finds what is true."""
    session.execute(
        delete(ProviderNotice).where(ProviderNotice.received_at < before),
        execution_options={"synchronize_session": False},
    )


def find_read_until(session: Session, method: Method) -> datetime | None:
    """Until when the provider's news has been asked for."""
    return session.scalar(select(ProviderFeed.read_until).where(ProviderFeed.method == method.value))


def keep_read_until(session: Session, method: Method, until: datetime) -> None:
    """All that the provider made before `until` has been taken."""
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    row = dialect.insert(ProviderFeed).values(method=method.value, read_until=until)
    session.execute(row.on_conflict_do_update(index_elements=["method"], set_={"read_until": until}))


def find_to_look_again(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Ids of card payments that it is time to look at again, longest due first."""
    return session.scalars(
        select(Payment.id).where(Payment.look_again_at <= now).order_by(Payment.look_again_at).limit(limit)
    ).all()


def postpone_look(session: Session, payment_id: str, until: datetime) -> None:
    """The payment is not looked at by itself before `until`: its provider has no answer now."""
    session.execute(
        update(Payment).where(Payment.id == payment_id).values(look_again_at=until),
        execution_options={"synchronize_session": False},
    )


def find_lapsing(session: Session, until: datetime, limit: int = 200) -> Sequence[str]:
    """Checkouts whose card is held and will not be held any more at `until`."""
    return session.scalars(
        select(Order.checkout_id)
        .join(Payment, Payment.id == Order.payment_id)
        .where(Payment.status == PaymentStatus.AUTHORISED.value, Payment.capture_before <= until)
        .distinct()
        .limit(limit)
    ).all()


def payments_of(session: Session, checkout_ids: Sequence[str]) -> dict[str, str]:
    """The payments of those checkouts that were begun with a provider, by checkout."""
    rows = session.execute(
        select(Order.checkout_id, Order.payment_id)
        .join(Payment, Payment.id == Order.payment_id)
        .where(Order.checkout_id.in_(checkout_ids), Payment.provider_reference.is_not(None))
        .distinct()
    )
    return {row.checkout_id: row.payment_id for row in rows}
