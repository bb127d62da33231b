"""Reading what was kept about card payments for a person to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.payment.models import PaymentEvent
from ovop.payment.rules import EventKind, Oddity


@dataclass(frozen=True, slots=True)
class OddRow:
    """Something about a payment that does not add up; rupiah."""

    payment_id: str
    oddity: Oddity
    amount: int
    at: datetime


def odd_since(session: Session, since: datetime, limit: int = 100) -> list[OddRow]:
    """What was kept for a person since then, newest first."""
    rows = session.scalars(
        select(PaymentEvent)
        .where(PaymentEvent.kind == EventKind.MISMATCH.value, PaymentEvent.at >= since)
        .order_by(PaymentEvent.id.desc())
        .limit(limit)
    )
    return [
        OddRow(row.payment_id, oddity, row.amount, row.at)
        for row in rows
        if (oddity := Oddity.of(row.note)) is not None
    ]
