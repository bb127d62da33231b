"""What statements count: ledger entries, by order and by what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, literal, not_, select, union_all
from sqlalchemy.orm import Session, aliased

from ovop.kernel import days
from ovop.ordering.models import Checkout, Order
from ovop.payment.ledger import LedgerAccount
from ovop.payment.models import LedgerEntry
from ovop.settlement.models import SettlementLine
from ovop.settlement.rows import Figures, OrderLine
from ovop.settlement.rules import OWN_JOURNALS, LineKind

_PATTERNS = (
    ("order:%:earned", LineKind.EARNED),
    ("order:%:kept", LineKind.KEPT),
    ("order:%:refund:%", LineKind.REFUND),
    ("order:%:paid-out:%", LineKind.PAID_OUT),
    ("order:%:transferred:%", LineKind.TRANSFERRED),
    ("counter:%:earned", LineKind.COUNTER),
    ("counter:%:kept", LineKind.KEPT),
)
_commission = aliased(LedgerEntry)


def uncounted() -> ColumnElement[bool]:
    """Entries of what co-operatives are owed that no statement counts yet."""
    return and_(
        LedgerEntry.account == LedgerAccount.PAYABLE.value,
        not_(LedgerEntry.journal.like(OWN_JOURNALS + "%")),
        ~exists().where(SettlementLine.entry_id == LedgerEntry.id),
    )


def figures_of(session: Session, settlement_id: int) -> Figures:
    """What the statement's lines come to, by what they are about."""
    row = session.execute(_from_lines(select(*_figure_columns()), settlement_id)).one()
    return _figures(row)


def order_lines(
    session: Session, settlement_id: int, *, after: int = 0, limit: int | None = None
) -> Sequence[OrderLine]:
    """The statement's lines by order, in the order in which they were booked, one more than `limit` if there are more.

    after: the place to go on from.
    """
    place = func.min(LedgerEntry.id)
    found = _from_lines(
        select(
            place.label("place"),
            LedgerEntry.order_number.label("number"),
            func.max(Checkout.method).label("method"),
            func.min(LedgerEntry.at).label("at"),
            *_figure_columns(),
        ),
        settlement_id,
    )
    found = (
        found.outerjoin(Order, Order.number == LedgerEntry.order_number)
        .outerjoin(Checkout, Checkout.id == Order.checkout_id)
        .group_by(LedgerEntry.order_number)
        .having(place > after)
        .order_by(place)
    )
    if limit is not None:
        found = found.limit(limit + 1)
    return [OrderLine(row.place, row.number, row.method, row.at, _figures(row)) for row in session.execute(found)]


def count_orders(session: Session, settlement_id: int) -> int:
    """How many orders the statement has lines of."""
    return session.scalars(
        select(func.count(LedgerEntry.order_number.distinct()))
        .join(SettlementLine, SettlementLine.entry_id == LedgerEntry.id)
        .where(SettlementLine.settlement_id == settlement_id)
    ).one()


def figures_between(session: Session, cooperative_id: int, spans: Sequence[tuple[date, date]]) -> list[Figures]:
    """What the co-operative's entries of each span (days in Asia/Jakarta, both counted) come to.  One query.

    `other` is what the market paid by bank, below zero.
    """
    parts = [
        _with_commission(select(literal(place).label("place"), *_figure_columns()).select_from(LedgerEntry)).where(
            LedgerEntry.account == LedgerAccount.PAYABLE.value,
            LedgerEntry.cooperative_id == cooperative_id,
            LedgerEntry.at >= days.start_of(first),
            LedgerEntry.at < days.end_of(last),
        )
        for place, (first, last) in enumerate(spans)
    ]
    return [_figures(row) for row in sorted(session.execute(union_all(*parts)), key=lambda row: row.place)]


def _from_lines(found: Select[*tuple[Any, ...]], settlement_id: int) -> Select[*tuple[Any, ...]]:
    """`found` over a statement's entries."""
    entries = found.select_from(SettlementLine).join(LedgerEntry, LedgerEntry.id == SettlementLine.entry_id)
    return _with_commission(entries).where(SettlementLine.settlement_id == settlement_id)


def _with_commission(found: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """`found` over entries, each with the commission of its journal beside it."""
    is_beside = and_(_commission.journal == LedgerEntry.journal, _commission.account == LedgerAccount.COMMISSION.value)
    return found.outerjoin(_commission, is_beside)


def _figure_columns() -> list[ColumnElement[int]]:
    """What each kind of entry adds up to, and the commission of all of them; liabilities are credit."""
    kind = case(
        *((LedgerEntry.journal.like(pattern), name.value) for pattern, name in _PATTERNS),
        else_=LineKind.OTHER.value,
    )
    parts = [
        func.coalesce(func.sum(case((kind == each.value, -LedgerEntry.amount), else_=0)), 0).label(each.name.lower())
        for each in LineKind
    ]
    given = func.coalesce(_commission.amount, 0)
    of_kinds = [
        func.coalesce(func.sum(case((kind == each.value, given), else_=0)), 0).label(f"commission_{word}")
        for each, word in ((LineKind.REFUND, "back"), (LineKind.COUNTER, "counter"))
    ]
    return [*parts, func.coalesce(func.sum(given), 0).label("commission_sum"), *of_kinds]


def _figures(row: Row[*tuple[Any, ...]]) -> Figures:
    """A share and the commission beside it make up what the goods cost."""
    taken = int(row.commission_sum) - int(row.commission_back) - int(row.commission_counter)
    return Figures(
        sales=int(row.earned) - taken,
        refunds=int(row.refund) - int(row.commission_back),
        counter=int(row.counter) - int(row.commission_counter),
        commission=int(row.commission_sum),
        kept=int(row.kept),
        paid_out=int(row.paid_out),
        transferred=int(row.transferred),
        other=int(row.other),
    )
