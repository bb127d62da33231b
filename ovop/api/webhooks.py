"""Where card providers tell that something happened."""

from __future__ import annotations

import logging

from flask import Blueprint, Flask, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from ovop.db import write
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.ordering.watching import take_notice
from ovop.payment.providers.stripe_events import read_delivery
from ovop.payment.rules import Method
from ovop.web.security import csrf

log = logging.getLogger(__name__)

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


class NotSetUp(NotFound):
    """This market has no account with the provider, or no secret to know its deliveries by."""

    problem = "not-set-up"


def register(app: Flask) -> None:
    """Adds the addresses that providers call to `app`."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)


@blueprint.post("/stripe")
def stripe() -> ResponseReturnValue:
    """A signed event is on record before it is answered for; what it was about is looked up afterwards."""
    settings = current_app.config["OVOP"]
    if not settings.stripe_secret_key or not settings.stripe_webhook_secret:
        raise NotSetUp()
    news = read_delivery(
        request.get_data(),
        request.headers.get("Stripe-Signature", ""),
        secret=settings.stripe_webhook_secret,
        secret_key=settings.stripe_secret_key,
    )
    if news is not None and not write(take_notice, Method.STRIPE, news, days.now()):
        log.info("card provider's notice taken before", extra={"notice": news.id, "kind": news.kind})
    return jsonify(received=True)
