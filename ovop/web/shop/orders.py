"""A buyer's orders: the list, each order's page from payment to pickup, its calendar entry, and the way out of it."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.queries import CooperativeRow, get_cooperative
from ovop.complaints.queries import find_complaint
from ovop.complaints.rows import ComplaintRow
from ovop.complaints.rules import may_complain_until
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.ordering import card_flows
from ovop.ordering.dues import was_paid
from ovop.ordering.errors import WrongStatus
from ovop.ordering.offers import offers
from ovop.ordering.operations import cancel_order
from ovop.ordering.queries import get_checkout, get_order, list_orders, ready_together
from ovop.ordering.rows import CheckoutRow, LineRow, OrderRow
from ovop.ordering.rules import OPEN, CheckoutStatus, OrderStatus
from ovop.ordering.slip import write_slip
from ovop.ordering.slot_changes import slot_changes_of, way_of
from ovop.ordering.slot_choices import can_change_slot
from ovop.payment.rules import PaymentStatus
from ovop.pickup.queries import get_slot
from ovop.reviews.queries import own_reviews
from ovop.stock.queries import recalled_of
from ovop.web import refusals
from ovop.web.access import requires, signed_in
from ovop.web.account.area import private
from ovop.web.calendar import calendar_entry
from ovop.web.formats import rupiah
from ovop.web.language import gettext as _
from ovop.web.qr import qr_png, qr_svg
from ovop.web.scans import find_scan
from ovop.web.shop.area import blueprint
from ovop.web.shop.pickup_codes import WITH_CODE, made_with
from ovop.web.shop.point_map import map_around
from ovop.web.shop.steps import steps_of

PER_PAGE = 12
LONGEST_REASON = 200


#: States in which what a harvest left of an order is news; later the scale has spoken.
_BEFORE_THE_SCALE = (OrderStatus.AWAITING_PAYMENT, OrderStatus.CONFIRMED)


@blueprint.get("/pesanan")
@requires(Role.BUYER)
def orders() -> ResponseReturnValue:
    """The buyer's orders, newest first."""
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    found = list_orders(db.session(), signed_in(), days.now(), page=page, per_page=PER_PAGE)
    lots = offers(db.session(), {line.catch for order in found.items for line in order.lines}, days.now())
    return private(render_template("shop/orders.html", found=found, lots=lots, open_statuses=OPEN))


@blueprint.get("/pesanan/belanja/<checkout_id>")
@requires(Role.BUYER)
def checkout(checkout_id: str) -> ResponseReturnValue:
    """What a basket has become: straight to the order when it is one that needs nothing more, else all of them."""
    found = get_checkout(db.session(), checkout_id, signed_in(), days.now())
    if "back" in request.args and found.method.is_card:
        return _back_from_paying(found)
    if len(found.orders) == 1:
        return redirect(url_for("shop.order", number=found.orders[0].number))
    is_paid_late = found.status is CheckoutStatus.EXPIRED and was_paid(db.session(), found.orders[0].payment_id)
    return private(render_template("shop/checkout.html", checkout=found, is_paid_late=is_paid_late))


def _back_from_paying(found: CheckoutRow) -> ResponseReturnValue:
    """The provider's page was left: what happened there is asked now, and said, so that nobody thinks money is lost."""
    if found.status in (CheckoutStatus.AWAITING_PAYMENT, CheckoutStatus.EXPIRED):
        card_flows.refresh_for_page(found.orders[0].payment_id, days.now())
        found = get_checkout(db.session(), found.id, signed_in(), days.now())
    match found.status:
        case CheckoutStatus.CONFIRMED:
            held = rupiah(found.maximum)
            flash(
                _("Pembayaranmu berhasil. Paling banyak %(held)s ditahan, dan ditagih sesuai timbangan.", held=held),
                "good",
            )
        case CheckoutStatus.AWAITING_PAYMENT if request.args["back"] == "paid":
            flash(_("Pembayaranmu sedang dipastikan. Biasanya kurang dari satu menit; halaman ini boleh ditutup."))
        case CheckoutStatus.AWAITING_PAYMENT if found.payment_status is not PaymentStatus.FAILED:
            flash(_("Belum ada yang dibayar. Barang dan tempatmu masih ditahan untukmu."))
    here = url_for("shop.checkout", checkout_id=found.id)
    return redirect(url_for("shop.order", number=found.orders[0].number) if len(found.orders) == 1 else here)


@blueprint.get("/pesanan/<number>")
@requires(Role.BUYER)
def order(number: str) -> ResponseReturnValue:
    """The order: where it stands, what comes next, the code, the place, what was weighed and what is due."""
    return _order_page(get_order(db.session(), number, signed_in(), days.now()))


