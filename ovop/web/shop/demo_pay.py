"""The demo provider's page: plays the card form that a real provider would show, and never asks for a real card.

As at a real provider nobody signs in here: the payment's id is chance enough, and only its buyer was given it.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.ordering import demo
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.rules import CheckoutStatus
from ovop.web.account.area import private
from ovop.web.language import gettext as _
from ovop.web.shop.area import blueprint


@blueprint.get("/demo-bayar/<payment_id>")
def demo_card(payment_id: str) -> ResponseReturnValue:
    """The card form; where nothing is waited for any more, the checkout's own page."""
    checkout = demo.checkout_of(db.session(), payment_id, days.now())
    if checkout.status is not CheckoutStatus.AWAITING_PAYMENT:
        return redirect(_back(checkout))
    return private(render_template("shop/demo_pay.html", checkout=checkout, payment_id=payment_id))


@blueprint.post("/demo-bayar/<payment_id>")
def answer_demo_card(payment_id: str) -> ResponseReturnValue:
    """The card was accepted or refused, and the buyer is back in the market."""
    now = days.now()
    match request.form.get("outcome"):
        case "pay":
            checkout = demo.accept_card(payment_id, now)
            flash(_("Pembayaran contoh berhasil. Tidak ada uang yang berpindah."), "good")
        case "decline":
            checkout = demo.decline_card(payment_id, now)
            flash(_("Kartu contoh ditolak. Coba lagi, atau biarkan saja sampai waktunya habis."), "warning")
        case _:
            raise Invalid({"outcome": "unknown"})
    return redirect(_back(checkout))


def _back(checkout: CheckoutRow) -> str:
    return url_for("shop.checkout", checkout_id=checkout.id)
