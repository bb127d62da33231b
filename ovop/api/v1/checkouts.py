"""Buying."""

from __future__ import annotations

from flask import Response

from ovop.accounts.models import Role
from ovop.api.v1.access import bearer, caller
from ovop.api.v1.addresses import pay_address
from ovop.api.v1.area import blueprint
from ovop.api.v1.repeats import require_key, told
from ovop.api.v1.schemas.checkouts import Checkout, CheckoutBody, checkout_of
from ovop.db import db
from ovop.kernel import days
from ovop.ordering import flows
from ovop.ordering.queries import get_checkout
from ovop.ordering.rows import CheckoutRow
from ovop.ordering.rules import CheckoutStatus


@blueprint.post("/checkouts")
@blueprint.auth_required(bearer, roles=[Role.BUYER])
@blueprint.input(CheckoutBody, arg_name="body")
@blueprint.output(Checkout, 201)
@blueprint.doc(
    responses={
        404: "A catch is not known.",
        409: "out-of-stock, not-on-sale, slot-full, slot-unsuitable, cash-not-allowed or payment-not-allowed.",
        422: "invalid, or key-reused: the Idempotency-Key was sent with another body.",
    }
)
def check_out(body: CheckoutBody) -> Response:
    """Order goods of one or several co-operatives, all or nothing.

    The `Idempotency-Key` header is required: the same key and body again gives the first answer again, with
    `Idempotent-Replayed: true`.
    """
    buyer, key = caller(), require_key()

    def word(row: CheckoutRow) -> str:
        return checkout_of(row, buyer, _pay_address(row)).model_dump_json()

    placed = flows.check_out(body.as_request(), buyer, key, days.now(), word)
    return told(placed.answer, placed.is_replay)


@blueprint.get("/checkouts/<checkout_id>")
@blueprint.auth_required(bearer, roles=[Role.BUYER, Role.COOPERATIVE, Role.OFFICE])
@blueprint.output(Checkout)
def show_checkout(checkout_id: str) -> Checkout:
    """A checkout, with those of its orders that are the caller's to see."""
    actor = caller()
    row = get_checkout(db.session(), checkout_id, actor, days.now())
    return checkout_of(row, actor, _pay_address(row) if actor.id == row.buyer_id else None)


def _pay_address(row: CheckoutRow) -> str | None:
    """Where the buyer pays by card; none when there is nothing to pay so."""
    if not row.method.is_card or row.status is not CheckoutStatus.AWAITING_PAYMENT:
        return None
    return pay_address(row.orders[0].payment_id)
