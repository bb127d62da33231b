"""Labels for packed orders: whose box it is, what is in it, and a code by which the clerk finds the order again.

Everybody at the point can read a label.  So it has only the buyer's first name, and its QR only the order's number: the
pickup code, which opens the box to whoever knows it, is never on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from ovop.accounts.models import Role
from ovop.accounts.names import first_name
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.contacts import contacts_of
from ovop.ordering.queries import get_order
from ovop.ordering.rows import OrderRow
from ovop.ordering.rules import OrderStatus
from ovop.ordering.slot_queries import orders_in_slot
from ovop.stock.queries import lot_codes_of
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.packing import by_goods, having, own_slot
from ovop.web.qr import qr_svg

#: Papers by the name that an address has for them; the first unless it asks for another.
PAPERS = ("a4", "58")
#: On a roll a label is cut to one of these lengths: the first that has room for so many lines.
_LENGTHS = ((2, "s"), (5, "m"))
_LONGEST = "l"
_PACKED = (OrderStatus.CONFIRMED, OrderStatus.READY)


@dataclass(frozen=True, slots=True)
class OrderLabel:
    """One label.  buyer: first name, none once the co-operative may no longer know it; length: of its piece of roll."""

    order: OrderRow
    buyer: str
    drawing: Markup
    length: str


@blueprint.get("/pesanan/<number>/label")
@requires(Role.COOPERATIVE)
def order_label(number: str) -> ResponseReturnValue:
    """One order's label; an order that has no box any more, or not yet, is shown instead."""
    actor, _cooperative_id = clerk()
    order = get_order(db.session(), number, actor, days.now())
    if order.status not in _PACKED:
        return redirect(url_for("cooperative.order", number=number))
    return _page([order], (url_for("cooperative.order", number=number), number))


@blueprint.get("/jadwal/<id:slot_id>/label")
@requires(Role.COOPERATIVE)
def slot_labels(slot_id: int) -> ResponseReturnValue:
    """Labels of a slot: of what is weighed or, where that is asked for, of what still has to be weighed too."""
    actor, _cooperative_id = clerk()
    slot = own_slot(slot_id, actor)
    orders = by_goods(orders_in_slot(db.session(), slot_id, actor, days.now()))
    ready = having(orders, OrderStatus.READY)
    everything = having(orders, *_PACKED)
    wants_all = request.args.get("isi") == "semua"
    return _page(
        everything if wants_all else ready,
        (url_for("cooperative.slot", slot_id=slot_id), None),
        slot=slot,
        wants_all=wants_all,
        ready=len(ready),
        all=len(everything),
    )


def _page(orders: Sequence[OrderRow], back: tuple[str, str | None], **more: object) -> ResponseReturnValue:
    """The labels.  back: address and name of what they belong to; no name for a slot."""
    wanted = request.args.get("ukuran", "")
    here = dict(request.view_args or {}) | ({"isi": "semua"} if more.get("wants_all") else {})
    return page(
        "order_labels.html",
        labels=_labels(orders),
        lot_codes=lot_codes_of(db.session(), [line.catch for order in orders for line in order.lines]),
        paper=wanted if wanted in PAPERS else PAPERS[0],
        papers=[(paper, url_for(str(request.endpoint), **here, ukuran=paper)) for paper in PAPERS],
        back_to=back,
        place="today",
        **({"slot": None} | more),
    )


def _labels(orders: Sequence[OrderRow]) -> list[OrderLabel]:
    actor, _cooperative_id = clerk()
    contacts = contacts_of(db.session(), orders, actor, days.now())
    names = {number: first_name(contact.name) for number, contact in contacts.items()}
    return [
        OrderLabel(order, names.get(order.number, ""), qr_svg(order.number), _length(len(order.lines)))
        for order in orders
    ]


def _length(lines: int) -> str:
    return next((name for most, name in _LENGTHS if lines <= most), _LONGEST)
