"""Nobody is shown what is another's: one checkout over two co-operatives, looked at by everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.models import Role
from tests.databases import count
from tests.make import accounts, market
from tests.make.api import Program, basket, problem, program


@dataclass(frozen=True)
class Scene:
    """Siti's checkout over A and B, and programs for everybody who might look."""

    checkout: dict[str, Any]
    siti: Program
    tono: Program
    clerk_a: Program
    clerk_b: Program
    stranger: Program
    office: Program
    admin: Program
    anyone: Program

    @property
    def order_a(self) -> dict[str, Any]:
        """A's part."""
        order: dict[str, Any] = self.checkout["orders"][0]
        return order

    @property
    def order_b(self) -> dict[str, Any]:
        """B's part."""
        order: dict[str, Any] = self.checkout["orders"][1]
        return order


@pytest.fixture
def scene(app: APIFlask, client: FlaskClient) -> Scene:
    """Two kilograms of A's and one of B's in one checkout."""
    a, b = market.shop("tengkurak"), market.shop("lontar", "36.04.13.2007")
    siti = program(client, accounts.buyer())
    one = basket(a, {market.catch(a, unit_price=40_000): 2000})
    two = basket(b, {market.catch(b, unit_price=90_000): 1000})
    body = one | {
        "lines": one["lines"] + two["lines"],
        "pickups": one["pickups"] + two["pickups"],
        "note": "Rumah biru",
    }
    made = siti.post("/checkouts", body, key="k")
    assert made.status_code == 201
    return Scene(
        checkout=made.get_json(),
        siti=siti,
        tono=program(client, accounts.buyer("tono@contoh.id", "Tono")),
        clerk_a=program(client, a.clerk),
        clerk_b=program(client, b.clerk),
        stranger=program(client, market.shop("kamasan", "36.04.31.2011").clerk),
        office=program(client, accounts.official()),
        admin=program(client, accounts.official(Role.ADMIN, "admin@contoh.id")),
        anyone=program(client),
    )


def test_a_cooperative_sees_its_own_part_and_sum_alone(scene: Scene) -> None:
    for clerk, own, other in [
        (scene.clerk_a, scene.order_a, scene.order_b),
        (scene.clerk_b, scene.order_b, scene.order_a),
    ]:
        seen = clerk.get(f"/checkouts/{scene.checkout['id']}")
        assert [order["number"] for order in seen.get_json()["orders"]] == [own["number"]]
        assert seen.get_json()["total"] == own["total"] != scene.checkout["total"]
        listed = clerk.get("/orders")
        assert (listed.get_json()["total"], len(listed.get_json()["items"])) == (1, 1)
        alone = clerk.get(f"/orders/{own['number']}")
        assert alone.get_json() == {name: value for name, value in own.items() if name != "pickup_code"}
        for response in (seen, listed, alone):
            shown = response.get_data(as_text=True)
            assert other["number"] not in shown
            assert other["cooperative"]["name"] not in shown
            assert own["pickup_code"] not in shown
            assert "Siti" not in shown
        assert clerk.get(f"/orders/{other['number']}").status_code == 404


def test_what_became_of_the_other_part_does_not_show(scene: Scene) -> None:
    before = scene.clerk_a.get(f"/checkouts/{scene.checkout['id']}").get_data()
    scene.siti.post(f"/orders/{scene.order_b['number']}/cancel")
    assert scene.clerk_a.get(f"/checkouts/{scene.checkout['id']}").get_data() == before


def test_a_stranger_is_told_that_there_is_no_such_thing(scene: Scene) -> None:
    number = scene.order_a["number"]
    for caller in (scene.tono, scene.stranger):
        for path in (f"/orders/{number}", f"/checkouts/{scene.checkout['id']}", f"/orders/{number}/qris"):
            real, made_up = caller.get(path), caller.get(path.replace(number, "S-2601-XXXXXX").replace("/01", "/02"))
            assert real.status_code == made_up.status_code == 404
            assert real.get_data() == made_up.get_data()
        assert caller.get("/orders").get_json()["total"] == 0
        refused = caller.post(f"/orders/{number}/cancel", {})
        assert (refused.status_code, problem(refused)) == (404, "not-found")


def test_no_order_moves_by_a_strangers_hand(scene: Scene) -> None:
    number = scene.order_a["number"]
    weighing = {"lines": [{"catch": scene.order_a["lines"][0]["catch"], "quantity": 2000}]}
    handover = {"code": scene.order_a["pickup_code"]}
    calls = [("weigh", weighing), ("handover", handover), ("no-show", {}), ("cancel", {})]
    for caller, expected in [
        (scene.clerk_b, [404, 404, 404, 404]),
        (scene.stranger, [404, 404, 404, 404]),
        (scene.tono, [403, 403, 403, 404]),
        (scene.office, [403, 403, 403, 403]),
        (scene.admin, [403, 403, 403, 403]),
        (scene.anyone, [401, 401, 401, 401]),
    ]:
        assert [caller.post(f"/orders/{number}/{step}", body).status_code for step, body in calls] == expected
    assert count("order_event") == 2
    assert scene.siti.get(f"/orders/{number}").get_json() == scene.order_a


def test_the_office_sees_orders_without_codes_and_people(scene: Scene) -> None:
    for caller in (scene.office, scene.admin):
        seen = caller.get(f"/checkouts/{scene.checkout['id']}")
        assert seen.get_json()["total"] == scene.checkout["total"]
        for response in (seen, caller.get("/orders"), caller.get(f"/orders/{scene.order_a['number']}")):
            shown = response.get_data(as_text=True)
            assert scene.order_a["pickup_code"] not in shown
            assert scene.order_b["pickup_code"] not in shown
            assert "Siti" not in shown
            assert "Rumah biru" not in shown


def test_refusals_tell_nothing_of_others(scene: Scene) -> None:
    theirs = scene.order_b["lines"][0]["catch"]
    mine = scene.order_a["number"]
    refused = scene.clerk_a.post(f"/orders/{mine}/weigh", {"lines": [{"catch": theirs, "quantity": 1}]})
    assert refused.get_json()["errors"] == {"lines": "does-not-fit"}
    assert scene.clerk_a.patch(f"/catches/{theirs}", {"stock_change": -99_999, "reason": "x"}).status_code == 404
