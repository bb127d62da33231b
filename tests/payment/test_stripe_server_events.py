"""The tests' own Stripe: what it tells of what happened, and how it delivers that."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.stripe_server import WEBHOOK_SECRET, basket, cards, refusal_of


def told(server: Any) -> list[str]:
    return [event.type for event in server.events()]


@pytest.fixture
def intent(server: Any, api: Any) -> str:
    """A payment of Rp100,000 that is authorised."""
    session = api.v1.checkout.sessions.create(basket())
    server.pay(session.id)
    return str(server.book(session.id).intent)


AUTHORISED = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.amount_capturable_updated",
    "checkout.session.completed",
]


def test_an_authorisation_its_capture_and_a_refund_are_told(server, api, intent):
    assert told(server) == AUTHORISED
    api.v1.payment_intents.capture(intent)
    assert told(server)[4:] == ["charge.captured", "payment_intent.succeeded"]
    api.v1.refunds.create({"payment_intent": intent, "amount": 1_000_000})
    assert told(server)[6:] == ["refund.created", "charge.refunded"]
    last = server.events()[-1].shown()["data"]
    assert (last["object"]["amount_refunded"], last["previous_attributes"]) == (1_000_000, {"amount_refunded": 0})


def test_a_payment_that_is_captured_at_once_has_succeeded(server, api):
    session = api.v1.checkout.sessions.create(basket(payment_intent_data={"capture_method": "automatic"}))
    server.pay(session.id)
    assert told(server)[1:] == ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
    assert server.events("checkout.session.completed")[0].object["payment_status"] == "paid"


def test_a_decline_and_an_expiry_are_told(server, api):
    session = api.v1.checkout.sessions.create(basket())
    server.pay(session.id, cards.DECLINED)
    assert told(server)[1:] == ["charge.failed", "payment_intent.payment_failed"]
    api.v1.checkout.sessions.expire(session.id)
    assert told(server)[3:] == ["payment_intent.canceled", "checkout.session.expired"]


def test_disputes_are_told(server, api, intent):
    api.v1.payment_intents.capture(intent)
    seen = len(told(server))
    server.lose(server.dispute(intent, 30_000))
    assert told(server)[seen:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
    ]
    server.win(server.dispute(intent, 20_000))
    assert told(server)[seen + 3 :] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]
    assert server.book(intent).disputed == 30_000


def test_an_event_shows_its_object_as_it_was_then(server, api, intent):
    api.v1.payment_intents.capture(intent)
    then = server.events("payment_intent.amount_capturable_updated")[0]
    assert api.v1.events.retrieve(then.id).data.object.status == "requires_capture"


def test_an_event_names_the_request_it_came_of(server, api, intent):
    answer = api.v1.payment_intents.capture(intent, {}, {"idempotency_key": "K"})
    event = api.v1.events.retrieve(server.events("charge.captured")[0].id)
    assert event.request.to_dict() == {"id": answer.last_response.request_id, "idempotency_key": "K"}
    assert api.v1.events.retrieve(server.events("charge.succeeded")[0].id).request.id is None


def test_what_stripe_ends_by_itself_is_told_as_of_its_moment(server, api, intent):
    open_until = api.v1.checkout.sessions.create(basket()).expires_at
    server.advance(timedelta(days=30))
    ended = [(event.type, event.created) for event in server.events()[4:]]
    lapsed = open_until - 24 * 3600 + 7 * 24 * 3600
    assert ended == [
        ("checkout.session.expired", open_until),
        ("charge.expired", lapsed),
        ("payment_intent.canceled", lapsed),
    ]
    assert api.v1.payment_intents.retrieve(intent).canceled_at == lapsed


def test_events_are_listed_by_type_and_time(server, api, intent, clock):
    clock.forward(minutes=1)
    api.v1.payment_intents.capture(intent)
    assert [row.type for row in api.v1.events.list({"type": "charge.captured"})] == ["charge.captured"]
    both = api.v1.events.list({"types": ["charge.captured", "charge.succeeded"]})
    assert [row.type for row in both] == ["charge.captured", "charge.succeeded"]
    recent = api.v1.events.list({"created": {"gt": int(clock.now.timestamp()) - 60}})
    assert [row.type for row in recent] == ["payment_intent.succeeded", "charge.captured"]
    assert refusal_of(lambda: api.v1.events.list({"type": "a", "types": ["b"]}))[3] == "types"


def test_a_delivery_satisfies_the_library(server, intent):
    event = server.events("checkout.session.completed")[0]
    body, headers = server.signed(event, at=datetime.now(UTC))
    read = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], WEBHOOK_SECRET)
    assert (read.id, read.data.object.payment_intent) == (event.id, intent)


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "whsec_another"},
        {"at": datetime.now(UTC) - timedelta(minutes=6)},
    ],
)
def test_a_foreign_signature_and_an_old_one_do_not(server, intent, how):
    body, headers = server.signed(server.events()[0], **{"at": datetime.now(UTC)} | how)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, headers["Stripe-Signature"], WEBHOOK_SECRET)


def test_a_body_that_was_changed_does_not_either(server, intent):
    body, headers = server.signed(server.events()[0], at=datetime.now(UTC))
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", headers["Stripe-Signature"], WEBHOOK_SECRET)


def test_a_delivery_may_be_of_another_account_or_of_live_mode(server, intent):
    event = server.events()[0]
    plain = json.loads(server.signed(event)[0])
    assert ("account" in plain, plain["livemode"]) == (False, False)
    changed = json.loads(server.signed(event, account="acct_foreign", livemode=True)[0])
    assert (changed["account"], changed["livemode"]) == ("acct_foreign", True)


def test_deliveries_come_in_any_order_and_some_twice(server, intent):
    heard: list[str] = []

    def endpoint(body: bytes, headers: dict[str, str]) -> int:
        heard.append(json.loads(body)["id"])
        return 200

    sent = [event.id for event in server.events()]
    statuses = server.deliver_mixed(server.events(), endpoint, seed=3, twice=0.5)
    assert set(heard) == set(sent)
    assert len(heard) > len(sent)
    assert heard != sorted(heard, key=sent.index)
    assert statuses == [200] * len(heard)


def test_a_delivery_goes_to_an_address(server, intent):
    heard: list[bytes] = []

    @Request.application
    def endpoint(request: Request) -> Response:
        heard.append(request.get_data())
        return Response(status=200 if request.headers["Stripe-Signature"] else 400)

    there = make_server("127.0.0.1", 0, endpoint)
    one = threading.Thread(target=there.handle_request)
    one.start()
    event = server.events()[0]
    assert server.deliver(event, f"http://127.0.0.1:{there.server_port}/webhooks/stripe") == 200
    one.join()
    there.server_close()
    assert json.loads(heard[0])["id"] == event.id
