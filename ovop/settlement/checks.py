"""Invariants of statements, from the rows alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ovop.kernel import days
from ovop.kernel.checks import Check, Finding, finding
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.settlement.errors import WrongStep
from ovop.settlement.lines import uncounted
from ovop.settlement.models import Settlement, SettlementEvent, SettlementLine, Transfer
from ovop.settlement.rules import (
    OWED,
    OWN_JOURNALS,
    SettlementStatus,
    SettlementStep,
    first_status,
    next_status,
)


def _lines(session: Session) -> Finding:
    """Each counted entry is of what that co-operative is owed, and no payment of a statement."""
    rows = session.execute(
        select(SettlementLine.entry_id, SettlementLine.settlement_id)
        .join(Settlement, Settlement.id == SettlementLine.settlement_id)
        .join(LedgerEntry, LedgerEntry.id == SettlementLine.entry_id)
        .where(
            or_(
                LedgerEntry.account != LedgerAccount.PAYABLE.value,
                LedgerEntry.cooperative_id.is_distinct_from(Settlement.cooperative_id),
                LedgerEntry.journal.like(OWN_JOURNALS + "%"),
            )
        )
    )
    twice = session.scalars(
        select(SettlementLine.entry_id).group_by(SettlementLine.entry_id).having(func.count() > 1)
    )  # fmt: skip
    counted = session.scalar(select(func.count()).select_from(SettlementLine))
    broken = [f"entry {row.entry_id} does not belong in statement {row.settlement_id}" for row in rows]
    return finding(counted or 0, [*broken, *(f"entry {entry} is in several statements" for entry in twice)])


def _nets(session: Session) -> Finding:
    """A statement comes to its lines and what the one before it left below zero; each day is in one of them."""
    lines = {
        row.settlement_id: (int(row.amount), row.latest)
        for row in session.execute(
            select(
                SettlementLine.settlement_id,
                func.sum(LedgerEntry.amount).label("amount"),
                func.max(LedgerEntry.at).label("latest"),
            )
            .join(LedgerEntry, LedgerEntry.id == SettlementLine.entry_id)
            .group_by(SettlementLine.settlement_id)
        )
    }
    found = session.scalars(select(Settlement).order_by(Settlement.cooperative_id, Settlement.period_first)).all()

    def broken() -> Iterator[str]:
        before: Settlement | None = None
        for own in found:
            if before is not None and before.cooperative_id != own.cooperative_id:
                before = None
            amount, latest = lines.get(own.id, (0, None))
            carried = min(0, before.net) if before else 0
            if (own.carried, own.net) != (carried, carried - amount):
                told = f"{own.carried} carried, {own.net} in all"
                yield f"statement {own.id}: {told}; its lines say {carried}, {carried - amount}"
            if before is not None and before.period_last >= own.period_first:
                yield f"statement {own.id} begins before statement {before.id} ends"
            if latest is not None and latest >= days.end_of(own.period_last):
                yield f"statement {own.id} counts what happened after its end"
            before = own

    return finding(len(found), broken())


def _steps(session: Session) -> Finding:
    """A statement's steps lead to its state, and two approvals that follow each other are two people's."""
    steps: defaultdict[int, list[SettlementEvent]] = defaultdict(list)
    for event in session.scalars(select(SettlementEvent).order_by(SettlementEvent.id)):
        steps[event.settlement_id].append(event)
    found = session.scalars(select(Settlement)).all()

    def broken() -> Iterator[str]:
        for own in found:
            problem = _problem(own, steps[own.id])
            if problem:
                yield f"statement {own.id}: {problem}"

    return finding(len(found), broken())


def _problem(own: Settlement, events: list[SettlementEvent]) -> str:
    if not events or events[0].step != SettlementStep.DRAW:
        return "was never drawn"
    status = first_status(own.net)
    approver: int | None = None
    for event in events[1:]:
        try:
            status = next_status(status, SettlementStep(event.step))
        except WrongStep:
            return f"{event.step} cannot follow {status}"
        if status is SettlementStatus.CHECKED:
            approver = event.actor_id
        elif event.step == SettlementStep.APPROVE and event.actor_id in (None, approver):
            return "one person approved it twice"
    return "" if own.status == status else f"is {own.status}, its steps say {status}"


def _payments(session: Session) -> Finding:
    """What is paid is booked once, what came back is booked back, and nothing else is booked of statements."""
    booked = session.execute(
        select(LedgerEntry.journal, LedgerEntry.amount).where(
            LedgerEntry.journal.like(OWN_JOURNALS + "%"), LedgerEntry.account == LedgerAccount.PAYABLE.value
        )
    )
    sums: defaultdict[int, int] = defaultdict(int)
    for journal, amount in booked:
        sums[int(journal.split(":")[1])] += amount
    found = {own.id: own for own in session.scalars(select(Settlement).order_by(Settlement.id))}

    def broken() -> Iterator[str]:
        for settlement_id, own in found.items():
            wanted = own.net if own.status == SettlementStatus.PAID else 0
            if sums[settlement_id] != wanted:
                yield f"statement {settlement_id} is {own.status} at {own.net}, booked is {sums[settlement_id]}"
        for settlement_id in sums.keys() - found.keys():
            yield f"a payment of statement {settlement_id} is booked, which is not there"

    return finding(len(found), broken())


def _owed(session: Session) -> Finding:
    """What each co-operative is owed is what its open statements come to and what no statement counts yet."""
    entries = select(LedgerEntry.cooperative_id, -func.sum(LedgerEntry.amount)).group_by(LedgerEntry.cooperative_id)
    owed = _sums(session, entries.where(LedgerEntry.account == LedgerAccount.PAYABLE.value))
    waiting = _sums(session, entries.where(uncounted()))
    later = aliased(Settlement)
    is_made_up_for = exists().where(
        later.cooperative_id == Settlement.cooperative_id, later.period_first > Settlement.period_first
    )
    is_open = or_(
        Settlement.status.in_([status.value for status in OWED]),
        and_(Settlement.status == SettlementStatus.CARRIED.value, ~is_made_up_for),
    )
    statements = select(Settlement.cooperative_id, func.sum(Settlement.net)).where(is_open)
    opened = _sums(session, statements.group_by(Settlement.cooperative_id))
    broken = (
        f"co-operative {each}: owed {owed[each]}, open statements {opened[each]}, in none {waiting[each]}"
        for each in sorted({*owed, *opened, *waiting})
        if owed[each] != opened[each] + waiting[each]
    )
    return finding(len(owed), list(broken))


def _transfers(session: Session) -> Finding:
    """What the card provider passed on for an order, and took back, is in the ledger, and nothing else is."""
    booked = {
        row.order_number: int(row.amount)
        for row in session.execute(
            select(LedgerEntry.order_number, func.sum(LedgerEntry.amount).label("amount"))
            .where(
                LedgerEntry.account == LedgerAccount.PAYABLE.value, LedgerEntry.journal.like("order:%:transferred:%")
            )
            .group_by(LedgerEntry.order_number)
        )
    }
    kept = {row.order_number: row.amount - row.reversed for row in session.scalars(select(Transfer))}
    broken = (
        f"order {number}: {kept.get(number, 0)} passed on, booked is {booked.get(number, 0)}"
        for number in sorted(kept.keys() | booked.keys())
        if kept.get(number, 0) != booked.get(number, 0)
    )
    return finding(len(kept), list(broken))


def _sums(session: Session, found: Select[int | None, int] | Select[int, int]) -> Counter[int]:
    """Rupiah by co-operative."""
    return Counter({cooperative or 0: int(amount) for cooperative, amount in session.execute(found)})


CHECKS = (
    Check("every entry that a statement counts is its own, and in no other", "entries", _lines),
    Check("every statement comes to its lines and what was carried over", "statements", _nets),
    Check("every statement's state follows from its steps, approved by two people", "statements", _steps),
    Check("every paid statement is booked once, and nothing else is", "statements", _payments),
    Check("what the card provider passed on is booked", "transfers", _transfers),
    Check("what each co-operative is owed is in open statements or in none yet", "co-operatives", _owed),
)
