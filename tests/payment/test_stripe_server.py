"""The tests' own Stripe, asked by the official library over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from tests.stripe_server import Fault, Server, cards, serve


@pytest.fixture
def server() -> Iterator[Server]:
    with serve() as running:
        yield running


@pytest.fixture
def client(server: Server) -> stripe.StripeClient:
    return stripe.StripeClient(server.secret, base_addresses={"api": server.url}, max_network_retries=0)


def basket(rupiah: int = 100_000, **more: Any) -> dict[str, Any]:
    """Parameters of a session that authorises that much."""
    price = {"currency": "idr", "unit_amount": rupiah * 100, "product_data": {"name": "Bandeng"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_intent_data": {"capture_method": "manual", "metadata": {"payment": "P1"}},
        "success_url": "http://market.test/kembali?s={CHECKOUT_SESSION_ID}",
        **more,
    }


def test_a_payment_is_authorised_captured_once_and_refunded_in_parts(server, client):
    session = client.v1.checkout.sessions.create(basket())
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert server.pay(session.id) == "succeeded"
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    intent = session.payment_intent
    assert (session.status, intent.status, intent.amount_capturable) == ("complete", "requires_capture", 10_000_000)
    intent = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 8_000_000})
    assert (intent.status, intent.amount_received, intent.amount_capturable) == ("succeeded", 8_000_000, 0)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1_000_000})
    book = server.book(session.id)
    assert (book.authorised, book.captured, book.refunded) == (100_000, 80_000, 10_000)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.capture(intent.id)
    assert refusal.value.code == "payment_intent_unexpected_state"


def test_an_answer_lost_after_acting_is_given_again_under_its_key(server, client):
    session = client.v1.checkout.sessions.create(basket())
    server.pay(session.id, cards.MASTERCARD)
    intent = server.book(session.id).intent
    server.fail_next("POST /v1/payment_intents/*/capture", Fault.LOST)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.payment_intents.capture(intent, {}, {"idempotency_key": "once"})
    assert server.book(session.id).captured == 100_000
    again = client.v1.payment_intents.capture(intent, {}, {"idempotency_key": "once"})
    assert again.status == "succeeded"
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
