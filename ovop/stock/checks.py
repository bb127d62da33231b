"""Invariants of stock, from the rows alone."""

from __future__ import annotations

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from ovop.kernel.checks import Check, Finding, finding
from ovop.stock.models import Catch, Movement
from ovop.stock.rules import EFFECTS, MovementKind

_PARTS = ("caught", "available", "held", "sold", "lost")


def _balance(session: Session) -> Finding:
    broken = session.execute(
        select(Catch.id, *[getattr(Catch, part) for part in _PARTS]).where(
            or_(
                Catch.caught != Catch.available + Catch.held + Catch.sold + Catch.lost,
                *[getattr(Catch, part) < 0 for part in _PARTS],
            )
        )
    )
    return finding(
        session.scalar(select(func.count()).select_from(Catch)) or 0,
        (
            f"catch {row.id}: caught {row.caught}, available {row.available} + held {row.held} + sold {row.sold} "
            f"+ lost {row.lost}"
            for row in broken
        ),
    )


def _movements(session: Session) -> Finding:
    moved = {
        part: func.sum(
            case(
                *[
                    (Movement.kind == kind.value, Movement.quantity * getattr(effect, part))
                    for kind, effect in EFFECTS.items()
                ],
                else_=0,
            )
        ).label(part)
        for part in _PARTS
    }
    sums = select(Movement.catch_id, *moved.values()).group_by(Movement.catch_id).subquery()
    summed = {part: func.coalesce(sums.c[part], 0) for part in _PARTS}
    broken = session.execute(
        select(
            Catch.id,
            *[getattr(Catch, part) for part in _PARTS],
            *[summed[part].label(f"sum_{part}") for part in _PARTS],
        )
        .outerjoin(sums, sums.c.catch_id == Catch.id)
        .where(or_(*[getattr(Catch, part) != summed[part] for part in _PARTS]))
    )
    return finding(
        session.scalar(select(func.count()).select_from(Movement)) or 0,
        (
            f"catch {row.id}: "
            + ", ".join(
                f"{part} {row._mapping[part]} but movements say {row._mapping[f'sum_{part}']}"
                for part in _PARTS
                if row._mapping[part] != row._mapping[f"sum_{part}"]
            )
            for row in broken
        ),
    )


def _taken_back(session: Session) -> Finding:
    """What takes a loss back is as much of the same lot, and says which one."""
    loss = aliased(Movement)
    rows = session.execute(
        select(Movement.id, Movement.catch_id, Movement.reverses_id)
        .outerjoin(loss, loss.id == Movement.reverses_id)
        .where(
            Movement.reverses_id.is_not(None),
            or_(
                Movement.kind != MovementKind.UNLOST.value,
                loss.kind != MovementKind.LOSE.value,
                loss.cause.is_(None),
                loss.catch_id != Movement.catch_id,
                loss.quantity != Movement.quantity,
            ),
        )
    )
    counted = session.scalar(select(func.count()).select_from(Movement).where(Movement.cause.is_not(None)))
    return finding(
        counted or 0,
        (f"movement {row.id} of catch {row.catch_id} does not take back loss {row.reverses_id}" for row in rows),
    )


CHECKS = (
    Check("every lot: caught = available + held + sold + lost", "lots", _balance),
    Check("every lot's stock is the sum of its movements", "movements", _movements),
    Check("every loss that was taken back was recorded, and is taken back whole", "losses", _taken_back),
)
