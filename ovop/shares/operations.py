"""Keeping the list of fishers, saying who brought what of a lot, and sharing out what some days brought."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.names import parse_name
from ovop.accounts.rules import Actor, cooperative_of, require_manager, require_member
from ovop.kernel.errors import Invalid, NotFound
from ovop.shares.errors import AlreadyShared, NotOver
from ovop.shares.models import CatchPart, CatchPartEvent, Fisher, SharedLot, SharedPart, Sharing
from ovop.shares.queries import parts_of_lots
from ovop.shares.rows import LotRow
from ovop.shares.rules import check_parts, check_period, has_ended
from ovop.shares.statements import get_statement
from ovop.stock.events import CaughtLess
from ovop.stock.operations import lock_own_catch
from ovop.undo.errors import ChangedSince

_PART = ("catch_id", "fisher_id", "quantity")


def add_fisher(session: Session, name: str, actor: Actor, now: datetime) -> int:
    """The fisher is on the list of `actor`'s co-operative; their id.  Raises: Invalid, Forbidden."""
    cooperative_id = lock_cooperative(session, actor)
    fisher = Fisher(cooperative_id=cooperative_id, name=_free_name(session, cooperative_id, name), created_at=now)
    session.add(fisher)
    session.flush()
    return fisher.id


def rename_fisher(session: Session, fisher_id: int, name: str, actor: Actor) -> None:
    """The fisher is called so, on earlier statements too.  Raises: Invalid, NotFound, Forbidden."""
    cooperative_id = lock_cooperative(session, actor)
    fisher = _own_fisher(session, fisher_id, actor)
    fisher.name = _free_name(session, cooperative_id, name, but=fisher_id)


def employ_fisher(session: Session, fisher_id: int, actor: Actor, *, is_active: bool) -> None:
    """The fisher is offered for new lots, or no longer; what they brought stays theirs.

    Raises: NotFound, Forbidden.
    """
    lock_cooperative(session, actor)
    _own_fisher(session, fisher_id, actor).is_active = is_active


def record_parts(session: Session, catch_id: int, parts: Mapping[int, int], actor: Actor, now: datetime) -> None:
    """Each fisher of `parts` brought so much of the lot: grams or pieces, 0 for nothing; others' parts stay.

    What changes is remembered with actor and time; what is said again changes nothing.  The lot is locked.
    Raises: Invalid (`check_parts`), NotFound, Forbidden.
    """
    catch = lock_own_catch(session, catch_id, actor)
    before = parts_of_lots(session, CatchPart.catch_id == catch_id).get(catch_id, {})
    known = session.scalars(select(Fisher.id).where(Fisher.cooperative_id == catch.cooperative_id))
    others = sum(quantity for fisher, quantity in before.items() if fisher not in parts)
    check_parts(parts, known, others, catch.caught)
    changed = {fisher: quantity for fisher, quantity in parts.items() if quantity != before.get(fisher, 0)}
    if not changed:
        return
    session.execute(delete(CatchPart).where(CatchPart.catch_id == catch_id, CatchPart.fisher_id.in_(changed)))
    rows = [
        {"catch_id": catch_id, "fisher_id": fisher, "quantity": quantity, "actor_id": actor.id, "at": now}
        for fisher, quantity in changed.items()
    ]
    session.execute(insert(CatchPartEvent), rows)
    if kept := [{name: row[name] for name in _PART} for row in rows if row["quantity"]]:
        session.execute(insert(CatchPart), kept)


def follow_stock(session: Session, event: CaughtLess) -> None:
    """Fishers brought no more than was caught: nothing of a lot that never was; follows `CaughtLess`.

    Raises: ChangedSince when more of the lot was said to be theirs than is left of it.
    """
    parts = parts_of_lots(session, CatchPart.catch_id == event.catch_id).get(event.catch_id, {})
    if parts and not event.caught:
        record_parts(session, event.catch_id, dict.fromkeys(parts, 0), event.actor, event.now)
    elif sum(parts.values()) > event.caught:
        raise ChangedSince()


def close_sharing(session: Session, first: date, last: date, actor: Actor, now: datetime) -> int:
    """What these days brought `actor`'s co-operative is shared out and stays so; the sharing's id, once for each.

    first, last: days in Asia/Jakarta, both counted.
    Raises: Invalid, NotOver, AlreadyShared when some of the days were shared out with others, Forbidden unless a
    manager.
    """
    require_manager(actor)
    check_period(first, last)
    if not has_ended(last, now):
        raise NotOver(last=last.isoformat())
    cooperative_id = lock_cooperative(session, actor)
    statement = get_statement(session, cooperative_id, first, last)
    if statement.sharing is not None:
        return statement.sharing.id
    if statement.overlapping:
        raise AlreadyShared(statement.overlapping[0].first, statement.overlapping[0].last)
    sharing = Sharing(
        cooperative_id=cooperative_id,
        first=first,
        last=last,
        dues_basis_points=statement.dues_basis_points,
        closed_at=now,
        closed_by=actor.id,
    )
    session.add(sharing)
    session.flush()
    _write_lots(session, sharing.id, statement.lots)
    return sharing.id


def reopen_sharing(session: Session, sharing_id: int, actor: Actor, now: datetime) -> None:
    """The sharing no longer counts, and its days may be shared out anew; its rows stay.

    Raises: NotFound, Forbidden unless a manager.
    """
    require_manager(actor)
    cooperative_id = lock_cooperative(session, actor)
    own = (Sharing.id == sharing_id, Sharing.cooperative_id == cooperative_id)
    sharing = session.scalars(select(Sharing).where(*own)).one_or_none()
    if sharing is None:
        raise NotFound()
    if sharing.reopened_at is None:
        sharing.reopened_at, sharing.reopened_by = now, actor.id


def _write_lots(session: Session, sharing_id: int, lots: tuple[LotRow, ...]) -> None:
    lot_rows = [
        {
            "sharing_id": sharing_id,
            "catch_id": lot.id,
            "caught": lot.caught,
            "sold": lot.money.sold,
            "refunded": lot.money.refunded,
            "commission": lot.money.commission,
        }
        for lot in lots
    ]
    part_rows = [
        {
            "sharing_id": sharing_id,
            "catch_id": lot.id,
            "fisher_id": part.fisher_id,
            "quantity": part.quantity,
            "amount": part.amount,
        }
        for lot in lots
        for part in lot.parts
    ]
    if lot_rows:
        session.execute(insert(SharedLot), lot_rows)
    if part_rows:
        session.execute(insert(SharedPart), part_rows)


def lock_cooperative(session: Session, actor: Actor) -> int:
    """`actor`'s co-operative, whose list and sharings change one after the other; orders of it go on meanwhile."""
    own = Cooperative.id == cooperative_of(actor)
    return session.scalars(select(Cooperative.id).where(own).with_for_update(key_share=True)).one()


def _own_fisher(session: Session, fisher_id: int, actor: Actor) -> Fisher:
    fisher = session.get(Fisher, fisher_id)
    if fisher is None:
        raise NotFound()
    require_member(actor, fisher.cooperative_id)
    return fisher


def _free_name(session: Session, cooperative_id: int, typed: str, *, but: int | None = None) -> str:
    """The name meant by `typed` when nobody else on the list has it, in whatever letters.  Raises: Invalid."""
    name = parse_name(typed)
    for fisher_id, taken in session.execute(
        select(Fisher.id, Fisher.name).where(Fisher.cooperative_id == cooperative_id)
    ):
        if fisher_id != but and taken.casefold() == name.casefold():
            raise Invalid({"name": "name-taken"})
    return name
