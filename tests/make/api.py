"""Programs that call the API in tests, and look closely at every answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import jsonschema_rs
from flask import current_app
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import TestResponse

from ovop.accounts.rules import Actor
from ovop.api.v1.openapi import document
from tests.make import accounts, market

ROOT = "/api/v1"


@dataclass(frozen=True)
class Program:
    """A caller with one account's token, or none.  Every answer is held against the OpenAPI document."""

    client: FlaskClient
    token: str | None = None

    def get(self, path: str, **query: object) -> TestResponse:
        """The answer to GET; a parameter called `from` is given as `from_`."""
        return self.call("GET", path, query_string={name.rstrip("_"): value for name, value in query.items()})

    def post(self, path: str, body: object = None, key: str | None = None, **options: Any) -> TestResponse:
        """The answer to POST."""
        return self.call("POST", path, body, key, **options)

    def patch(self, path: str, body: object, key: str | None = None) -> TestResponse:
        """The answer to PATCH."""
        return self.call("PATCH", path, body, key)

    def call(self, method: str, path: str, body: object = None, key: str | None = None, **options: Any) -> TestResponse:
        """The answer, checked."""
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        if body is not None:
            options["json"] = body
        response = self.client.open(ROOT + path, method=method, headers=headers, **options)
        check(method, response)
        return response


def program(client: FlaskClient, actor: Actor | None = None) -> Program:
    """A program that calls on behalf of `actor`, or of nobody."""
    return Program(client, None if actor is None else accounts.token(actor))


def check(method: str, response: TestResponse) -> None:
    """The answer is one that the document promises for the call: status, media type and shape; a problem is one."""
    assert response.status_code < 500, response.get_data(as_text=True)
    if response.status_code >= 400:
        assert response.mimetype == "application/problem+json"
        assert response.get_json()["status"] == response.status_code
        assert response.get_json()["type"].startswith("urn:ovop:problem:")
    operation = _operation(method, response)
    if operation is None:
        assert response.status_code in (404, 405)
        return
    promised = operation["responses"].get(str(response.status_code))
    assert promised is not None, f"{response.status_code} is not promised: {response.get_data(as_text=True)}"
    schema = promised["content"][response.mimetype]["schema"]
    _validator(schema["$ref"]).validate(response.get_json())


def _operation(method: str, response: TestResponse) -> dict[str, Any] | None:
    """What the document says of the call that was answered."""
    adapter = current_app.url_map.bind("localhost")
    try:
        rule, _ = adapter.match(response.request.path, method, return_rule=True)
    except (NotFound, MethodNotAllowed):
        return None
    path = rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}")
    found: dict[str, Any] | None = document(current_app)["paths"].get(path, {}).get(method.lower())
    return found


@cache
def _validator(reference: str) -> jsonschema_rs.Draft202012Validator:
    components = document(current_app)["components"]
    return jsonschema_rs.Draft202012Validator({"$ref": reference, "components": components}, validate_formats=True)


def problem(response: TestResponse) -> str:
    """The stable name of the problem that was answered."""
    return str(response.get_json()["type"]).removeprefix("urn:ovop:problem:")


def fault(response: TestResponse) -> dict[str, str]:
    """Reason code by field of a request that cannot be used."""
    assert problem(response) == "invalid", response.get_json()
    errors: dict[str, str] = response.get_json()["errors"]
    return errors


def basket(
    seller: market.Shop, lines: dict[int, int], payment: str = "cash", slot: int | None = None
) -> dict[str, Any]:
    """A checkout's body for goods of one seller."""
    return {
        "lines": [{"catch": catch, "quantity": quantity} for catch, quantity in lines.items()],
        "pickups": [{"cooperative": seller.id, "slot": slot or market.slots(seller)[0].id}],
        "payment": payment,
    }


def moment(instant: datetime) -> str:
    """As programs write it."""
    return instant.isoformat()
