"""The tests' own Stripe: what it takes, from whom, and how it lists."""

from __future__ import annotations

import importlib
import re
import sys
import urllib.error
import urllib.request
from datetime import timedelta
from typing import Any

import pytest

from tests.stripe_server import basket, client, refusal_of
from tests.stripe_server.errors import StripeError
from tests.stripe_server.forms import Group, Kind, Removed, Several, nested
from tests.stripe_server.routes import CALLS


def test_another_key_is_turned_away(server):
    stranger = client(server, "sk_test_another")
    assert refusal_of(lambda: stranger.v1.events.list())[:2] == (401, "invalid_request_error")


def test_answers_name_their_request(api):
    first, second = api.v1.balance.retrieve(), api.v1.balance.retrieve()
    assert re.fullmatch(r"req_\w{14}", first.last_response.request_id)
    assert first.last_response.request_id != second.last_response.request_id


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"surprise": 1}, "parameter_unknown", "surprise"),
        ({"payment_intent_data": {"capture": "manual"}}, "parameter_unknown", "payment_intent_data[capture]"),
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        ({"mode": None}, "parameter_missing", "mode"),
        ({"success_url": ""}, "parameter_invalid_empty", "success_url"),
        ({"success_url": "/kembali"}, "url_invalid", "success_url"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"locale": "jv"}, None, "locale"),
        ({"client_reference_id": "x" * 201}, None, "client_reference_id"),
        ({"customer_email": "nobody"}, "email_invalid", "customer_email"),
        ({"metadata": {str(number): "x" for number in range(51)}}, None, "metadata"),
        ({"metadata": {"x" * 41: "x"}}, None, f"metadata[{'x' * 41}]"),
        ({"metadata": {"x": "x" * 501}}, None, "metadata[x]"),
        ({"line_items": [{"quantity": 1}]}, "parameter_missing", "line_items[0][price_data]"),
        ({"expand": ["payment_intent.nothing"]}, None, "expand"),
    ],
)
def test_a_parameter_that_can_not_be_is_named(api, change, code, param):
    asked = {name: value for name, value in (basket() | change).items() if value is not None}
    refused = refusal_of(lambda: api.v1.checkout.sessions.create(asked))
    assert refused == (400, "invalid_request_error", code, param)


def test_other_versions_of_the_api_are_not_played(api):
    assert refusal_of(lambda: api.v1.balance.retrieve({}, {"stripe_version": "2024-06-20"}))[3] == "Stripe-Version"


def test_metadata_of_50_keys_of_full_length_is_kept(api):
    told = {f"{number:040}": "x" * 500 for number in range(50)}
    assert api.v1.checkout.sessions.create(basket(metadata=told)).metadata.to_dict() == told


def test_what_is_not_there_is_a_404_in_the_address_and_a_400_in_a_parameter(api):
    asked = refusal_of(lambda: api.v1.payment_intents.retrieve("pi_none"))
    assert asked == (404, "invalid_request_error", "resource_missing", "id")
    named = refusal_of(lambda: api.v1.refunds.create({"payment_intent": "pi_none"}))
    assert named == (400, "invalid_request_error", "resource_missing", "payment_intent")


def test_an_address_that_stripe_does_not_know_is_a_404(server):
    request = urllib.request.Request(f"{server.url}/v1/fish", headers={"Authorization": f"Bearer {server.secret}"})
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request):
        pass
    with refused.value as answer:
        assert answer.code == 404


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a[b][c]=1&a[b][d]=2", {"a": {"b": {"c": "1", "d": "2"}}}),
        ("a[]=1&a[]=2", {"a": {"0": "1", "1": "2"}}),
        ("a[0][b]=1&a[1][b]=2", {"a": {"0": {"b": "1"}, "1": {"b": "2"}}}),
        ("created%5Bgte%5D=5", {"created": {"gte": "5"}}),
    ],
)
def test_forms_are_nested_by_brackets(text, read):
    assert nested(text) == read


@pytest.mark.parametrize("text", ["a[=1", "a]=1", "[a]=1", "a=1&a[b]=2"])
def test_brackets_that_do_not_fit_are_refused(text):
    with pytest.raises(StripeError):
        nested(text)


# The official library is generated from Stripe's own description: what is taken here must stand there.

