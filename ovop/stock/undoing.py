"""Taking back what was done to a lot: as if it had not been done, while every movement stays on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.kernel.events import announce
from ovop.stock.events import CaughtLess, LotTimed
from ovop.stock.models import Catch
from ovop.stock.movements import Move, move
from ovop.stock.operations import lock_own_catch
from ovop.stock.pricing import PriceCause, replan
from ovop.stock.rules import MovementKind
from ovop.undo.errors import ChangedSince
from ovop.undo.facts import put_back
from ovop.undo.operations import Facts

#: Reason of the movements; pages word their kinds.
_REASON = "Diurungkan"


def unlist(session: Session, catch_id: int, _facts: Facts, actor: Actor, now: datetime) -> None:
    """The lot is off the market, and nothing of it was caught.  Raises: ChangedSince when somebody ordered from it."""
    catch = lock_own_catch(session, catch_id, actor)
    if catch.is_withdrawn or catch.available != catch.caught:
        raise ChangedSince()
    session.execute(update(Catch).where(Catch.id == catch_id).values(is_withdrawn=True))
    _uncatch(session, catch, catch.caught, actor, now)


def unchange(session: Session, catch_id: int, facts: Facts, actor: Actor, now: datetime) -> None:
    """What was changed of the lot is as before, steps of its price too; orders keep what they were made at.

    Raises: ChangedSince.
    """
    catch = lock_own_catch(session, catch_id, actor)
    after = facts["after"]
    put_back(catch, facts["before"], after)
    session.flush()
    if "best_before" in after:
        announce(session, LotTimed(catch.id, now))
    replan(session, [catch], PriceCause.PRICED if "unit_price" in after else PriceCause.TIMES, now, actor.id)


def restock(session: Session, catch_id: int, facts: Facts, actor: Actor, now: datetime) -> None:
    """What was found is not there, what was lost is on sale again.  Raises: ChangedSince when it was ordered."""
    catch = lock_own_catch(session, catch_id, actor)
    change = facts["change"]
    if catch.recalled_at is not None:
        raise ChangedSince()
    if change < 0:
        _unlose(session, catch, -change, actor, now)
    elif catch.available < change:
        raise ChangedSince()
    else:
        _uncatch(session, catch, change, actor, now)


def resume(session: Session, catch_id: int, facts: Facts, actor: Actor, now: datetime) -> None:
    """The lot is on sale again with what was left of it.  Raises: ChangedSince."""
    catch = lock_own_catch(session, catch_id, actor)
    if not catch.is_withdrawn or catch.recalled_at is not None:
        raise ChangedSince()
    session.execute(update(Catch).where(Catch.id == catch_id).values(is_withdrawn=False))
    _unlose(session, catch, -facts["change"], actor, now)


def _uncatch(session: Session, catch: Catch, quantity: int, actor: Actor, now: datetime) -> None:
    left = catch.caught - quantity
    move(session, [Move(catch.id, MovementKind.UNCAUGHT, quantity)], now, actor_id=actor.id, reason=_REASON)
    announce(session, CaughtLess(catch.id, left, actor, now))


def _unlose(session: Session, catch: Catch, quantity: int, actor: Actor, now: datetime) -> None:
    kind = MovementKind.FOUND if catch.is_planned else MovementKind.UNLOST  # a plan that was made smaller lost nothing
    move(session, [Move(catch.id, kind, quantity)], now, actor_id=actor.id, reason=_REASON)
