"""The API against its own document, with requests that a program makes up from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from ovop.web.throttle import limiter
from tests.make import accounts, market

#: So many requests of each kind for each call: the whole takes less than a minute.
EXAMPLES = 10

#: What is wrong on purpose: rules that a schema cannot say (a slot of that co-operative) make sound data be refused,
#: so that is not looked at.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
    unsupported_method,
]


def tokens() -> dict[str, str]:
    """A token of each role, on a market where there is something to find."""
    shop, siti = market.shop(), accounts.buyer()
    market.order(siti, shop, {market.catch(shop): 1000})
    actors = {"buyer": siti, "cooperative": shop.clerk, "office": accounts.official()}
    return {role: accounts.token(actor) for role, actor in actors.items()}


@pytest.fixture
def unlimited() -> Iterator[None]:
    """Calls are not counted."""
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.mark.usefixtures("unlimited")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["sound", "unsound"])
def test_the_api_is_as_described(app: APIFlask, mode: GenerationMode) -> None:
    keys = tokens()
    for found in schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not _can_be_unsound(operation.definition.raw):
            continue
        roles = next(iter(operation.definition.raw.get("security", [])), {"BearerAuth": ["buyer"]})["BearerAuth"]

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy(generation_mode=mode), role=st.sampled_from(roles))
        def call(case: Case, role: str) -> None:
            headers = {"Authorization": f"Bearer {keys[role]}", "Accept-Encoding": "identity"}
            case.call_and_validate(headers=headers, checks=CHECKS)

        call()
    assert market.broken() == []


def _can_be_unsound(operation: Mapping[str, Any]) -> bool:
    """Whether anything but text is sent: any text is sound."""
    kinds = [parameter["schema"] for parameter in operation["parameters"]]
    return "requestBody" in operation or any(kind != {"type": "string"} for kind in kinds)
