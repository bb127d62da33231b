"""Adding a file of figures, all of it or nothing, and taking one back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_host, require_role
from ovop.kernel.errors import Conflict, Invalid, NotFound
from ovop.reported.models import ReportedBatch, ReportedSale
from ovop.reported.queries import joined_on, species_words
from ovop.reported.rules import LONGEST_SOURCE, Cell, Reported, RowError, read_reported
from ovop.villages.models import Village


class Unreadable(Invalid):
    """Rows that cannot be read; none of the file counts."""

    def __init__(self, rows: Sequence[RowError]) -> None:
        super().__init__({"file": "wrong-rows"})
        self.rows = tuple(rows)


def add_batch(
    session: Session, village_code: str, source: str, table: Sequence[Sequence[Cell]], actor: Actor, now: datetime
) -> int:
    """The figures of the table are the village's; the id of the file.

    The village's row is locked, so that of two files at once the second is held against the first.
    Raises: NotFound; Unreadable with every row at fault; Invalid naming `source`; Forbidden.
    """
    require_host(require_role(actor, Role.OFFICE))
    source = " ".join(source.split())
    if not source:
        raise Invalid({"source": "required"})
    if len(source) > LONGEST_SOURCE:
        raise Invalid({"source": "too-long"})
    if session.execute(select(Village.code).where(Village.code == village_code).with_for_update()).first() is None:
        raise NotFound()
    rows, errors = read_reported(table, species_words(session), joined_on(session, village_code))
    errors = errors or _known(session, village_code, rows, table)
    if errors:
        raise Unreadable(errors)
    batch = session.execute(
        insert(ReportedBatch)
        .values(village_code=village_code, source=source, rows=len(rows), added_at=now, added_by=actor.id)
        .returning(ReportedBatch.id)
    ).scalar_one()
    values = [
        {name: getattr(row, name) for name in Reported.__slots__}
        | {"batch_id": batch, "village_code": village_code, "is_in_force": True}
        for row in rows
    ]
    session.execute(insert(ReportedSale), values)
    return batch


def withdraw_batch(session: Session, batch_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The file's figures count no longer; its rows and why stay.  Raises: NotFound, Conflict, Invalid, Forbidden."""
    require_host(require_role(actor, Role.OFFICE))
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid({"reason": "required"})
    if len(reason) > LONGEST_SOURCE:
        raise Invalid({"reason": "too-long"})
    changed = session.execute(
        update(ReportedBatch)
        .where(ReportedBatch.id == batch_id, ReportedBatch.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=actor.id, withdrawn_reason=reason)
        .returning(ReportedBatch.id)
    ).first()
    if changed is None:
        if session.get(ReportedBatch, batch_id) is None:
            raise NotFound()
        raise Conflict()
    session.execute(update(ReportedSale).where(ReportedSale.batch_id == batch_id).values(is_in_force=False))


def _known(
    session: Session, village_code: str, rows: Sequence[Reported], table: Sequence[Sequence[Cell]]
) -> list[RowError]:
    """The rows whose figure is in force from another file."""
    found = session.execute(
        select(ReportedSale.month, ReportedSale.species_code, ReportedSale.form).where(
            ReportedSale.village_code == village_code, ReportedSale.is_in_force.is_(True)
        )
    )
    known = {(row.month, row.species_code, row.form) for row in found}
    places = [number for number, cells in enumerate(table[1:], 2) if any(cell not in (None, "") for cell in cells)]
    return [RowError(place, "month", "reported") for place, row in zip(places, rows, strict=True) if row.key in known]
