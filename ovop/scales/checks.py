"""Invariants of scales, from the rows alone."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.kernel.checks import Check, Finding, finding
from ovop.scales.models import Scale, ScaleVerification


def _verified(session: Session) -> Finding:
    """A scale is verified until the day that was said last, and not at all before anything was said."""
    latest = select(func.max(ScaleVerification.id)).group_by(ScaleVerification.scale_id)
    said = select(ScaleVerification).where(ScaleVerification.id.in_(latest)).subquery()
    rows = session.execute(
        select(Scale.id, Scale.verified_until, said.c.verified_until.label("said"))
        .outerjoin(said, said.c.scale_id == Scale.id)
        .where(Scale.verified_until.is_distinct_from(said.c.verified_until))
    )
    counted = session.scalar(select(func.count()).select_from(Scale)) or 0
    return finding(counted, (f"scale {row.id}: until {row.verified_until}, said was {row.said}" for row in rows))


CHECKS = (Check("every scale is verified until the day that was said last", "scales", _verified),)
