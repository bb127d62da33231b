"""Invariants of reported figures."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ovop.db.counting import count_rows
from ovop.kernel.checks import Check, Finding, finding
from ovop.reported.models import ReportedBatch, ReportedSale


def _whole(session: Session) -> Finding:
    """A file is in force with all of its rows, or with none, and they are its village's."""
    of = (
        select(
            ReportedSale.batch_id,
            func.count().label("rows"),
            func.count().filter(ReportedSale.is_in_force.is_(True)).label("in_force"),
            func.min(ReportedSale.village_code).label("first"),
            func.max(ReportedSale.village_code).label("last"),
        )
        .group_by(ReportedSale.batch_id)
        .subquery()
    )
    withdrawn = ReportedBatch.withdrawn_at.is_not(None)
    rows = session.execute(
        select(ReportedBatch.id, ReportedBatch.rows, of.c.rows.label("found"), of.c.in_force)
        .outerjoin(of, of.c.batch_id == ReportedBatch.id)
        .where(
            or_(
                ReportedBatch.rows != func.coalesce(of.c.rows, 0),
                withdrawn & (of.c.in_force > 0),
                ~withdrawn & (of.c.in_force != of.c.rows),
                of.c.first != ReportedBatch.village_code,
                of.c.last != ReportedBatch.village_code,
            )
        )
    )
    return finding(
        count_rows(session, ReportedBatch),
        (f"file {row.id}: {row.rows} rows, {row.found} found, {row.in_force} in force" for row in rows),
    )


CHECKS = (Check("every file of reported figures is whole and its village's, or withdrawn", "files", _whole),)
