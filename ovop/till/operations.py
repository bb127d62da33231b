"""Changes to tills.  Each function is one change, to be run by `ovop.db.write` or in the transaction of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.accounts.idempotency import check_key
from ovop.accounts.rules import Actor, cooperative_of, may_act_for, require_member
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering.events import OrderCollected, RefundPaidOut
from ovop.ordering.refunding import PayoutWay
from ovop.payment.rules import Method
from ovop.till.errors import TillClosed, TillNotCounted, TillOpen, Unexplained
from ovop.till.models import Till, TillDeposit, TillEntry
from ovop.till.rules import LONGEST_NOTE, LONGEST_REFERENCE, Cash, EntryKind

_BY_HAND = (EntryKind.HAND, EntryKind.CHANGE)


@dataclass(frozen=True, slots=True)
class Entry:
    """Cash that goes into a till, or out of it (below zero).  `key` names the fact."""

    kind: EntryKind
    amount: int
    key: str
    note: str = ""
    order_number: str | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """What a bank says of a deposit: where to find it again, and the day (Asia/Jakarta)."""

    reference: str
    on: date


def open_till(session: Session, change: int, key: str, actor: Actor, now: datetime) -> int:
    """The clerk has a till for today with so much change in it; its id.

    key: names the request, so that a repeat brings no second change.
    Raises: TillOpen when there is one; it may have opened by itself at a handover.
    """
    day, own_key = days.day_of(now), _own(actor, key)
    if (done := _till_with(session, own_key)) is not None:
        return done
    if (known := _find_open(session, actor.id, day)) is not None:
        raise TillOpen(known.id)
    till = _begin(session, cooperative_of(actor), actor.id, day, now)
    if change:
        _enter(session, till, Entry(EntryKind.CHANGE, change, own_key), actor.id, now)
    return till.id


def take_receipt(session: Session, event: OrderCollected) -> None:
    """Cash of an order is in the clerk's till of that day, opened by itself where there was none; other money is not.

    Follows the handover in its transaction, and never stands in its way: after a count it opens another till.
    """
    if event.method == Method.CASH and event.revenue:
        entry = Entry(EntryKind.RECEIPT, event.revenue, f"order:{event.order_number}", order_number=event.order_number)
        till = _till_of(session, event.cooperative_id, event.actor_id, event.at)
        _enter(session, till, entry, event.actor_id, event.at)


def take_refund(session: Session, event: RefundPaidOut) -> None:
    """Cash that a buyer was given back is out of the clerk's till of that day, however the order had been paid.

    Follows like `take_receipt`.
    """
    if event.way == PayoutWay.CASH:
        entry = Entry(EntryKind.REFUND, -event.amount, event.key, order_number=event.order_number)
        till = _till_of(session, event.cooperative_id, event.actor_id, event.at)
        _enter(session, till, entry, event.actor_id, event.at)


def take_at_counter(
    session: Session, cooperative_id: int, sale_id: int, amount: int, actor: Actor, now: datetime
) -> None:
    """Cash of a sale without an order is in the clerk's till of that day, or (below zero) out of it again."""
    till = _till_of(session, cooperative_id, actor.id, now)
    _enter(session, till, Entry(EntryKind.COUNTER, amount, f"counter:{sale_id}"), actor.id, now)


def enter_by_hand(session: Session, till_id: int, entry: Entry, actor: Actor, now: datetime) -> None:
    """The entry is in the till; change only comes in, and all else needs a note.

    `entry.key` names the request, so that a repeat changes nothing.
    Raises: NotFound, Forbidden, TillClosed; Invalid without a note, or when it is too long.
    """
    till, entry = _lock_own(session, till_id, actor), replace(entry, key=_own(actor, entry.key))
    if _till_with(session, entry.key) is not None:
        return
    if till.closed_at is not None:
        raise TillClosed()
    if entry.kind not in _BY_HAND or entry.amount == 0 or (entry.kind is EntryKind.CHANGE and entry.amount < 0):
        raise Invalid({"amount": "does-not-fit"})
    if entry.kind is EntryKind.HAND and not entry.note:
        raise Invalid({"note": "required"})
    if len(entry.note) > LONGEST_NOTE:
        raise Invalid({"note": "too-long"})
    _enter(session, till, entry, actor.id, now)


def count_till(
    session: Session, till_id: int, counted: int, explanation: str, seen: int, actor: Actor, now: datetime
) -> None:
    """The till is closed with so much in it.

    seen: what was expected on the page on which the explanation was written: it explains no other difference.
    Raises: NotFound, Forbidden, TillClosed; Unexplained when the count differs and nobody has said why; Invalid.
    """
    till = _lock_own(session, till_id, actor)
    if till.closed_at is not None:
        raise TillClosed()
    if len(explanation) > LONGEST_NOTE:
        raise Invalid({"explanation": "too-long"})
    if counted != till.expected and (not explanation or seen != till.expected):
        raise Unexplained(till.expected, counted)
    till.counted, till.closed_at, till.closed_by = counted, now, actor.id
    till.explanation = explanation if counted != till.expected else ""
    session.flush()


