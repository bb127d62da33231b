"""Invariants of sales at the counter, from the rows alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from ovop.counter.models import CounterNumber, CounterSale
from ovop.kernel.checks import Check, Finding, finding
from ovop.kernel.days import day_of
from ovop.kernel.money import line_amount
from ovop.kernel.quantity import Measure
from ovop.payment import ledger
from ovop.payment.models import LedgerEntry
from ovop.payment.rules import Method
from ovop.stock.models import Movement
from ovop.stock.rules import EFFECTS, MovementKind
from ovop.till.models import Till, TillEntry
from ovop.till.rules import EntryKind

_MOVED = {
    kind.value: EFFECTS[kind].sold for kind in (MovementKind.COUNTER, MovementKind.COUNTER_BACK, MovementKind.LOSE_SOLD)
}


def _amounts(session: Session) -> Finding:
    """Each sale comes to its quantity at its price, counts on its day, and is undone whole or not at all."""
    sales = {sale.id: sale for sale in session.scalars(select(CounterSale))}

    def broken() -> Iterator[str]:
        for sale in sales.values():
            undone = sales.get(sale.reverses_id) if sale.reverses_id else None
            if sale.reverses_id and (
                undone is None
                or (undone.quantity, undone.amount, undone.commission)
                != (-sale.quantity, -sale.amount, -sale.commission)
                or (undone.catch_id, undone.method) != (sale.catch_id, sale.method)
            ):
                yield f"counter sale {sale.id} does not undo sale {sale.reverses_id}"
            if not sale.reverses_id and sale.amount != line_amount(
                sale.unit_price, sale.quantity, Measure(sale.measure)
            ):
                yield f"counter sale {sale.id}: {sale.amount} for {sale.quantity} at {sale.unit_price}"
            if sale.sold_on != day_of(sale.sold_at):
                yield f"counter sale {sale.id} counts on {sale.sold_on}, not on its day"

    return finding(len(sales), broken())


def _numbers(session: Session) -> Finding:
    numbered = session.execute(
        select(
            CounterSale.cooperative_id,
            func.count(CounterSale.number).label("sales"),
            func.max(CounterSale.number).label("last"),
        ).group_by(CounterSale.cooperative_id)
    ).all()
    last = {row.cooperative_id: row.last for row in session.execute(select(CounterNumber.__table__))}
    broken = (
        f"co-operative {row.cooperative_id}: {row.sales} sales, the last is {row.last}, next follows "
        f"{last.get(row.cooperative_id)}"
        for row in numbered
        if not row.sales == row.last == last.get(row.cooperative_id)
    )
    return finding(sum(row.sales for row in numbered), broken)


def _goods(session: Session) -> Finding:
    """What the counter took out of each lot is what it sold of it."""
    sold = _by_lot(session, CounterSale.catch_id, CounterSale.quantity.expression)
    moved = _by_lot(
        session, Movement.catch_id, Movement.quantity * case(_MOVED, value=Movement.kind), Movement.kind.in_(_MOVED)
    )
    broken = (
        f"catch {lot}: {moved[lot]} taken for the counter, sold there {sold[lot]}"
        for lot in sorted(sold.keys() | moved.keys())
        if sold[lot] != moved[lot]
    )
    return finding(len(sold.keys() | moved.keys()), list(broken))


def _by_lot(
    session: Session, lot: object, amount: ColumnElement[int], *wanted: ColumnElement[bool]
) -> defaultdict[int, int]:
    rows = session.execute(select(lot, func.sum(amount)).where(*wanted).group_by(lot))  # type: ignore[call-overload]
    return defaultdict(int, {catch_id: int(summed) for catch_id, summed in rows})


def _booked(session: Session) -> Finding:
    """The ledger says of each sale that it was earned, received and kept, and nothing else of the counter."""
    entries: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in session.execute(
        select(LedgerEntry.journal, LedgerEntry.account, LedgerEntry.amount).where(
            LedgerEntry.journal.like("counter:%")
        )
    ):
        entries[row.journal, row.account] += row.amount
    told = dict(entries)
    counted = 0

    def broken() -> Iterator[str]:
        nonlocal counted
        for sale in session.execute(select(CounterSale.id, CounterSale.amount, CounterSale.commission)):
            counted += 1
            for word, wanted in (
                ("received", ledger.received(sale.amount)),
                ("earned", ledger.earned(sale.amount, sale.commission)),
                ("kept", ledger.kept(sale.amount)),
            ):
                for account, amount in wanted.items():
                    if told.pop((f"counter:{sale.id}:{word}", account.value), 0) != amount:
                        yield f"counter sale {sale.id}: {word} is not booked as {amount} on {account}"
        for journal, name in told:
            yield f"journal {journal} on {name} is of no sale"

    found = list(broken())
    return finding(counted, found)


def _cash(session: Session) -> Finding:
    """Cash of the counter is in the till of whoever took it, on that day, once; other money is in none."""
    entries = {
        row.key: row
        for row in session.execute(
            select(TillEntry.key, TillEntry.amount, Till.day, Till.account_id, Till.cooperative_id)
            .join(Till, Till.id == TillEntry.till_id)
            .where(TillEntry.kind == EntryKind.COUNTER.value)
        )
    }
    sales = session.scalars(select(CounterSale).where(CounterSale.method == Method.CASH.value)).all()

    def broken() -> Iterator[str]:
        for sale in sales:
            row = entries.pop(f"counter:{sale.id}", None)
            told = row and (row.amount, row.day, row.account_id, row.cooperative_id)
            if told != (sale.amount, sale.sold_on, sale.actor_id, sale.cooperative_id):
                yield f"counter sale {sale.id}: {sale.amount} in cash is not in its clerk's till"
        yield from (f"till entry {key} is of no sale in cash" for key in entries)

    return finding(len(sales), list(broken()))


CHECKS = (
    Check("every sale at the counter comes to its goods, and is undone whole", "counter sales", _amounts),
    Check("sales at the counter are numbered without a gap", "counter sales", _numbers),
    Check("what the counter sold of a lot was taken out of it", "lots", _goods),
    Check("every sale at the counter is booked, and nothing else is of it", "counter sales", _booked),
    Check("cash of the counter is in its clerk's till", "counter sales", _cash),
)
