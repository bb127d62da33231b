"""Invariants of closed months."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.closing.models import ClosedMonth
from ovop.closing.rules import digest_of
from ovop.kernel.checks import Check, Finding, finding


def _unchanged(session: Session) -> Finding:
    counted = session.scalar(select(func.count()).select_from(ClosedMonth)) or 0
    return finding(counted, _changed(session))


def _changed(session: Session) -> Iterator[str]:
    for month, body, digest in session.execute(select(ClosedMonth.month, ClosedMonth.body, ClosedMonth.digest)):
        if digest_of(body) != digest:
            yield f"month {month.isoformat()[:7]}: its figures are not those that it was closed with"


CHECKS = (Check("closed months are as they were closed", "months", _unchanged),)