def deposit(session: Session, amounts: dict[int, int], slip: Slip, key: str, actor: Actor, now: datetime) -> None:
    """Cash was brought to the bank: so much of each till, by id, all on one slip.

    key: names the request, so that a repeat changes nothing.
    Raises: NotFound, Forbidden, TillNotCounted; Invalid: more than is in a till, a day before its own or ahead,
    no reference.
    """
    tills, own_key = _lock_tills(session, sorted(amounts), actor), _own(actor, key)
    if session.scalar(select(TillDeposit.id).where(TillDeposit.key == own_key).limit(1)) is not None:
        return
    if not slip.reference or len(slip.reference) > LONGEST_REFERENCE:
        raise Invalid({"reference": "too-long" if slip.reference else "required"})
    for till in tills:
        amount = amounts[till.id]
        if till.closed_at is None:
            raise TillNotCounted()
        if not 0 < amount <= cash_of(till).inside:
            raise Invalid({"amount": "too-large" if amount > 0 else "too-small"})
        if not till.day <= slip.on <= days.day_of(now):
            raise Invalid({"on": "in-the-future" if slip.on > till.day else "before-till"})
        till.deposited += amount
    session.flush()
    session.execute(
        insert(TillDeposit),
        [
            {
                "till_id": till.id,
                "key": own_key,
                "amount": amounts[till.id],
                "reference": slip.reference,
                "deposited_on": slip.on,
                "note": "",
                "actor_id": actor.id,
                "at": now,
            }
            for till in tills
        ],
    )


def take_back_deposit(session: Session, deposit_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """A deposit that was noted wrongly counts no more; the till that it was of, by id.  Safe to repeat.

    Raises: NotFound, Forbidden; Invalid without a reason.
    """
    wrong = session.get(TillDeposit, deposit_id)
    if wrong is None or wrong.reverses_id is not None:
        raise NotFound()
    till = _lock_till(session, wrong.till_id, actor)
    if not reason or len(reason) > LONGEST_NOTE:
        raise Invalid({"reason": "too-long" if reason else "required"})
    if session.scalar(select(TillDeposit.id).where(TillDeposit.reverses_id == wrong.id)) is None:
        till.deposited -= wrong.amount
        session.flush()
        session.execute(
            insert(TillDeposit).values(
                till_id=till.id,
                key=f"back:{wrong.key}",
                amount=-wrong.amount,
                reference=wrong.reference,
                deposited_on=wrong.deposited_on,
                note=reason,
                reverses_id=wrong.id,
                actor_id=actor.id,
                at=now,
            )
        )
    return till.id


def cash_of(till: Till) -> Cash:
    """The sums that the row holds."""
    return Cash(till.change_amount, till.expected, till.counted, till.deposited)


def _own(actor: Actor, key: str) -> str:
    """A request's key among all others': those of other accounts are other keys.  Raises: Invalid."""
    return f"hand:{actor.id}:{check_key(key)[:80]}"


def _till_with(session: Session, key: str) -> int | None:
    """The till that this fact is in already, if it is in one."""
    return session.scalar(select(TillEntry.till_id).where(TillEntry.key == key))


def _till_of(session: Session, cooperative_id: int, account_id: int, at: datetime) -> Till:
    """The clerk's open till of the day of `at`, locked; a new one where there is none."""
    day = days.day_of(at)
    return _find_open(session, account_id, day) or _begin(session, cooperative_id, account_id, day, at)


def _find_open(session: Session, account_id: int, day: date) -> Till | None:
    return session.scalars(
        select(Till)
        .where(Till.account_id == account_id, Till.day == day, Till.closed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _begin(session: Session, cooperative_id: int, account_id: int, day: date, now: datetime) -> Till:
    """A new till; begun twice at once, the table's key lets one stand and `ovop.db.write` runs the other again."""
    till = Till(
        cooperative_id=cooperative_id,
        account_id=account_id,
        day=day,
        opened_at=now,
        change_amount=0,
        expected=0,
        deposited=0,
    )
    session.add(till)
    session.flush()
    return till


def _enter(session: Session, till: Till, entry: Entry, actor_id: int, now: datetime) -> None:
    """The entry is in the till, which is locked, and in its sums."""
    till.expected += entry.amount
    if entry.kind is EntryKind.CHANGE:
        till.change_amount += entry.amount
    session.flush()
    session.execute(
        insert(TillEntry).values(
            till_id=till.id,
            kind=entry.kind.value,
            amount=entry.amount,
            key=entry.key,
            order_number=entry.order_number,
            note=entry.note,
            actor_id=actor_id,
            at=now,
        )
    )


def _lock_till(session: Session, till_id: int, actor: Actor) -> Till:
    (till,) = _lock_tills(session, [till_id], actor)
    return till


def _lock_own(session: Session, till_id: int, actor: Actor) -> Till:
    """A till that is the actor's own, or of a co-operative that they speak for.  Raises: NotFound, Forbidden."""
    till = _lock_till(session, till_id, actor)
    if not may_act_for(actor, till.account_id):
        raise Forbidden(reason="till")
    return till


def _lock_tills(session: Session, till_ids: Sequence[int], actor: Actor) -> Sequence[Till]:
    """Tills of the actor's co-operative, locked by id and as they stand now.  Raises: NotFound, Forbidden."""
    tills = session.scalars(
        select(Till)
        .where(Till.id.in_(till_ids))
        .order_by(Till.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not tills or len(tills) != len(till_ids):
        raise NotFound()
    for till in tills:
        require_member(actor, till.cooperative_id)
    return tills
