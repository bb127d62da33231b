from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from ovop.accounts.rules import Actor
from ovop.db import write
from ovop.kernel import days
from ovop.payment.errors import ProviderAway
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market
from tests.make.api import Program, basket, fault, problem, program
from tests.make.statements import recorded


@pytest.fixture
def with_demo_cards(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo card provider is open, as in a demo market."""
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], demo=True))


@pytest.fixture
def without_cards(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    """No card provider is set up."""
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], demo=False))


def test_a_checkout_is_answered_whole(buyer: Program, shop: market.Shop) -> None:
    catch = market.catch(shop)
    slot = market.slots(shop)[0]
    response = buyer.post("/checkouts", basket(shop, {catch: 1500}), key="k-1")
    made = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/checkouts/{made['id']}"
    [order] = made["orders"]
    assert made == {
        "id": made["id"],
        "status": "confirmed",
        "total": 56_300,
        "currency": "IDR",
        "expires_at": None,
        "payment": {"method": "cash", "status": "pending", "redirect_url": None},
        "orders": [
            {
                "number": order["number"],
                "status": "confirmed",
                "cooperative": {"id": shop.id, "name": "Koperasi Tengkurak"},
                "village": {"code": "36.04.13.2011", "name": "Tengkurak"},
                "pickup": {
                    "point": {"id": shop.point, "name": "Dermaga", "latitude": -5.97, "longitude": 106.37},
                    "slot": {
                        "id": slot.id,
                        "starts_at": "2026-01-05T10:00:00+07:00",
                        "ends_at": "2026-01-05T11:00:00+07:00",
                    },
                },
                "lines": [
                    {
                        "catch": catch,
                        "name": "Udang windu",
                        "quantity": 1500,
                        "unit_price": 37_500,
                        "amount": 56_300,
                        "final_quantity": None,
                        "final_amount": None,
                    }
                ],
                "estimate": 56_300,
                "maximum": 61_900,
                "total": 56_300,
                "payment": {"method": "cash", "status": "pending"},
                "pickup_code": order["pickup_code"],
                "history": [{"status": "confirmed", "at": "2026-01-05T09:00:00+07:00"}],
            }
        ],
    }
    assert len(order["pickup_code"]) == 6
    assert order["pickup_code"].isdigit()
    assert buyer.get(f"/checkouts/{made['id']}").get_json() == made
    assert buyer.get(f"/orders/{order['number']}").get_json() == order
    assert buyer.get("/orders").get_json() == {"items": [order], "total": 1, "page": 1, "per_page": 20}
    assert buyer.get(f"/catches/{catch}").get_json()["available"] == 8500


@pytest.mark.parametrize(
    ("unit_price", "quantity", "amount"),
    [
        (37_500, 1333, 50_000),  # 49,987.5: neither 50,700 (rounded per gram) nor 49,900 (1.33 kg)
        (37_500, 999, 37_500),
        (37_500, 2, 100),  # 75
        (50_000, 1, 100),  # 50: halves up
        (1, 100_000, 100),
        (99_950, 1000, 100_000),
        (33_333, 3000, 100_000),
    ],
)
def test_amounts_are_rounded_once_and_last(
    buyer: Program, clerk: Program, shop: market.Shop, unit_price: int, quantity: int, amount: int
) -> None:
    catch = market.catch(shop, unit_price=unit_price, quantity=100_000)
    made = buyer.post("/checkouts", basket(shop, {catch: quantity}), key="k").get_json()
    [order] = made["orders"]
    assert (made["total"], order["estimate"], order["lines"][0]["amount"]) == (amount, amount, amount)
    number, weights = order["number"], {"lines": [{"catch": catch, "quantity": quantity}]}
    weighed = clerk.post(f"/orders/{number}/weigh", weights).get_json()
    assert (weighed["total"], weighed["lines"][0]["final_amount"]) == (amount, amount)
    clerk.post(f"/orders/{number}/handover", {"code": order["pickup_code"]})
    office = program(buyer.client, accounts.official())
    assert office.get("/sales").get_json()["total"]["revenue"] == amount


def test_goods_worth_nothing_are_not_given_away(buyer: Program, shop: market.Shop) -> None:
    for unit_price, quantity in [(37_500, 1), (1, 49_999)]:
        catch = market.catch(shop, unit_price=unit_price, quantity=100_000)
        refused = buyer.post("/checkouts", basket(shop, {catch: quantity}), key=f"{catch}")
        assert fault(refused) == {"lines": "too-small"}
    assert count("order") == 0


def test_many_small_lines_are_each_rounded_by_themselves(buyer: Program, shop: market.Shop) -> None:
    catches = [market.catch(shop, unit_price=50_000) for _line in range(99)]
    made = buyer.post("/checkouts", basket(shop, dict.fromkeys(catches, 1)), key="k").get_json()
    assert made["total"] == made["orders"][0]["estimate"] == 9900


def test_pieces_are_counted_whole(buyer: Program, clerk: Program, shop: market.Shop) -> None:
    eggs = market.product(shop.id, "Telur ikan", "MIL", "count", "pack", "processed")
    catch = market.catch(shop, quantity=12, unit_price=15_050, product=eggs)
    [order] = buyer.post("/checkouts", basket(shop, {catch: 3}), key="k").get_json()["orders"]
    assert (order["estimate"], order["maximum"]) == (45_200, 45_200)


def test_one_order_for_each_cooperative_all_or_nothing(buyer: Program, shop: market.Shop) -> None:
    other = market.shop("lontar", "36.04.13.2007")
    mine, theirs = market.catch(shop, quantity=3000), market.catch(other, quantity=1000)
    one, two = basket(shop, {mine: 1000}), basket(other, {theirs: 2000})
    body = one | {"lines": one["lines"] + two["lines"], "pickups": one["pickups"] + two["pickups"]}
    refused = buyer.post("/checkouts", body, key="a")
    assert (refused.status_code, problem(refused)) == (409, "out-of-stock")
    assert {"catch": theirs, "available": 1000}.items() <= refused.get_json().items()
    assert buyer.get(f"/catches/{mine}").get_json()["available"] == 3000
    assert count("order") == count("checkout") == count("payment") == 0
    body["lines"][1]["quantity"] = 800
    made = buyer.post("/checkouts", body, key="a").get_json()
    assert [order["cooperative"]["id"] for order in made["orders"]] == [shop.id, other.id]
    assert made["total"] == sum(order["total"] for order in made["orders"])
    assert market.broken() == []


def test_the_same_key_and_body_give_the_first_answer_again(
    buyer: Program, client: FlaskClient, clerk: Program, shop: market.Shop, clock: Clock
) -> None:
    catch = market.catch(shop)
    body = basket(shop, {catch: 1000}, slot=market.slots(shop)[2].id)
    first = buyer.post("/checkouts", body, key="k")
    clock.forward(minutes=30)
    [order] = first.get_json()["orders"]
    clerk.post(f"/orders/{order['number']}/weigh", {"lines": [{"catch": catch, "quantity": 900}]})
    turned = dict(reversed(body.items()))
    second = buyer.post("/checkouts", turned, key="k")
    assert (second.status_code, second.get_data()) == (201, first.get_data())
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Location"] == first.headers["Location"]
    other = buyer.post("/checkouts", basket(shop, {catch: 2000}), key="k")
    assert (other.status_code, problem(other)) == (422, "key-reused")
    stranger = program(client, accounts.buyer("tono@contoh.id"))
    assert "Idempotent-Replayed" not in stranger.post("/checkouts", body, key="k").headers
    assert count("order") == count("payment") == 2
    assert market.broken() == []


def test_a_key_belongs_to_the_call_that_it_was_sent_with(buyer: Program, shop: market.Shop) -> None:
    made = buyer.post("/checkouts", basket(shop, {market.catch(shop): 1000}), key="k").get_json()
    refused = buyer.post(f"/orders/{made['orders'][0]['number']}/cancel", {}, key="k")
    assert (refused.status_code, problem(refused)) == (422, "key-reused")


def test_a_refused_checkout_leaves_its_key_free(buyer: Program, shop: market.Shop) -> None:
    catch = market.catch(shop, quantity=1000)
    assert buyer.post("/checkouts", basket(shop, {catch: 2000}), key="k").status_code == 409
    assert buyer.post("/checkouts", basket(shop, {catch: 1000}), key="k").status_code == 201


def test_a_key_is_required_and_has_1_to_255_characters(buyer: Program, shop: market.Shop) -> None:
    body = basket(shop, {market.catch(shop): 1000})
    for key, reason in [(None, "required"), ("", "required"), ("k" * 256, "too-long"), ("a\tb", "not-text")]:
        response = buyer.post("/checkouts", body, key=key)
        assert (response.status_code, problem(response), response.get_json()["reason"]) == (
            400,
            "idempotency-key",
            reason,
        )
    assert count("order") == 0
    assert buyer.post("/checkouts", body, key="k" * 255).status_code == 201


def test_a_slot_that_does_not_suit_says_why(buyer: Program, shop: market.Shop, clock: Clock) -> None:
    now = days.now()
    catch = market.catch(shop, landed_at=now + timedelta(hours=3), best_before=now + timedelta(hours=8))
    slots = market.slots(shop)
    for slot, reason in [(slots[0], "before-landing"), (slots[8], "after-best-before")]:
        refused = buyer.post("/checkouts", basket(shop, {catch: 1000}, slot=slot.id), key="k")
        assert (refused.status_code, problem(refused)) == (409, "slot-unsuitable")
        assert {"slot": slot.id, "reason": reason, "catch": catch}.items() <= refused.get_json().items()
    fresh = market.catch(shop)
    clock.forward(minutes=30)
    refused = buyer.post("/checkouts", basket(shop, {fresh: 1000}, slot=slots[0].id), key="k")
    assert (problem(refused), refused.get_json()["reason"]) == ("slot-unsuitable", "deadline-passed")
    assert buyer.post("/checkouts", basket(shop, {catch: 1000}, slot=slots[3].id), key="k").status_code == 201


def test_forged_slots_are_refused(buyer: Program, shop: market.Shop, clock: Clock) -> None:
    other = market.shop("lontar", "36.04.13.2007")
    catch = market.catch(shop)
    past = market.slots(shop)[0].id
    clock.forward(hours=5)
    body = basket(shop, {catch: 1000})
    for slot, expected in [(market.slots(other)[0].id, 422), (999_999, 422), (2**63 - 1, 422), (past, 409)]:
        body["pickups"] = [{"cooperative": shop.id, "slot": slot}]
        assert buyer.post("/checkouts", body, key="k").status_code == expected, slot
    body["pickups"] = [{"cooperative": other.id, "slot": market.slots(other)[0].id}]
    assert fault(buyer.post("/checkouts", body, key="k")) == {"pickups": "missing"}
    body = basket(shop, {catch: 1000})
    body["pickups"] += [{"cooperative": other.id, "slot": market.slots(other)[0].id}]
    assert fault(buyer.post("/checkouts", body, key="k")) == {"pickups": "not-needed"}
    assert count("order") == 0
    assert market.broken() == []


def test_cash_needs_trust(buyer: Program, clerk: Program, siti: Actor, shop: market.Shop, clock: Clock) -> None:
    catch = market.catch(shop, quantity=100_000)
    for number in range(3):
        assert buyer.post("/checkouts", basket(shop, {catch: 1000}), key=f"{number}").status_code == 201
    refused = buyer.post("/checkouts", basket(shop, {catch: 1000}), key="4")
    assert (refused.status_code, problem(refused)) == (409, "cash-not-allowed")
    assert refused.get_json()["reason"] == "open-orders"
    clock.forward(hours=6)
    for order in buyer.get("/orders").get_json()["items"][:2]:
        assert clerk.post(f"/orders/{order['number']}/no-show").get_json()["status"] == "no_show"
    refused = buyer.post("/checkouts", basket(shop, {catch: 1000}), key="4")
    assert (problem(refused), refused.get_json()["reason"]) == ("cash-not-allowed", "no-shows")


@pytest.mark.usefixtures("without_cards")
def test_ways_to_pay_that_are_not_set_up_are_refused(buyer: Program, shop: market.Shop) -> None:
    catch = market.catch(shop)
    for method, reason in [("stripe", "not-set-up"), ("demo", "not-set-up"), ("qris", "no-code")]:
        refused = buyer.post("/checkouts", basket(shop, {catch: 1000}, method), key="k")
        assert (refused.status_code, problem(refused)) == (409, "payment-not-allowed")
        assert (refused.get_json()["method"], refused.get_json()["reason"]) == (method, reason)
    assert count("order") == 0


@pytest.mark.usefixtures("with_demo_cards")
def test_a_card_checkout_says_where_to_pay_and_until_when(
    buyer: Program, client: FlaskClient, siti: Actor, shop: market.Shop, clock: Clock
) -> None:
    body = basket(shop, {market.catch(shop): 1000}, "demo")
    made = buyer.post("/checkouts", body, key="k").get_json()
    assert (made["status"], made["expires_at"]) == ("awaiting_payment", "2026-01-05T09:30:00+07:00")
    assert (made["payment"]["method"], made["payment"]["status"]) == ("demo", "pending")
    assert made["orders"][0]["status"] == "awaiting_payment"
    assert buyer.post("/checkouts", body, key="k").get_json() == made
    assert buyer.get(f"/checkouts/{made['id']}").get_json() == made
    led = client.get(made["payment"]["redirect_url"])
    assert led.status_code == 302
    assert led.headers["Location"].startswith("/demo-bayar/")
    market.pay(siti, made["id"])
    paid = buyer.get(f"/checkouts/{made['id']}").get_json()
    assert (paid["status"], paid["payment"]["status"], paid["payment"]["redirect_url"]) == (
        "confirmed",
        "authorised",
        None,
    )
    led = client.get(made["payment"]["redirect_url"])
    assert led.headers["Location"].endswith(made["id"])


@pytest.mark.usefixtures("with_demo_cards")
def test_a_link_to_pay_leads_nowhere_for_what_is_no_payment_by_card(
    buyer: Program, client: FlaskClient, shop: market.Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/bayar/01KE6Y00000000000000000000").status_code == 404
    made = buyer.post("/checkouts", basket(shop, {market.catch(shop): 1000}, "demo"), key="k").get_json()

    def away(*_asked: object) -> None:
        raise ProviderAway()

    monkeypatch.setattr("ovop.payment.providers.demo.DemoProvider.begin", away)
    waiting = client.get(made["payment"]["redirect_url"])
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (503, "60")


@pytest.mark.usefixtures("with_demo_cards")
def test_an_unpaid_checkout_expires(buyer: Program, shop: market.Shop, clock: Clock) -> None:
    made = buyer.post("/checkouts", basket(shop, {market.catch(shop): 1000}, "demo"), key="k").get_json()
    clock.forward(minutes=30)
    expired = buyer.get(f"/checkouts/{made['id']}").get_json()
    assert (expired["status"], expired["orders"][0]["status"]) == ("expired", "expired")
    assert expired["payment"] == {"method": "demo", "status": "pending", "redirect_url": None}


def test_a_withdrawn_or_unknown_catch_is_named(buyer: Program, clerk: Program, shop: market.Shop, clock: Clock) -> None:
    catch = market.catch(shop, best_before=days.now() + timedelta(hours=2))
    body = basket(shop, {999_999: 1000})
    response = buyer.post("/checkouts", body, key="k")
    assert (response.status_code, problem(response), response.get_json()["catch"]) == (404, "not-found", 999_999)
    write(lambda session: session.execute(text("UPDATE catch SET is_withdrawn = true")))
    response = buyer.post("/checkouts", basket(shop, {catch: 1000}), key="k")
    assert (response.status_code, problem(response), response.get_json()["catch"]) == (409, "not-on-sale", catch)


def test_a_checkout_that_cannot_be_is_refused_by_field(buyer: Program, shop: market.Shop) -> None:
    catch = market.catch(shop)
    good: dict[str, Any] = basket(shop, {catch: 1000})
    line, pickup = good["lines"][0], good["pickups"][0]
    for change, expected in [
        ({"lines": []}, {"lines": "required"}),
        ({"lines": None}, {"lines": "not-a-list"}),
        ({"lines": {}}, {"lines": "not-a-list"}),
        ({"lines": line}, {"lines": "not-a-list"}),
        ({"lines": [line, line]}, {"lines": "repeated"}),
        ({"lines": [line] * 101}, {"lines": "too-many"}),
        ({"lines": [catch]}, {"lines.0": "not-an-object"}),
        ({"lines": [[catch, 1000]]}, {"lines.0": "not-an-object"}),
        ({"lines": [{}]}, {"lines.0.catch": "required", "lines.0.quantity": "required"}),
        ({"lines": [line | {"price": 1}]}, {"lines.0.price": "unknown-field"}),
        ({"lines": [line | {"quantity": 0}]}, {"lines.0.quantity": "too-small"}),
        ({"lines": [line | {"quantity": -1000}]}, {"lines.0.quantity": "too-small"}),
        ({"lines": [line | {"quantity": 2**63}]}, {"lines.0.quantity": "too-large"}),
        ({"lines": [line | {"quantity": 1.5}]}, {"lines.0.quantity": "not-whole"}),
        ({"lines": [line | {"quantity": "1000"}]}, {"lines.0.quantity": "not-a-number"}),
        ({"lines": [line | {"quantity": False}]}, {"lines.0.quantity": "not-a-number"}),
        ({"lines": [line | {"catch": "1"}]}, {"lines.0.catch": "not-a-number"}),
        ({"lines": [line | {"catch": 2**63}]}, {"lines.0.catch": "too-large"}),
        ({"pickups": []}, {"pickups": "required"}),
        ({"pickups": [pickup, pickup]}, {"pickups": "repeated"}),
        ({"pickups": [pickup | {"slot": None}]}, {"pickups.0.slot": "not-a-number"}),
        ({"pickups": [pickup | {"cooperative": 999_999}]}, {"pickups": "unknown"}),
        ({"payment": "gold"}, {"payment": "unknown"}),
        ({"payment": None}, {"payment": "unknown"}),
        ({"payment": ["cash"]}, {"payment": "unknown"}),
        ({"note": "x" * 301}, {"note": "too-long"}),
        ({"note": "a\0b"}, {"note": "not-text"}),
        ({"total": 1}, {"total": "unknown-field"}),
    ]:
        response = buyer.post("/checkouts", good | change, key="k")
        assert response.status_code == 422, change
        assert fault(response) == expected, change
    assert fault(buyer.post("/checkouts", {}, key="k")) == dict.fromkeys(["lines", "pickups", "payment"], "required")
    assert count("order") == count("remembered_answer") == 0
    assert market.broken() == []


def test_an_order_takes_twelve_statements(buyer: Program, shop: market.Shop) -> None:
    body = basket(shop, {market.catch(shop): 1000})
    buyer.post("/checkouts", body, key="warm")
    with recorded() as seen:
        assert buyer.post("/checkouts", body, key="k").status_code == 201
    assert len(seen) <= 12, "\n".join(seen)


def test_a_page_takes_as_many_statements_as_a_row(buyer: Program, siti: Actor, shop: market.Shop) -> None:
    catch = market.catch(shop)
    counts = []
    for _round in range(2):
        market.order(siti, shop, {catch: 500})
        market.catch(shop)
        with recorded() as seen:
            for path in ("/orders", "/catches", "/pickup-points", "/villages"):
                buyer.get(path)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 20
