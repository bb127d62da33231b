"""Paying at the demo provider: what its page does in the place of a card holder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel.errors import NotFound
from ovop.kernel.ids import new_id
from ovop.ordering import flows
from ovop.ordering.dues import get_payer
from ovop.ordering.errors import WrongStatus
from ovop.ordering.queries import get_checkout
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.rules import CheckoutStatus
from ovop.payment.errors import ProviderRefused
from ovop.payment.providers import demo
from ovop.payment.rules import EventKind, Method


def checkout_of(session: Session, payment_id: str, now: datetime) -> CheckoutRow:
    """What a demo payment is for, as its buyer reads it: whoever holds the payment's id may pay.  Raises: NotFound."""
    payer = get_payer(session, payment_id)
    checkout = get_checkout(session, payer.checkout_id, Actor(payer.buyer_id, Role.BUYER), now)
    if checkout.method is not Method.DEMO:
        raise NotFound()
    return checkout


def accept_card(payment_id: str, now: datetime) -> CheckoutRow:
    """The demo card is charged, and the market has been told; pressed twice, or told before, nothing more happens.

    Raises: NotFound, WrongStatus when the payment was let go.
    """
    checkout = checkout_of(db.session(), payment_id, now)
    reference = demo.open_charge(payment_id, checkout.maximum)
    try:
        amount = write(demo.pay, reference)
    except ProviderRefused:
        amount = demo.DemoProvider().look(reference).authorised
        if not amount:
            raise WrongStatus(checkout.status) from None
    flows.apply_payment_event(payment_id, EventKind.AUTHORISED, amount, f"{reference}:authorised", now)
    return checkout


def decline_card(payment_id: str, now: datetime) -> CheckoutRow:
    """The demo card is refused; another try is possible while the checkout waits.  Raises: NotFound, WrongStatus."""
    checkout = checkout_of(db.session(), payment_id, now)
    if checkout.status is not CheckoutStatus.AWAITING_PAYMENT:
        raise WrongStatus(checkout.status)
    key = f"demo_{payment_id}:declined:{new_id(now)}"
    flows.apply_payment_event(payment_id, EventKind.DECLINED, 0, key, now)
    return checkout