LIBRARY = {
    "POST /v1/checkout/sessions": "checkout.SessionCreateParams",
    "POST /v1/checkout/sessions/<id>/expire": "checkout.SessionExpireParams",
    "GET /v1/checkout/sessions": "checkout.SessionListParams",
    "POST /v1/payment_methods": "PaymentMethodCreateParams",
    "POST /v1/payment_intents": "PaymentIntentCreateParams",
    "POST /v1/payment_intents/<id>/confirm": "PaymentIntentConfirmParams",
    "POST /v1/payment_intents/<id>/capture": "PaymentIntentCaptureParams",
    "POST /v1/payment_intents/<id>/cancel": "PaymentIntentCancelParams",
    "GET /v1/payment_intents": "PaymentIntentListParams",
    "GET /v1/charges": "ChargeListParams",
    "POST /v1/refunds": "RefundCreateParams",
    "GET /v1/refunds": "RefundListParams",
    "POST /v1/disputes/<id>/close": "DisputeCloseParams",
    "GET /v1/disputes": "DisputeListParams",
    "GET /v1/events": "EventListParams",
    "POST /v1/accounts": "AccountCreateParams",
    "GET /v1/accounts": "AccountListParams",
    "POST /v1/account_links": "AccountLinkCreateParams",
    "POST /v1/transfers": "TransferCreateParams",
    "GET /v1/transfers": "TransferListParams",
    "POST /v1/transfers/<id>/reversals": "TransferCreateReversalParams",
    "GET /v1/transfers/<id>/reversals": "TransferListReversalsParams",
    "GET /v1/balance_transactions": "BalanceTransactionListParams",
}


def invented(takes: Kind, known: Any, at: str = "") -> list[str]:
    """Names that are taken and that the library's type does not have."""
    if isinstance(takes, Several):
        return invented(takes.of, known, at)
    if not isinstance(takes, Group):
        return []
    module = sys.modules[known.__module__]
    real = {name: kind for name, kind in takes.fields.items() if not isinstance(kind, Removed)}
    found = [f"{at}{name}" for name in real if name not in known.__annotations__]
    for name, kind in real.items():
        inner = re.findall(r"\w+Params\w+", str(known.__annotations__.get(name)))
        if inner:
            found += invented(kind, getattr(module, inner[0]), f"{at}{name}.")
    return found


@pytest.mark.parametrize("call", [call for call in CALLS if f"{call.method} {call.path}" in LIBRARY])
def test_every_parameter_is_one_of_stripes(call):
    place, _, name = f"stripe.params.{LIBRARY[f'{call.method} {call.path}']}".rpartition(".")
    assert invented(call.takes, getattr(importlib.import_module(place), name)) == []


def test_every_call_with_parameters_is_held_against_the_library():
    bare = {f"{c.method} {c.path}" for c in CALLS if not c.path.endswith("<id>") and set(c.takes.fields) != {"expand"}}
    assert bare <= set(LIBRARY)


# Lists


def test_lists_go_by_pages_newest_first_and_within_their_time(server, api, clock):
    made = []
    for _ in range(5):
        made.insert(0, api.v1.checkout.sessions.create(basket()).id)
        clock.forward(seconds=10)
    page = api.v1.checkout.sessions.list({"limit": 2})
    assert ([row.id for row in page], page.has_more) == (made[:2], True)
    page = api.v1.checkout.sessions.list({"limit": 3, "starting_after": made[1]})
    assert ([row.id for row in page], page.has_more) == (made[2:], False)
    page = api.v1.checkout.sessions.list({"limit": 2, "ending_before": made[3]})
    assert ([row.id for row in page], page.has_more) == (made[1:3], True)
    assert [row.id for row in api.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()] == made
    since = int((clock.now - timedelta(seconds=30)).timestamp())
    assert [row.id for row in api.v1.checkout.sessions.list({"created": {"gte": since}})] == made[:3]
    server.pay(made[0])
    intent = server.book(made[0]).intent
    assert [row.id for row in api.v1.checkout.sessions.list({"payment_intent": intent})] == made[:1]
    assert [row.id for row in api.v1.checkout.sessions.list({"status": "open"})] == made[1:]
    expanded = api.v1.checkout.sessions.list({"limit": 1, "expand": ["data.payment_intent.latest_charge"]})
    assert expanded.data[0].payment_intent.latest_charge.payment_intent == intent
    assert refusal_of(lambda: api.v1.charges.list({"limit": 101}))[3] == "limit"
    assert refusal_of(lambda: api.v1.charges.list({"starting_after": "ch_none"}))[3] == "starting_after"
