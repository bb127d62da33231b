"""Reading sales at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor, require_member
from ovop.counter.models import CounterSale
from ovop.counter.rules import sale_code
from ovop.kernel.errors import NotFound
from ovop.kernel.quantity import Measure
from ovop.payment.rules import Method
from ovop.stock.models import Catch


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A sale at the counter, as it was; `undone_*`: by whom, when and why it was undone, where it was."""

    id: int
    cooperative_id: int
    catch_id: int
    lot_code: str
    number: int
    name: str
    measure: str
    unit: str
    unit_price: int
    quantity: int
    amount: int
    tax_basis_points: int
    method: Method
    reference: str
    sold_at: datetime
    clerk: str
    undone_at: datetime | None
    undone_by: str | None
    undone_reason: str | None

    @property
    def code(self) -> str:
        """What its receipt is called."""
        return sale_code(self.cooperative_id, self.number)


@dataclass(frozen=True, slots=True)
class CounterSum:
    """What the counter sold, less what was undone: sales, grams, pieces and rupiah; cash and QRIS apart."""

    sales: int = 0
    grams: int = 0
    pieces: int = 0
    amount: int = 0
    cash: int = 0
    qris: int = 0
    commission: int = 0


def get_sale(session: Session, sale_id: int, actor: Actor | None) -> SaleRow:
    """A sale of `actor`'s co-operative.  Raises: NotFound, Forbidden."""
    row = session.execute(_sales().where(CounterSale.id == sale_id)).one_or_none()
    if row is None:
        raise NotFound()
    require_member(actor, row.cooperative_id)
    return _sale(row)


def list_sales(
    session: Session, cooperative_id: int, first: date, last: date, *, before: int | None = None, limit: int = 50
) -> Sequence[SaleRow]:
    """Sales of these days (Asia/Jakarta, both counted), the latest first, one more than `limit` if there are more."""
    wanted = [CounterSale.cooperative_id == cooperative_id, CounterSale.sold_on.between(first, last)]
    if before is not None:
        wanted.append(CounterSale.id < before)
    rows = session.execute(_sales().where(*wanted).order_by(CounterSale.id.desc()).limit(limit + 1))
    return [_sale(row) for row in rows]


def counter_sums(session: Session, *wanted: ColumnElement[bool], first: date, last: date) -> CounterSum:
    """What was sold on these days, of the sales that are `wanted`.  One query."""
    row = session.execute(select(*_sums()).where(CounterSale.sold_on.between(first, last), *wanted)).one()
    return CounterSum(*map(int, row))


def counter_sums_between(session: Session, cooperative_id: int, spans: Sequence[tuple[date, date]]) -> list[CounterSum]:
    """What a co-operative's counter sold in each span of days.  One query for each."""
    own = CounterSale.cooperative_id == cooperative_id
    return [counter_sums(session, own, first=first, last=last) for first, last in spans]


def money_of_lots(session: Session, cooperative_id: int, first: date, last: date) -> dict[int, tuple[int, int]]:
    """What each lot brought at the counter on these days, and the market's part of it.  One query."""
    rows = session.execute(
        select(
            CounterSale.catch_id,
            func.sum(CounterSale.amount).label("amount"),
            func.sum(CounterSale.commission).label("commission"),
        )
        .where(CounterSale.cooperative_id == cooperative_id, CounterSale.sold_on.between(first, last))
        .group_by(CounterSale.catch_id)
    )
    return {row.catch_id: (int(row.amount), int(row.commission)) for row in rows}


def _sums() -> list[ColumnElement[int]]:
    by_weight = CounterSale.measure == Measure.WEIGHT.value

    def summed(value: ColumnElement[Any]) -> ColumnElement[int]:
        return func.coalesce(func.sum(value), 0)

    return [
        summed(case((CounterSale.quantity > 0, 1), else_=-1)),
        summed(case((by_weight, CounterSale.quantity), else_=0)),
        summed(case((by_weight, 0), else_=CounterSale.quantity)),
        summed(CounterSale.amount.expression),
        summed(case((CounterSale.method == Method.CASH.value, CounterSale.amount), else_=0)),
        summed(case((CounterSale.method == Method.QRIS.value, CounterSale.amount), else_=0)),
        summed(CounterSale.commission.expression),
    ]


_own = ("id cooperative_id catch_id number name measure unit unit_price quantity amount tax_basis_points").split()


def _sales() -> Select[Any]:
    back, undoer = aliased(CounterSale), aliased(Account)
    return (
        select(
            *(getattr(CounterSale, name) for name in _own),
            CounterSale.method,
            CounterSale.reference,
            CounterSale.sold_at,
            Catch.lot_code,
            Account.name.label("clerk"),
            back.sold_at.label("undone_at"),
            undoer.name.label("undone_by"),
            back.reason.label("undone_reason"),
        )
        .join(Catch, Catch.id == CounterSale.catch_id)
        .join(Account, Account.id == CounterSale.actor_id)
        .outerjoin(back, back.reverses_id == CounterSale.id)
        .outerjoin(undoer, undoer.id == back.actor_id)
        .where(CounterSale.reverses_id.is_(None))
    )


def _sale(row: Any) -> SaleRow:
    return SaleRow(**{name: getattr(row, name) for name in SaleRow.__slots__} | {"method": Method(row.method)})