@blueprint.get("/pesanan/<number>/jadwal.ics")
@requires(Role.BUYER)
def calendar(number: str) -> ResponseReturnValue:
    """The pickup as a calendar entry."""
    found = get_order(db.session(), number, signed_in(), days.now())
    changes = len(slot_changes_of(db.session(), number))
    response = Response(calendar_entry(found, days.now(), changes=changes), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.number}.ics"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/pesanan/<number>/qris.png")
@requires(Role.BUYER)
def qris_picture(number: str) -> ResponseReturnValue:
    """The co-operative's QRIS for this order as a picture to keep: banks' apps read it from the gallery."""
    found = get_order(db.session(), number, signed_in(), days.now())
    scan = find_scan(found, get_cooperative(db.session(), found.cooperative_id).qris_payload)
    if scan is None:
        raise WrongStatus(found.status)
    response = Response(qr_png(scan.code.payload), mimetype="image/png")
    response.headers["Content-Disposition"] = f'attachment; filename="qris-{found.number}-{scan.code.amount}.png"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/pesanan/<number>/batal")
@requires(Role.BUYER)
def cancel(number: str) -> ResponseReturnValue:
    """The order is cancelled; pressed twice it stays so."""
    actor = signed_in()
    found = get_order(db.session(), number, actor, days.now())
    reason = " ".join(request.form.get("reason", "").split())
    try:
        if len(reason) > LONGEST_REASON:
            raise Invalid({"reason": "too-long"})
        write(cancel_order, number, actor, days.now(), reason)
    except Invalid as error:
        return _order_page(found, refusals.field_errors(error), error.status)
    except WrongStatus:
        if get_order(db.session(), number, actor, days.now()).status is not OrderStatus.CANCELLED:
            raise
    else:
        flash(_("Pesananmu sudah dibatalkan."), "good")
    return redirect(url_for("shop.order", number=number))


def _order_page(found: OrderRow, errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    seller = get_cooperative(db.session(), found.cooperative_id)
    has_code = found.status in WITH_CODE
    page = render_template(
        "shop/order.html",
        order=found,
        seller=seller,
        lots=offers(db.session(), [line.catch for line in found.lines], days.now()),
        steps=steps_of(found),
        slip=qr_svg(write_slip(found.number, found.pickup_code)) if has_code else None,
        scan=find_scan(found, seller.qris_payload),
        is_paid_late=found.status is OrderStatus.EXPIRED
        and found.method.is_card
        and was_paid(db.session(), found.payment_id),
        together=_together(found),
        complaint=_complaint(found),
        complain_until=_complain_until(found),
        is_short=found.status is OrderStatus.READY and any(map(_is_short, found.lines)),
        is_cut=found.status in _BEFORE_THE_SCALE and any(line.allotted is not None for line in found.lines),
        expected=sum(line.expected for line in found.lines),
        made_with=made_with(),
        can_cancel=found.status in OPEN,
        can_change_slot=_can_change_slot(found),
        around=map_around(found.pickup.latitude, found.pickup.longitude),
        reviews=own_reviews(db.session(), found.number, signed_in(), days.now()),
        way=way_of(db.session(), found),
        recalled=recalled_of(db.session(), [line.catch for line in found.lines]),
        whatsapp=_whatsapp(found, seller),
        errors=errors or {},
        typed=request.form,
    )
    response = private(page, status)
    if status == HTTPStatus.OK and request.method == "GET":
        response.add_etag(weak=True)  # whoever watches it asks for news, not for the page
        response.make_conditional(request)
    return response


def _can_change_slot(found: OrderRow) -> bool:
    slot = get_slot(db.session(), found.pickup.slot_id)
    return can_change_slot(slot, found.status, days.now())


def _complaint(found: OrderRow) -> ComplaintRow | None:
    is_collected = found.status is OrderStatus.COLLECTED
    return find_complaint(db.session(), found.number, signed_in(), days.now()) if is_collected else None


def _complain_until(found: OrderRow) -> datetime | None:
    """Until when a complaint is taken; none before the handover and when that is over."""
    until = may_complain_until(found.collected_at) if found.collected_at else None
    return until if until is not None and days.now() <= until else None


def _together(found: OrderRow) -> list[OrderRow]:
    """What can be taken along with an order that is ready, itself among it; nothing where it is alone."""
    if found.status is not OrderStatus.READY:
        return []
    ready = ready_together(db.session(), found, signed_in(), days.now())
    return ready if len(ready) > 1 else []


def _is_short(line: LineRow) -> bool:
    """Whether the buyer was told that much less came than ordered.  Source: contract, Weighing."""
    return line.final_quantity is not None and line.final_quantity * 10 < line.quantity * 9


def _whatsapp(found: OrderRow, seller: CooperativeRow) -> str | None:
    """A chat with the co-operative that begins with the order's number."""
    if seller.phone is None:
        return None
    words = _("Halo, saya mau bertanya tentang pesanan %(number)s.", number=found.number)
    return f"https://wa.me/{seller.phone.lstrip('+')}?text={quote(words)}"
