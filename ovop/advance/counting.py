"""Counting a planned lot on the day, and sharing out what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.advance.claims import Waiting, gone_of, waiting_for
from ovop.advance.errors import NotPlanned
from ovop.advance.models import HarvestCount
from ovop.advance.rules import share_out
from ovop.kernel.errors import Invalid
from ovop.kernel.events import announce
from ovop.kernel.quantity import LARGEST_QUANTITY
from ovop.ordering.errors import WrongStatus
from ovop.ordering.locks import lines_of, lock_order
from ovop.ordering.models import Checkout, Order, OrderLine
from ovop.ordering.operations import cancel, held_of
from ovop.ordering.post import Letter, post_letters
from ovop.ordering.rules import OPEN, Who
from ovop.outside.queue import enqueue
from ovop.stock.events import CaughtLess
from ovop.stock.models import Catch
from ovop.stock.movements import Move, move
from ovop.stock.operations import lock_own_catch
from ovop.stock.rules import MovementKind, is_sellable

#: The kind of the outbox's jobs that cancel what a count left with nothing.
CANCEL_EMPTY_JOB = "cancel-empty-orders"
#: Why such an order is cancelled; the value stands in its history.
NOTHING_LEFT = "Hasil panen tidak cukup sampai urutan pesanan ini"
_COUNTED = "Panen dihitung"


def count_harvest(session: Session, catch_id: int, quantity: int, actor: Actor, now: datetime) -> bool:
    """`quantity` grams or pieces of a planned lot were really caught, and that is shared out; False when known before.

    More than planned is on sale from now on.  Of less, those who ordered first get theirs (`rules.share_out`); whose
    lines change gets a letter, and orders that are left with nothing are cancelled by a job.  What is weighed, sold
    or lost stays as it is.  Counted again, as when a number was mistyped, all is shared out anew.  Nothing of it on
    sale any more when nothing was caught.
    Raises: NotFound, Forbidden, NotPlanned, Invalid, ChangedSince when fishers are named for more than that.
    """
    if not 0 <= quantity <= LARGEST_QUANTITY:
        raise Invalid({"quantity": "too-large" if quantity > 0 else "too-small"})
    _lock_orders(session, waiting_for(session, catch_id))
    catch = lock_own_catch(session, catch_id, actor)
    last = last_count(session, catch_id)
    is_sold_ahead = catch.is_planned or last is not None
    if not is_sold_ahead or not is_sellable(is_withdrawn=catch.is_withdrawn, best_before=catch.best_before, now=now):
        raise NotPlanned()
    if not catch.is_planned and quantity == catch.caught:
        return False
    # Orders that were placed meanwhile.  They have no one else waiting for them yet; should it be so after all, the
    # database breaks the circle and this is run again.
    waiting = waiting_for(session, catch_id)
    _lock_orders(session, waiting)
    there = quantity - gone_of(catch, waiting)
    if there < 0:
        raise Invalid({"quantity": "less-than-gone"})
    given = share_out(there, [line.claim for line in waiting])
    count = HarvestCount(catch_id=catch_id, expected=catch.caught, quantity=quantity, actor_id=actor.id, at=now)
    session.add(count)
    _move(session, catch, quantity, waiting, given, actor, now)
    session.execute(update(Catch).where(Catch.id == catch_id).values(is_planned=False, is_withdrawn=quantity == 0))
    _allot(session, waiting, given)
    _tell(session, catch_id, [line for line in waiting if given[line.line_id] != line.held], given, count, actor, now)
    return True


def last_count(session: Session, catch_id: int) -> int | None:
    """What was counted of the lot last; None when it never was."""
    latest = select(HarvestCount.quantity).where(HarvestCount.catch_id == catch_id).order_by(HarvestCount.id.desc())
    return session.scalar(latest.limit(1))


def empty_orders(session: Session, catch_id: int, limit: int = 50) -> Sequence[str]:
    """Numbers of open orders of the lot that hold nothing at all."""
    mine, any_line = OrderLine.__table__.alias("mine"), OrderLine.__table__.alias("any_line")
    held = func.coalesce(any_line.c.final_quantity, any_line.c.allotted, any_line.c.quantity)
    return session.scalars(
        select(Order.number)
        .where(
            Order.status.in_([status.value for status in OPEN]),
            exists().where(mine.c.order_id == Order.id, mine.c.catch_id == catch_id, mine.c.allotted == 0),
            ~exists().where(any_line.c.order_id == Order.id, held > 0),
        )
        .order_by(Order.id)
        .limit(limit)
    ).all()


def cancel_when_empty(session: Session, number: str, actor_id: int, now: datetime) -> bool:
    """The order is cancelled when it holds nothing; answers whether it was, here and now.  Safe to repeat."""
    checkout, order = lock_order(session, number)
    if any(held_of(line) for line in lines_of(session, [order.id])[order.id]):
        return False  # counted again, and there is something after all
    try:
        cancel(session, checkout, order, Who.COOPERATIVE, now, actor_id, NOTHING_LEFT)
    except WrongStatus:
        return False  # its buyer or the clerk was faster
    return True


def _lock_orders(session: Session, waiting: Sequence[Waiting]) -> None:
    """Checkouts and orders of these lines are locked, in the one order of all locks."""
    checkouts = {line.checkout_id for line in waiting}
    orders = {line.order_id for line in waiting}
    for key, ids in ((Checkout.id, checkouts), (Order.id, orders)):
        session.execute(select(key).where(key.in_(sorted(ids))).order_by(key).with_for_update())


def _move(
    session: Session,
    catch: Catch,
    quantity: int,
    waiting: Sequence[Waiting],
    given: Mapping[int, int],
    actor: Actor,
    now: datetime,
) -> None:
    """What was found comes first, then what is let go of; only then is it taken away or held anew."""
    more = quantity - catch.caught
    changes = [(line.number, given[line.line_id] - line.held) for line in waiting]
    steps = (
        [Move(catch.id, MovementKind.FOUND, max(0, more))],
        [Move(catch.id, MovementKind.RELEASE, max(0, -change), number) for number, change in changes],
        [Move(catch.id, MovementKind.MISS, max(0, -more))],
        [Move(catch.id, MovementKind.HOLD, max(0, change), number) for number, change in changes],
    )
    for moves in steps:
        move(session, moves, now, actor_id=actor.id, reason=_COUNTED)
    if more < 0:
        announce(session, CaughtLess(catch.id, quantity, actor, now))


def _allot(session: Session, waiting: Sequence[Waiting], given: Mapping[int, int]) -> None:
    rows: list[dict[str, Any]] = [
        {"row": line.line_id, "part": given[line.line_id] if given[line.line_id] < line.quantity else None}
        for line in waiting
        if given[line.line_id] != line.held
    ]
    if rows:
        table = OrderLine.__table__
        session.connection().execute(
            update(table).where(table.c.id == bindparam("row")).values(allotted=bindparam("part")),  # type: ignore[arg-type]
            rows,
        )
        session.expire_all()


def _tell(
    session: Session,
    catch_id: int,
    changed: Sequence[Waiting],
    given: Mapping[int, int],
    count: HarvestCount,
    actor: Actor,
    now: datetime,
) -> None:
    """Buyers whose lines have changed are written to, once for this count; those left with nothing when cancelled."""
    session.flush()
    told = [line.number for line in changed if given[line.line_id] or line.others_held]
    post_letters(session, Letter.ALLOTTED, told, now, fact=f"count-{count.id}")
    if len(told) < len(changed):
        enqueue(session, CANCEL_EMPTY_JOB, {"catch": catch_id, "actor": actor.id}, now=now)
