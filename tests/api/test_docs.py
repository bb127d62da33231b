from __future__ import annotations

import re
from collections.abc import Iterator

from flask.testing import FlaskClient
from openapi_spec_validator import validate

from ovop.api.v1 import problems
from ovop.kernel.errors import Refused
from ovop.settings import ROOT
from tests.make.api import Program

#: The calls of the contract, with the roles that may make them; without any, everybody may.
CONTRACT = {
    ("GET", "/villages"): "",
    ("GET", "/villages/{code}"): "",
    ("GET", "/species"): "",
    ("GET", "/products"): "cooperative",
    ("POST", "/products"): "cooperative",
    ("GET", "/catches"): "",
    ("GET", "/catches/{catch_id}"): "",
    ("POST", "/catches"): "cooperative",
    ("PATCH", "/catches/{catch_id}"): "cooperative",
    ("POST", "/catches/{catch_id}/photos"): "cooperative",
    ("GET", "/pickup-points"): "",
    ("POST", "/pickup-points"): "cooperative",
    ("PATCH", "/pickup-points/{point_id}"): "cooperative",
    ("GET", "/pickup-points/{point_id}/slots"): "",
    ("POST", "/slots/{slot_id}/close"): "cooperative",
    ("POST", "/checkouts"): "buyer",
    ("GET", "/checkouts/{checkout_id}"): "buyer cooperative office",
    ("GET", "/orders"): "buyer cooperative office",
    ("GET", "/orders/{number}"): "buyer cooperative office",
    ("GET", "/orders/{number}/qris"): "buyer cooperative",
    ("POST", "/orders/{number}/cancel"): "buyer cooperative",
    ("POST", "/orders/{number}/weigh"): "cooperative",
    ("POST", "/orders/{number}/handover"): "cooperative",
    ("POST", "/orders/{number}/no-show"): "cooperative",
    ("GET", "/sales"): "office",
    ("GET", "/prices"): "",
}


def test_the_document_is_openapi_3_1_and_holds_the_contract(anyone: Program) -> None:
    response = anyone.client.get("/api/v1/openapi.json")
    spec = response.get_json()
    assert (response.mimetype, spec["openapi"]) == ("application/json", "3.1.0")
    validate(spec)
    promised = {
        (method.upper(), path.removeprefix("/api/v1")): " ".join(
            role for entry in operation.get("security", ()) for role in entry["BearerAuth"]
        )
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
    }
    assert promised == CONTRACT
    for operations in spec["paths"].values():
        for operation in operations.values():
            problems = [answer for status, answer in operation["responses"].items() if int(status) >= 400]
            assert problems
            assert all(set(answer["content"]) == {"application/problem+json"} for answer in problems)


def test_nothing_in_the_document_points_nowhere(anyone: Program) -> None:
    response = anyone.client.get("/api/v1/openapi.json")
    schemas = response.get_json()["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', response.get_data(as_text=True)))
    assert named == set(schemas) - {"PhotoForm"} | (named & {"PhotoForm"})


def test_only_checkouts_need_a_key(anyone: Program) -> None:
    spec = anyone.client.get("/api/v1/openapi.json").get_json()
    keys = {
        (method, path.removeprefix("/api/v1")): parameter["required"]
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
        for parameter in operation["parameters"]
        if parameter["name"] == "Idempotency-Key"
    }
    assert [call for call, is_required in keys.items() if is_required] == [("post", "/checkouts")]
    assert len(keys) == 10


def test_people_read_every_call_without_script_or_foreign_host(client: FlaskClient) -> None:
    page = client.get("/api/v1/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    html = page.get_data(as_text=True)
    for method, path in CONTRACT:
        assert f"{method} /api/v1{path}" in html
    main = html[html.index("<main") : html.index("</main>")]
    assert not re.search(r"<script|<style|style=|\son[a-z]+=|https?://", main)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    anchors = set(re.findall(r'href="#([^"]+)"', main))
    assert anchors <= set(re.findall(r'id="([^"]+)"', main))


def kinds_of(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Every refusal that there is."""
    for each in kind.__subclasses__():
        yield each
        yield from kinds_of(each)


def packages_behind_the_api() -> set[str]:
    """The packages that the interface imports: only their refusals can reach those who call it."""
    sources = (ROOT / "ovop" / "api").rglob("*.py")
    return {name for source in sources for name in re.findall(r"^from ovop\.(\w+)", source.read_text(), re.MULTILINE)}


#: What only pages, commands and the base of others refuse.
ELSEWHERE = {
    "already-decided",
    "already-demo",
    "changed-since",
    "conflict",
    "criteria-changed",
    "invitation-over",
    "last-manager",
    "not-ready",
    "open-orders",
    "place-kept",
    "price-changed",
    "readiness-same-person",
    "readiness-waiting",
    "real-orders",
    "too-late-to-undo",
    "use-changed",
    "wrong-password",
}


def test_every_refusal_of_the_api_is_documented_with_its_status() -> None:
    table = re.findall(r"^\| (`[^|]+) \| ([0-9, ]+) \|", (ROOT / "docs" / "api.md").read_text("utf-8"), re.MULTILINE)
    documented = {
        name: int(status)
        for names, statuses in table
        for name, status in zip(re.findall("`([a-z-]+)`", names), statuses.split(", "), strict=True)
    }
    behind = packages_behind_the_api()
    refusals = {
        kind.problem: kind.status
        for kind in kinds_of()
        if kind.__module__.split(".")[1] in behind and kind.problem not in ELSEWHERE
    }
    assert len(refusals) > 15
    assert refusals.items() <= documented.items()
    assert set(refusals) <= set(problems.TITLES)
