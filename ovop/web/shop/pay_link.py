"""A link that leads whoever holds it to where a checkout is paid by card: what the API answers with.

The payment's id is chance enough that only those who were given the link can know it, so nobody has to sign in.
"""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import Unavailable
from ovop.ordering import flows
from ovop.ordering.dues import get_payer
from ovop.ordering.errors import WrongStatus
from ovop.payment.errors import ProviderAway
from ovop.web.language import current_language, public_origin, site_root
from ovop.web.shop.area import blueprint


@blueprint.get("/bayar/<payment_id>")
def pay_link(payment_id: str) -> ResponseReturnValue:
    """On to the provider's page while the checkout can be paid, else to what became of it."""
    payer = get_payer(db.session(), payment_id)
    here = url_for("shop.checkout", checkout_id=payer.checkout_id)
    back_to = public_origin() + here.removeprefix(site_root())
    try:
        buyer = Actor(payer.buyer_id, Role.BUYER)
        address = flows.begin_payment(payer.checkout_id, buyer, days.now(), back_to, current_language())
    except WrongStatus:
        return redirect(here)
    except ProviderAway as error:
        raise Unavailable(retry_after=60) from error
    return redirect(request.script_root + address if address.startswith("/") else address)
