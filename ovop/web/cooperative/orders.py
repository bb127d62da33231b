"""The co-operative's orders: found by number and state, and each as a whole."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from flask import request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.contacts import contacts_of
from ovop.ordering.queries import get_order, list_orders
from ovop.ordering.rules import OrderStatus
from ovop.payment.rules import Method
from ovop.stock.queries import faces_of
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page

T = TypeVar("T", OrderStatus, Method)

_PER_PAGE = 20
#: States to choose from, in the order of an order's life; expired ones were never anybody's work.
STATES = (
    OrderStatus.CONFIRMED,
    OrderStatus.READY,
    OrderStatus.COLLECTED,
    OrderStatus.CANCELLED,
    OrderStatus.NO_SHOW,
)


@blueprint.get("/pesanan")
@requires(Role.COOPERATIVE)
def orders() -> ResponseReturnValue:
    """Orders by number, state, way of paying and day of collection; newest first."""
    actor, _cooperative_id = clerk()
    now = days.now()
    status, method, collected = _member(OrderStatus, "status"), _member(Method, "method"), _days()
    number = request.args.get("q", "").strip()[:40]
    at = max(1, min(request.args.get("page", 1, type=int), 10**6))
    found = list_orders(
        db.session(),
        actor,
        now,
        status=status,
        method=method,
        number=number,
        collected=collected,
        page=at,
        per_page=_PER_PAGE,
    )
    pages = -(-found.total // _PER_PAGE)
    return page(
        "orders.html",
        found=found,
        pages=pages,
        previous=_page_url(at - 1) if at > 1 else None,
        following=_page_url(at + 1) if at < pages else None,
        contacts=contacts_of(db.session(), found.items, actor, now),
        status=status,
        method=method,
        number=number,
        collected=collected,
        states=STATES,
        now=now,
        place="packing",
    )


@blueprint.get("/pesanan/<number>")
@requires(Role.COOPERATIVE)
def order(number: str) -> ResponseReturnValue:
    """One order: lines, money, history, and what can be done with it now."""
    actor, _cooperative_id = clerk()
    now = days.now()
    found = get_order(db.session(), number, actor, now)
    return page(
        "order.html",
        order=found,
        contact=contacts_of(db.session(), [found], actor, now).get(number),
        faces=faces_of(db.session(), [line.catch for line in found.lines]),
        slot_has_ended=found.pickup.ends_at <= now,
        now=now,
        place="packing",
    )


def _member(kind: type[T], name: str) -> T | None:
    """The value of a query, none when it is not one of `kind`."""
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None


def _days() -> tuple[date, date] | None:
    """First and last day of collection as asked for, none unless both are days."""
    try:
        first, last = (date.fromisoformat(request.args.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return None
    return first, last


def _page_url(number: int) -> str:
    return f"{url_for('cooperative.orders')}?{urlencode({**request.args.to_dict(), 'page': number})}"
