"""The tests' own Stripe: the same asked twice, and calls that fail on the way."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import stripe

from tests.stripe_server import Fault, basket, client, refusal_of

CAPTURE = "POST /v1/payment_intents/*/capture"


@pytest.fixture
def intent(server: Any, api: Any) -> str:
    """A payment of Rp100,000 that is authorised."""
    session = api.v1.checkout.sessions.create(basket())
    server.pay(session.id)
    return str(server.book(session.id).intent)


def with_key(key: str) -> dict[str, str]:
    return {"idempotency_key": key}


def test_the_same_key_and_request_give_the_first_answer_again(server, api, intent):
    api.v1.payment_intents.capture(intent, {}, with_key("capture"))
    asked = {"payment_intent": intent, "amount": 1_000_000}
    one, two = (api.v1.refunds.create(asked, with_key("refund")) for _ in range(2))
    assert one.id == two.id
    assert "Idempotent-Replayed" not in one.last_response.headers
    assert two.last_response.headers["Idempotent-Replayed"] == "true"
    assert api.v1.refunds.create(asked, with_key("another")).id != one.id
    assert server.book(intent).refunded == 20_000


def test_a_key_is_for_one_request_alone(api, intent):
    api.v1.payment_intents.capture(intent, {"amount_to_capture": 8_000_000}, with_key("K"))
    others = [
        lambda: api.v1.payment_intents.capture(intent, {"amount_to_capture": 7_000_000}, with_key("K")),
        lambda: api.v1.payment_intents.cancel(intent, {}, with_key("K")),
    ]
    for other in others:
        assert refusal_of(other)[:2] == (400, "idempotency_error")


def test_a_refusal_of_the_endpoint_is_kept_and_one_of_its_parameters_is_not(api, intent):
    asked = {"payment_intent": intent, "amount": 1_000_000}
    assert refusal_of(lambda: api.v1.refunds.create(asked, with_key("kept")))[2] == "charge_not_refundable"
    api.v1.payment_intents.capture(intent)
    assert refusal_of(lambda: api.v1.refunds.create(asked, with_key("kept")))[2] == "charge_not_refundable"
    assert refusal_of(lambda: api.v1.refunds.create(asked | {"fish": 1}, with_key("free")))[2] == "parameter_unknown"
    assert api.v1.refunds.create(asked, with_key("free")).amount == 1_000_000


def test_a_key_is_forgotten_after_a_day(server, api, intent):
    api.v1.payment_intents.capture(intent)
    asked = {"payment_intent": intent, "amount": 1_000_000}
    first = api.v1.refunds.create(asked, with_key("K"))
    server.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert api.v1.refunds.create(asked, with_key("K")).id == first.id
    server.advance(timedelta(seconds=1))
    assert api.v1.refunds.create(asked, with_key("K")).id != first.id


def test_a_key_in_use_is_a_conflict(server, api, intent):
    server.fail_next(CAPTURE, Fault.SLOW, seconds=0.3)
    slow = threading.Thread(target=lambda: client(server).v1.payment_intents.capture(intent, {}, with_key("K")))
    slow.start()
    while not server.app.api.keys.is_busy("K"):
        pass
    refused = refusal_of(lambda: api.v1.payment_intents.capture(intent, {}, with_key("K")))
    assert refused == (409, "idempotency_error", "idempotency_key_in_use", None)
    slow.join()
    assert api.v1.payment_intents.capture(intent, {}, with_key("K")).status == "succeeded"


def test_a_key_has_255_characters_at_most(api, intent):
    assert refusal_of(lambda: api.v1.payment_intents.capture(intent, {}, with_key("x" * 256)))[0] == 400
    assert api.v1.payment_intents.capture(intent, {}, with_key("x" * 255)).status == "succeeded"


@pytest.mark.parametrize(
    ("fault", "status", "is_done", "is_kept"),
    [
        (Fault.REFUSED, None, False, False),
        (Fault.STALLED, None, False, False),
        (Fault.LOST, None, True, True),
        (Fault.BROKEN, 500, False, True),
        (Fault.BROKEN_AFTER, 500, True, True),
        (Fault.AWAY, 503, False, False),
        (Fault.RATE_LIMITED, 429, False, False),
    ],
)
def test_a_call_fails_as_it_is_told_to(server, api, intent, fault, status, is_done, is_kept):
    server.fail_next(CAPTURE, fault, seconds=0.01)
    assert refusal_of(lambda: api.v1.payment_intents.capture(intent, {}, with_key("K")))[0] == status
    assert (server.book(intent).captured == 100_000) is is_done
    if status == 500:  # kept under its key: the same again, acted or not
        assert refusal_of(lambda: api.v1.payment_intents.capture(intent, {}, with_key("K")))[0] == 500
        return
    again = api.v1.payment_intents.capture(intent, {}, with_key("K"))
    assert again.status == "succeeded"
    assert ("Idempotent-Replayed" in again.last_response.headers) is is_kept
    assert server.book(intent).captured == 100_000


def test_a_limit_says_when_to_come_again(server, api):
    server.fail_next("GET /v1/balance", Fault.RATE_LIMITED)
    with pytest.raises(stripe.RateLimitError) as limited:
        api.v1.balance.retrieve()
    assert (limited.value.headers["Retry-After"], limited.value.error.code) == ("1", "rate_limit")


def test_a_client_that_waits_less_has_its_time_out_and_stripe_acts_all_the_same(server, intent):
    hasty = stripe.StripeClient(
        server.secret,
        base_addresses={"api": server.url},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=0.05),
    )
    server.fail_next(CAPTURE, Fault.SLOW, seconds=0.15)
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.payment_intents.capture(intent, {}, with_key("K"))
    while not server.calls(f"POST /v1/payment_intents/{intent}/capture"):
        pass
    assert server.book(intent).captured == 100_000


def test_a_stalled_call_outlasts_its_client_and_never_acts(server, api, intent):
    hasty = stripe.StripeClient(
        server.secret,
        base_addresses={"api": server.url},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=0.05),
    )
    server.fail_next(CAPTURE, Fault.STALLED, seconds=0.15)
    with pytest.raises(stripe.APIConnectionError):
        hasty.v1.payment_intents.capture(intent)
    while not server.calls(f"POST /v1/payment_intents/{intent}/capture"):
        pass
    assert api.v1.payment_intents.retrieve(intent).status == "requires_capture"


def test_while_it_is_down_connections_are_refused_and_nothing_is_forgotten(server, api, intent):
    with server.down(), pytest.raises(stripe.APIConnectionError):
        api.v1.payment_intents.retrieve(intent)
    assert api.v1.payment_intents.retrieve(intent).status == "requires_capture"


def test_the_library_finds_the_answer_that_was_lost(server, intent, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    server.fail_next(CAPTURE, Fault.LOST)
    patient = client(server, retries=1)
    assert patient.v1.payment_intents.capture(intent).status == "succeeded"
    calls = server.calls(f"POST /v1/payment_intents/{intent}/capture")
    assert [seen.status for seen in calls] == [None, 200]
    assert calls[0].key == calls[1].key


def test_moods_repeat_with_their_seed(server, api):
    def week() -> list[tuple[Any, ...]]:
        server.mood(7, lost=0.2, rate_limited=0.2, broken=0.1, refused=0.1)
        heard = []
        for _ in range(30):
            try:
                api.v1.balance.retrieve()
                heard.append((200,))
            except stripe.StripeError as error:
                heard.append((error.http_status,))
        server.calm()
        return heard

    first = week()
    assert first == week()
    assert {status for (status,) in first} == {200, 429, 500, None}


def test_the_log_knows_every_request(server, api, intent):
    api.v1.payment_intents.capture(intent, {"amount_to_capture": 8_000_000}, with_key("K"))
    seen = server.calls()[-1]
    assert (seen.call, seen.key, seen.status) == (f"POST /v1/payment_intents/{intent}/capture", "K", 200)
    assert seen.parameters == {"amount_to_capture": "8000000"}
