"""Losses: goods that nobody pays for, recorded with their cause, taken back when it was a mistake, and added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor, require_member
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.quantity import Measure, within
from ovop.stock.models import Catch, Movement
from ovop.stock.movements import Move, move
from ovop.stock.operations import lock_own_catch
from ovop.stock.rules import EFFECTS, LOSSES, LossCause, MovementKind

LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class LossRow:
    """A recorded loss, or goods that were lost otherwise (no cause); value: rupiah at the lot's price."""

    id: int
    catch_id: int
    name: str
    lot_code: str
    measure: str
    unit: str
    quantity: int
    value: int
    kind: MovementKind
    cause: LossCause | None
    reason: str
    order_number: str | None
    by: str | None
    at: datetime
    is_taken_back: bool

    @property
    def can_be_taken_back(self) -> bool:
        """Whether somebody recorded it and nobody has taken it back."""
        return self.cause is not None and self.kind is MovementKind.LOSE and not self.is_taken_back


@dataclass(frozen=True, slots=True)
class LossSum:
    """What was lost for one cause, less what was taken back; none for what orders, calls back and withdrawals lost."""

    cause: LossCause | None
    times: int
    grams: int
    pieces: int
    value: int


def record_loss(
    session: Session, catch_id: int, quantity: int, cause: LossCause, note: str, actor: Actor, now: datetime
) -> int:
    """So much of what is left of the lot is lost, on sale or not; the movement's id.

    Raises: Invalid, OutOfStock, NotFound, Forbidden.
    """
    note = " ".join(note.split())
    if cause is LossCause.OTHER and not note:
        raise Invalid({"note": "required"})
    if len(note) > LONGEST_NOTE:
        raise Invalid({"note": "too-long"})
    within(quantity)
    lock_own_catch(session, catch_id, actor)
    move(session, [Move(catch_id, MovementKind.LOSE, quantity)], now, actor_id=actor.id, reason=note, cause=cause)
    # The lot is locked: nobody has written another movement of it since.
    return session.scalars(select(func.max(Movement.id)).where(Movement.catch_id == catch_id)).one()


def take_back_loss(session: Session, movement_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """What was recorded as lost by mistake is there again; the lot's id.  Safe to repeat.

    Raises: Invalid without a reason, Recalled, NotFound, Forbidden.
    """
    loss = session.get(Movement, movement_id)
    if loss is None or loss.kind != MovementKind.LOSE or loss.cause is None:
        raise NotFound()
    lock_own_catch(session, loss.catch_id, actor)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_NOTE:
        raise Invalid({"reason": "too-long" if reason else "required"})
    if session.scalar(select(Movement.id).where(Movement.reverses_id == loss.id)) is None:
        back = Move(loss.catch_id, MovementKind.UNLOST, loss.quantity)
        cause = LossCause(loss.cause)
        move(session, [back], now, actor_id=actor.id, reason=reason, cause=cause, reverses_id=loss.id)
    return loss.catch_id


def get_loss(session: Session, movement_id: int, actor: Actor | None) -> LossRow:
    """One loss of `actor`'s co-operative.  Raises: NotFound, Forbidden."""
    row = session.execute(_losses().add_columns(Catch.cooperative_id).where(Movement.id == movement_id)).one_or_none()
    if row is None:
        raise NotFound()
    require_member(actor, row.cooperative_id)
    return _row(row)


def list_losses(
    session: Session, cooperative_id: int, first: date, last: date, *, limit: int = 50
) -> Sequence[LossRow]:
    """What was lost on these days (Asia/Jakarta, both counted), the latest first."""
    wanted = _losses().where(*_of(cooperative_id, first, last)).order_by(Movement.id.desc()).limit(limit)
    return [_row(row) for row in session.execute(wanted)]


def loss_sums(session: Session, cooperative_id: int, first: date, last: date) -> Sequence[LossSum]:
    """What was lost on these days by cause, the dearest first.  One query."""
    sign = case({kind.value: EFFECTS[kind].lost for kind in LOSSES}, value=Movement.kind)
    by_weight = Catch.measure == Measure.WEIGHT.value
    rows = session.execute(
        select(
            Movement.cause,
            func.sum(sign).label("times"),
            func.coalesce(func.sum(case((by_weight, sign * Movement.quantity), else_=0)), 0).label("grams"),
            func.coalesce(func.sum(case((by_weight, 0), else_=sign * Movement.quantity)), 0).label("pieces"),
            func.sum(sign * _value()).label("value"),
        )
        .join(Catch, Catch.id == Movement.catch_id)
        .where(*_of(cooperative_id, first, last))
        .group_by(Movement.cause)
    )
    found = [
        LossSum(
            LossCause(row.cause) if row.cause else None, int(row.times), int(row.grams), int(row.pieces), int(row.value)
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.value, one.cause or ""))


def _of(cooperative_id: int, first: date, last: date) -> list[ColumnElement[bool]]:
    return [
        Catch.cooperative_id == cooperative_id,
        Movement.kind.in_([kind.value for kind in LOSSES]),
        Movement.at >= days.start_of(first),
        Movement.at < days.end_of(last),
    ]


def _value() -> ColumnElement[int]:
    """Whole rupiah at the lot's price: what it would have brought at most."""
    worth = Catch.unit_price * Movement.quantity
    return case((Catch.measure == Measure.WEIGHT.value, worth // 1000), else_=worth)


def _losses() -> Any:
    back = aliased(Movement)
    return (
        select(
            Movement.id,
            Movement.catch_id,
            Catch.name,
            Catch.lot_code,
            Catch.measure,
            Catch.unit,
            Movement.quantity,
            _value().label("value"),
            Movement.kind,
            Movement.cause,
            Movement.reason,
            Movement.order_number,
            Account.name.label("by"),
            Movement.at,
            back.id.is_not(None).label("is_taken_back"),
        )
        .join(Catch, Catch.id == Movement.catch_id)
        .outerjoin(Account, (Account.id == Movement.actor_id) & (Account.cooperative_id == Catch.cooperative_id))
        .outerjoin(back, back.reverses_id == Movement.id)
    )


def _row(row: Any) -> LossRow:
    values = {name: getattr(row, name) for name in LossRow.__slots__}
    values |= {
        "kind": MovementKind(row.kind),
        "cause": LossCause(row.cause) if row.cause else None,
        "value": int(row.value),
        "is_taken_back": bool(row.is_taken_back),
    }
    return LossRow(**values)
