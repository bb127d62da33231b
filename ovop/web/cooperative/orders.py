"""The co-operative's orders: found by number and state, and each as a whole."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlencode

from flask import request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.complaints.queries import find_complaint, find_owed
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.contacts import contacts_of
from ovop.ordering.queries import get_order, list_orders
from ovop.ordering.rows import LineRow, OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slot_changes import way_of
from ovop.payment.rules import Method
from ovop.stock.queries import faces_of, sellable_of
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.scale_words import used_words

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
    """Orders by number, state and ways of paying; newest first.

    Days are of the collection or of a refund, and of the time for pickup where an order was not collected.
    """
    actor, _cooperative_id = clerk()
    now = days.now()
    status, methods, between = _status(), _methods(), _days()
    by_refund = "refunded" in request.args
    by_time = status not in (None, OrderStatus.COLLECTED)
    number = request.args.get("q", "").strip()[:40]
    at = max(1, min(request.args.get("page", 1, type=int), 10**6))
    found = list_orders(
        db.session(),
        actor,
        now,
        status=status,
        methods=methods,
        number=number,
        collected=None if by_refund or by_time else between,
        refunded=between if by_refund else None,
        due=between if by_time else None,
        short="short" in request.args,
        page=at,
        per_page=_PER_PAGE,
    )
    pages = -(-found.total // _PER_PAGE)
    return page(
        "orders.html",
        found=found,
        pages=pages,
        previous=_list_url(page=at - 1) if at > 1 else None,
        following=_list_url(page=at + 1) if at < pages else None,
        contacts=contacts_of(db.session(), found.items, actor, now),
        status=status,
        methods=methods,
        ways=tuple(Method),
        number=number,
        between=between,
        by_refund=by_refund and between is not None,
        by_time=by_time,
        is_short="short" in request.args,
        list_url=_list_url,
        states=STATES,
        now=now,
        place="today",
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
        way=way_of(db.session(), found),
        contact=contacts_of(db.session(), [found], actor, now).get(number),
        faces=faces_of(db.session(), [line.catch for line in found.lines]),
        scale_note=used_words(found.scale, found.weighed_at),
        complaint=find_complaint(db.session(), number, actor, now) if found.status is OrderStatus.COLLECTED else None,
        owed=find_owed(db.session(), number) if found.refunded else None,
        left_over=_left_over(found, now),
        slot_has_ended=found.pickup.ends_at <= now,
        now=now,
        place="today",
    )


def _left_over(order: OrderRow, now: datetime) -> list[tuple[LineRow, int]]:
    """What of an order that nobody collected is on sale again, line by line: grams or pieces."""
    if order.status is not OrderStatus.NO_SHOW:
        return []
    on_sale = sellable_of(db.session(), [line.catch for line in order.lines], now)
    left = [(line, line.quantity if line.final_quantity is None else line.final_quantity) for line in order.lines]
    return [(line, quantity) for line, quantity in left if line.catch in on_sale and quantity]


def _status() -> OrderStatus | None:
    try:
        return OrderStatus(request.args.get("status", ""))
    except ValueError:
        return None


def _methods() -> tuple[Method, ...]:
    """The ways of paying that are asked for, whatever else stands there."""
    asked = request.args.getlist("method")
    return tuple(method for method in Method if method.value in asked)


def _days() -> tuple[date, date] | None:
    """First and last day as asked for, none unless both are days."""
    try:
        first, last = (date.fromisoformat(request.args.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return None
    return first, last


def _list_url(**changed: object) -> str:
    """The list as it is now, from its first page, but for `changed`; None takes a filter away."""
    wanted: dict[str, object] = {**request.args.to_dict(flat=False), "page": None, **changed}
    kept = {name: value for name, value in wanted.items() if value not in (None, "", [""])}
    return f"{url_for('cooperative.orders')}{'?' if kept else ''}{urlencode(kept, doseq=True)}"
