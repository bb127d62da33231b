from __future__ import annotations

import re

from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.kernel import days
from ovop.web.throttle import limiter
from tests.make import accounts, market
from tests.make.api import Program, problem, program


def test_a_private_call_without_a_token_says_how_to_sign_in(anyone: Program) -> None:
    response = anyone.get("/orders")
    assert (response.status_code, problem(response)) == (401, "unauthorized")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="ovop"'


def test_a_wrong_token_is_refused_even_where_none_is_needed(anyone: Program) -> None:
    headers = [
        "Bearer ovop_unknown",
        "Bearer",
        "Bearer ",
        "Basic c2l0aTp4",
        "ovop_unknown",
        "Bearer a b",
        "",
        "Bearer é",
    ]
    for path in ["/orders", "/villages", "/catches", "/prices"]:
        for header in headers:
            response = anyone.call("GET", path, headers={"Authorization": header})
            assert (response.status_code, problem(response)) == (401, "unauthorized"), (path, header)
            assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_public_calls_work_with_a_token_too(buyer: Program) -> None:
    assert buyer.get("/villages").status_code == 200


def test_the_scheme_may_be_written_in_any_case(anyone: Program, siti: Actor) -> None:
    header = {"Authorization": f"bearer {accounts.token(siti)}"}
    assert anyone.call("GET", "/orders", headers=header).status_code == 200


def test_a_revoked_token_opens_nothing(client: FlaskClient, siti: Actor) -> None:
    caller = program(client, siti)
    assert caller.get("/orders").status_code == 200
    write(lambda session: session.execute(text("UPDATE api_token SET revoked_at = :now"), {"now": days.now()}))
    assert caller.get("/orders").status_code == 401


def test_a_browser_that_is_signed_in_is_nobody_here(client: FlaskClient, siti: Actor) -> None:
    accounts.sign_in(client, siti)
    assert program(client).get("/orders").status_code == 401


OWN = {
    "buyer": [("POST", "/checkouts")],
    "cooperative": [
        ("GET", "/products"),
        ("POST", "/products"),
        ("POST", "/catches"),
        ("PATCH", "/catches/1"),
        ("POST", "/catches/1/photos"),
        ("POST", "/pickup-points"),
        ("PATCH", "/pickup-points/1"),
        ("POST", "/slots/1/close"),
        ("POST", "/orders/S-1/weigh"),
        ("POST", "/orders/S-1/handover"),
        ("POST", "/orders/S-1/no-show"),
    ],
    "office": [("GET", "/sales")],
}


def test_each_role_is_refused_what_is_not_its_own(client: FlaskClient, shop: market.Shop) -> None:
    actors = {
        "buyer": accounts.buyer(),
        "cooperative": shop.clerk,
        "office": accounts.official(),
        "admin": accounts.official(Role.ADMIN, "admin@contoh.id"),
    }
    for role, actor in actors.items():
        caller = program(client, actor)
        for owner, calls in OWN.items():
            is_own = role == owner or (role, owner) == ("admin", "office")
            for method, path in calls:
                status = caller.call(method, path).status_code
                assert (status == 403) is not is_own, f"{role}: {method} {path} is {status}"


def test_the_office_reads_and_never_writes(client: FlaskClient, app: APIFlask) -> None:
    callers = [program(client, accounts.official(role, f"{role}@contoh.id")) for role in (Role.OFFICE, Role.ADMIN)]
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")]
    for rule in rules:
        path = re.sub("<int:[a-z_]+>", "1", rule.rule.removeprefix("/api/v1")).replace("<number>", "S-1")
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            assert [caller.call(method, path).status_code for caller in callers] == [403, 403], f"{method} {path}"
    assert len(rules) > 20


def test_an_address_that_is_none_is_a_problem(anyone: Program) -> None:
    for path in ["/nowhere", "/catches/", "/catches/abc", "/catches/-1", "/catches/0", f"/catches/{2**63}", "/", ""]:
        response = anyone.get(path)
        assert (response.status_code, problem(response)) == (404, "not-found"), path


def test_a_card_provider_that_is_not_set_up_is_told_so(app: APIFlask, anyone: Program) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        response = anyone.client.post("/webhooks/stripe", data=b"{}", content_type="application/json")
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert (response.status_code, problem(response)) == (404, "not-set-up")


def test_a_method_that_a_call_has_not_says_which_it_has(anyone: Program) -> None:
    response = anyone.call("DELETE", "/catches")
    assert (response.status_code, problem(response)) == (405, "method-not-allowed")
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_a_body_without_end_is_not_read(clerk: Program) -> None:
    response = clerk.post("/products", data=b"[" + b" " * 1024 * 1024 + b"]", content_type="application/json")
    assert (response.status_code, problem(response)) == (413, "request-entity-too-large")


def test_another_media_type_is_refused(clerk: Program) -> None:
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "multipart/form-data",
        "x",
        None,
    ]:
        response = clerk.post("/products", data=b'{"name": "Ikan"}', content_type=kind)
        assert (response.status_code, problem(response)) == (415, "unsupported-media-type"), kind


def test_json_under_another_name_is_read(clerk: Program) -> None:
    response = clerk.post("/products", data=b"{}", content_type="application/merge-patch+json; charset=utf-8")
    assert response.status_code == 422


def test_an_account_that_calls_too_often_is_told_how_long_to_wait(client: FlaskClient, buyer: Program) -> None:
    limiter.reset()
    other = program(client, accounts.buyer("other@contoh.id"))
    try:
        statuses = [buyer.call("GET", "/species", query_string={"per_page": 1}).status_code for _call in range(600)]
        assert set(statuses) == {200}
        response = buyer.get("/species")
        assert (response.status_code, problem(response)) == (429, "too-many-requests")
        assert 1 <= int(response.headers["Retry-After"]) <= 60
        assert other.get("/species").status_code == 200
    finally:
        limiter.reset()
