"""The same calls to the tests' own Stripe and to localstripe, an independent imitation of it.

localstripe plays PaymentIntents without Checkout, disputes, Connect and idempotency, and refuses with less detail: what
both can do is compared here by status.  It is GPL and runs as a process of its own; without it the tests of it are
skipped.  It writes no file and listens on the loopback alone, which by itself it would not.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from tests.running import PATIENCE, free_port
from tests.stripe_server import cards, client, refusal_of, serve

RUN = """
import sys
from aiohttp import web
from localstripe import resources, server
resources.Store.dump_to_disk = lambda store: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    """The address of a localstripe in which nothing has happened."""
    if importlib.util.find_spec("localstripe") is None:
        pytest.skip("localstripe is not installed")
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", RUN, str(port)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE):
                return
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("localstripe does not answer")


@pytest.fixture(params=["own", "localstripe"])
def api(request: pytest.FixtureRequest) -> Iterator[stripe.StripeClient]:
    """The official library before the one and before the other."""
    if request.param == "own":
        with serve() as server:
            server.top_up(1_000_000)  # so that no refund waits for money: the other knows no balance
            yield client(server)
        return
    address = request.getfixturevalue("other")
    yield stripe.StripeClient("sk_test_other", base_addresses={"api": address}, max_network_retries=0)


def method(api: Any, card: cards.Card = cards.VISA) -> str:
    """A PaymentMethod of that card."""
    told = {"number": card.number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    return str(api.v1.payment_methods.create({"type": "card", "card": told}).id)


def authorised(api: Any, card: cards.Card = cards.VISA, **more: Any) -> Any:
    """An intent of Rp100,000 whose capture waits."""
    asked = {"amount": 10_000_000, "currency": "idr", "payment_method": method(api, card), "confirm": True}
    return api.v1.payment_intents.create(asked | {"capture_method": "manual"} | more)


def charge_of(api: Any, intent: Any) -> Any:
    return api.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}).latest_charge


def test_an_authorisation_waits_for_its_capture(api):
    intent = authorised(api, metadata={"payment": "P1"})
    assert (intent.status, intent.amount, intent.currency) == ("requires_capture", 10_000_000, "idr")
    assert intent.metadata["payment"] == "P1"
    charge = charge_of(api, intent)
    assert (charge.status, charge.captured, charge.amount) == ("succeeded", False, 10_000_000)


def test_a_card_may_be_known_before_it_is_tried(api):
    intent = authorised(api, confirm=False)
    assert (intent.status, intent.latest_charge) == ("requires_confirmation", None)
    assert api.v1.payment_intents.confirm(intent.id).status == "requires_capture"


def test_without_manual_capture_a_payment_succeeds_at_once(api):
    intent = authorised(api, capture_method="automatic")
    assert intent.status == "succeeded"
    assert charge_of(api, intent).captured


@pytest.mark.parametrize("amount", [10_000_000, 8_000_000, 1])
def test_all_or_a_part_is_captured_once(api, amount):
    intent = authorised(api)
    assert api.v1.payment_intents.capture(intent.id, {"amount_to_capture": amount}).status == "succeeded"
    assert charge_of(api, intent).captured
    assert refusal_of(lambda: api.v1.payment_intents.capture(intent.id))[0] == 400


def test_no_more_is_captured_than_was_authorised(api):
    intent = authorised(api)
    assert refusal_of(lambda: api.v1.payment_intents.capture(intent.id, {"amount_to_capture": 10_000_001}))[0] == 400
    assert api.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


def test_an_authorisation_is_cancelled_once(api):
    intent = authorised(api)
    assert api.v1.payment_intents.cancel(intent.id).status == "canceled"
    assert refusal_of(lambda: api.v1.payment_intents.cancel(intent.id))[0] == 400


def test_what_was_captured_is_not_cancelled(api):
    intent = authorised(api)
    api.v1.payment_intents.capture(intent.id)
    assert refusal_of(lambda: api.v1.payment_intents.cancel(intent.id))[0] == 400


def test_refunds_in_parts_add_up(api):
    intent = authorised(api)
    api.v1.payment_intents.capture(intent.id)
    first = api.v1.refunds.create({"payment_intent": intent.id, "amount": 1_000_000, "metadata": {"step": "1"}})
    assert (first.status, first.amount, first.metadata["step"]) == ("succeeded", 1_000_000, "1")
    assert (charge_of(api, intent).amount_refunded, charge_of(api, intent).refunded) == (1_000_000, False)
    second = api.v1.refunds.create({"charge": charge_of(api, intent).id, "amount": 9_000_000})
    assert charge_of(api, intent).refunded
    listed = api.v1.refunds.list({"payment_intent": intent.id})
    assert {refund.id for refund in listed} == {first.id, second.id}


def test_a_declined_card_is_a_402_and_nothing_is_paid(api):
    refused = refusal_of(lambda: authorised(api, cards.AFTERWARDS, metadata={"payment": "declined"}))
    assert (refused[0], refused[2]) == (402, "card_declined")
    listed = api.v1.payment_intents.list({"limit": 100})
    (intent,) = [row for row in listed if row.metadata.to_dict() == {"payment": "declined"}]
    assert intent.status == "requires_payment_method"
    assert refusal_of(lambda: api.v1.refunds.create({"payment_intent": intent.id}))[0] == 400


def test_unknown_names_and_parameters_are_refused(api):
    assert refusal_of(lambda: api.v1.payment_intents.retrieve("pi_none"))[0] == 404
    assert refusal_of(lambda: authorised(api, surprise="fish"))[0] == 400
    assert refusal_of(lambda: api.v1.payment_intents.create({"currency": "idr"}))[0] == 400
    assert refusal_of(lambda: api.v1.refunds.create({"amount": 1_000_000}))[0] == 400


def test_where_the_two_differ(other):
    """localstripe keeps shapes from before 2025-03-31, and less strict; ours follows what Stripe publishes now."""
    theirs = stripe.StripeClient("sk_test_other", base_addresses={"api": other}, max_network_retries=0)
    intent = authorised(theirs)
    theirs.v1.payment_intents.capture(intent.id, {"amount_to_capture": 8_000_000})
    assert charge_of(theirs, intent).amount_refunded == 2_000_000  # what was let go counted as a refund then
    assert theirs.v1.refunds.create({"payment_intent": intent.id}).amount == 10_000_000  # more than was captured
    one, two = (authorised(theirs) for _ in range(2))
    asked = [theirs.v1.payment_intents.cancel(name.id, {}, {"idempotency_key": "K"}) for name in (one, two)]
    assert [seen.status for seen in asked] == ["canceled", "canceled"]  # it knows no idempotency keys
