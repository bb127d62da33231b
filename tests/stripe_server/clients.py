"""The official library before this server, and what tests ask with it."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import stripe

from .control import Server


def client(server: Server, secret: str = "", retries: int = 0) -> stripe.StripeClient:
    """The library as the market uses it; other keys and retries for tests of those."""
    return stripe.StripeClient(secret or server.secret, base_addresses={"api": server.url}, max_network_retries=retries)


def basket(rupiah: int = 100_000, **more: Any) -> dict[str, Any]:
    """Parameters of a Checkout Session that authorises that much, to be captured later."""
    price = {"currency": "idr", "unit_amount": rupiah * 100, "product_data": {"name": "Bandeng"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_intent_data": {"capture_method": "manual", "metadata": {"payment": "P1"}},
        "success_url": "http://market.test/kembali?s={CHECKOUT_SESSION_ID}",
        **more,
    }


def refusal_of(ask: Any) -> tuple[int | None, str | None, str | None, str | None]:
    """(status, type, code, param) of the error that a call raises.  Raises: AssertionError where it raises none."""
    try:
        ask()
    except stripe.StripeError as error:
        body: Any = error.json_body or {}
        told = body.get("error", {})
        return error.http_status, told.get("type"), told.get("code"), told.get("param")
    raise AssertionError("it was not refused")


class Stay(urllib.request.HTTPRedirectHandler):
    """A browser that does not follow where it is sent."""

    def redirect_request(self, *_: Any) -> None:
        return None


def visit(address: str, **form: str) -> tuple[str, str]:
    """(where one ends up, what is written there) after opening a page of Stripe's or sending its form."""
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.build_opener(Stay).open(address, data, timeout=10) as answer:
            return address, answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.headers.get("Location", address), answer.read().decode()
