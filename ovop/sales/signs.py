"""Signs of trouble, and the orders that they are: weighed short, waited for in vain, complained of.  No person in them.

Short orders count on the day of collection, others on the day on which it was noted that nobody came or was complained.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, literal_column, select, union_all
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.complaints.models import Complaint
from ovop.db.types import Instant
from ovop.kernel.days import day_of, end_of, start_of
from ovop.ordering.models import Order, OrderEvent
from ovop.ordering.queries import has_short_line
from ovop.sales.models import DayTotal
from ovop.sales.queries import EVERYTHING, Scope, within
from ovop.sales.rules import Span
from ovop.sales.visits import Sign, Signs
from ovop.villages.models import Village

#: More than anybody reads on a page; a village with so many needs its visit anyway.
MOST_SIGNS = 2000

Noted = Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SignRow:
    """An order that is such a sign: the day that it counts on, its number, where it was sold, and its rupiah."""

    day: date
    number: str
    village_code: str
    village: str
    cooperative: str
    status: str
    total: int


def noted_signs(session: Session, span: Span) -> dict[int, tuple[int, int]]:
    """For each co-operative, orders nobody came for and complaints, noted in `span`.  One query."""
    found: dict[int, tuple[int, int]] = {}
    values = {"first": start_of(span.first), "end": end_of(span.last)}
    for kind, cooperative_id, count in session.execute(_NOTED, values):
        no_shows, complaints = found.get(cooperative_id, (0, 0))
        found[cooperative_id] = (count, complaints) if kind == Sign.NO_SHOW else (no_shows, count)
    return found


def count_signs(session: Session, span: Span, noted: Noted) -> dict[int, Signs]:
    """All signs of `span` for each co-operative; noted: as `noted_signs`.  One query."""
    rows = session.execute(_SHORT, {"first": span.first, "last": span.last})
    short = {cooperative_id: int(count) for cooperative_id, count in rows}
    return {one: Signs(short.get(one, 0), *noted.get(one, (0, 0))) for one in {*short, *noted}}


def list_signs(session: Session, sign: Sign, span: Span, scope: Scope = EVERYTHING) -> list[SignRow]:
    """The orders of `span` that are that sign, newest first, at most MOST_SIGNS.  One query."""
    at: Any = _AT[sign]
    rows = (
        select(at, Order.number, Order.village_code, Village.name, Cooperative.name, Order.status, Order.total)
        .join(Cooperative, Cooperative.id == Order.cooperative_id)
        .join(Village, Village.code == Order.village_code)
    )
    found = session.execute(
        _narrowed(rows, sign, span)
        .where(*within(scope.place, Order.__table__.c))
        .order_by(at.desc(), Order.id.desc())
        .limit(MOST_SIGNS)
    )
    return [SignRow(when if sign is Sign.SHORT else day_of(when), *row) for when, *row in found]


#: When a sign counts.
_AT = {Sign.SHORT: Order.collected_on, Sign.NO_SHOW: OrderEvent.at, Sign.COMPLAINT: Complaint.created_at}
#: Written out, so that the small index on these rows alone is seen to hold them.
_IS_NO_SHOW: ColumnElement[bool] = literal_column("order_event.status") == literal_column("'no_show'")


def _narrowed(orders: Any, sign: Sign, span: Span) -> Any:
    """Of the orders, those of `span` that are that sign."""
    first, end = start_of(span.first), end_of(span.last)
    match sign:
        case Sign.SHORT:
            return orders.where(Order.collected_on.between(span.first, span.last), has_short_line())
        case Sign.NO_SHOW:
            return _no_shows(orders).where(OrderEvent.at >= first, OrderEvent.at < end)
        case Sign.COMPLAINT:
            return _complaints(orders).where(Complaint.created_at >= first, Complaint.created_at < end)
        case _:
            assert_never(sign)


def _no_shows(orders: Any) -> Any:
    return orders.join(OrderEvent, (OrderEvent.order_id == Order.id) & _IS_NO_SHOW)


def _complaints(orders: Any) -> Any:
    return orders.join(Complaint, Complaint.order_id == Order.id)


def _noted(kind: Sign) -> Select[*tuple[Any, ...]]:
    counted = select(literal(kind.value), Order.cooperative_id, func.count()).select_from(Order)
    at: Any = _AT[kind]
    joined = _no_shows(counted) if kind is Sign.NO_SHOW else _complaints(counted)
    first, end = bindparam("first", type_=Instant()), bindparam("end", type_=Instant())
    narrowed: Select[*tuple[Any, ...]] = joined.where(at >= first, at < end).group_by(Order.cooperative_id)
    return narrowed


_NOTED = union_all(_noted(Sign.NO_SHOW), _noted(Sign.COMPLAINT))
_SHORT = (
    select(DayTotal.cooperative_id, func.sum(DayTotal.short))
    .where(DayTotal.day.between(bindparam("first"), bindparam("last")), DayTotal.short > 0)
    .group_by(DayTotal.cooperative_id)
)
