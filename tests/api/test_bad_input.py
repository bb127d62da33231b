"""Whatever is sent: a problem document that says what is wrong, never a failure, and nothing has changed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ovop.db import db
from ovop.web.throttle import limiter
from tests.databases import REFERENCE, count
from tests.make import accounts, market
from tests.make.api import Program, basket, problem, program

#: Bodies that are not what any call takes, as bytes.
BODIES = [
    b"{",
    b"}",
    b"nul",
    b"'a'",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": -Infinity}',
    b'{"a": 01}',
    b'{"a": 1e99999}',
    b'{"a": "\\ud800"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\x00"}',
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 150 + b"]" * 150,
    b"9" * 10_000,
    b'{"quantity": ' + b"9" * 5000 + b"}",
    b"true",
    b"null",
    b"5",
    b'"text"',
    b"[]",
    b'[{"a": 1}]',
    b'{"\\u0000": 1}',
    b'{"__proto__": {}, "constructor": 1}',
    b"\0",
    b" ",
]


def rows() -> dict[str, int]:
    """How many rows every table has that calls may change."""
    db.session.rollback()
    return {name: count(name) for name in db.metadata.tables if name not in REFERENCE}


@pytest.fixture
def writes(client: FlaskClient, shop: market.Shop) -> list[tuple[Program, str, str]]:
    """Every call that changes something, each by whom it is for and on things that exist."""
    limiter.enabled = False
    siti, tono = accounts.buyer(), accounts.buyer("tono@contoh.id")
    buyer, clerk = program(client, siti), program(client, shop.clerk)
    catch = market.catch(shop)
    order = market.order(tono, shop, {catch: 1000})
    slot = market.slots(shop)[0].id
    return [
        (clerk, "POST", "/products"),
        (clerk, "POST", "/catches"),
        (clerk, "PATCH", f"/catches/{catch}"),
        (clerk, "POST", f"/catches/{catch}/photos"),
        (clerk, "POST", "/pickup-points"),
        (clerk, "PATCH", f"/pickup-points/{shop.point}"),
        (clerk, "POST", f"/slots/{slot}/close"),
        (buyer, "POST", "/checkouts"),
        (clerk, "POST", f"/orders/{order.number}/weigh"),
        (clerk, "POST", f"/orders/{order.number}/handover"),
        (clerk, "POST", f"/orders/{order.number}/cancel"),
        (clerk, "POST", f"/orders/{order.number}/no-show"),
    ]


@pytest.fixture(autouse=True)
def any_number_of_calls() -> Any:
    """These tests call more often than programs do."""
    yield
    limiter.enabled = True


def test_bodies_that_are_none_change_nothing(writes: list[tuple[Program, str, str]]) -> None:
    before = rows()
    for caller, method, path in writes:
        for body in BODIES:
            response = caller.call(method, path, key="k", data=body, content_type="application/json")
            assert response.status_code in (400, 415, 422), (path, body[:40])
            assert problem(response) in ("bad-request", "unsupported-media-type", "invalid"), (path, body[:40])
    assert rows() == before
    assert market.broken() == []


def test_a_body_that_is_no_json_says_where(clerk: Program) -> None:
    response = clerk.post("/products", data=b'{"name": NaN}', content_type="application/json")
    assert (response.status_code, problem(response)) == (400, "bad-request")
    assert "line 1" in response.get_json()["detail"]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=12)
    | st.sampled_from(
        ["2026-01-05T09:00:00+07:00", "06:00", "\0", "GIT", "kg", "weight", "fresh", "cash", "-1", "1e5"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
NAMES = (
    "name species form measure unit description flagship product quantity unit_price landed_at best_before grade gear "
    "fishing_area landing_price note stock_change reason latitude longitude address hours slot_minutes active "
    "deadline_minutes lines pickups payment code reference restock"
).split()
bodies = st.dictionaries(st.sampled_from(NAMES), values, max_size=8) | values


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(body=bodies)
def test_no_json_makes_a_call_fail(writes: list[tuple[Program, str, str]], body: object) -> None:
    for caller, method, path in writes:
        if path.endswith(("/cancel", "/no-show")) and body in ({}, None):
            continue  # that is how they are called
        response = caller.call(method, path, key="k", data=json.dumps(body), content_type="application/json")
        is_patch_of_nothing = method == "PATCH" and isinstance(body, dict) and response.status_code == 200
        assert response.status_code in (400, 409, 415, 422) or is_patch_of_nothing or response.status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=30),
    name=st.sampled_from(
        "q district active page per_page village cooperative species form near max_km in_stock sort limit from to days "
        "group_by".split()
    ),
)
def test_no_query_makes_a_call_fail(office: Program, shop: market.Shop, text: str, name: str) -> None:
    limiter.enabled = False
    paths = ["/villages", "/species", "/catches", "/pickup-points", f"/pickup-points/{shop.point}/slots", "/prices"]
    for path in [*paths, "/sales", "/orders"]:
        assert office.call("GET", path, query_string={name: text}).status_code in (200, 400, 422)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_no_address_makes_a_call_fail(office: Program, text: str) -> None:
    limiter.enabled = False
    for path in [
        "/villages/{}",
        "/catches/{}",
        "/orders/{}",
        "/orders/{}/qris",
        "/checkouts/{}",
        "/pickup-points/{}/slots",
    ]:
        # `.` and slashes lead elsewhere: what is asked is then another address
        response = office.client.get("/api/v1" + path.format(re.sub(r"[/?#%.\\]", "_", text)), headers=_headers(office))
        assert response.status_code in (400, 401, 403, 404), (path, text)
        assert response.mimetype == "application/problem+json"


def _headers(caller: Program) -> dict[str, str]:
    return {"Authorization": f"Bearer {caller.token}"}


def test_ids_that_no_table_can_hold_are_not_found(
    anyone: Program, clerk: Program, buyer: Program, app: APIFlask, shop: market.Shop
) -> None:
    for number in (0, 999_999, 2**31, 2**63 - 1, 2**63, 2**64, 10**40):
        assert anyone.get(f"/catches/{number}").status_code == 404
        assert anyone.get(f"/pickup-points/{number}/slots").status_code == 404
        assert clerk.patch(f"/catches/{number}", {"unit_price": 5}).status_code == 404
        assert clerk.patch(f"/pickup-points/{number}", {"name": "x"}).status_code == 404
        assert clerk.post(f"/slots/{number}/close", {"reason": "x"}).status_code == 404
    for number in (2**31, 2**63 - 1):
        response = buyer.post("/checkouts", basket(shop, {number: 1000}), key="k")
        assert (response.status_code, response.get_json()["catch"]) == (404, number)
