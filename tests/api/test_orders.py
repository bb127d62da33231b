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
from ovop.payment.qris import read_merchant_code
from tests.conftest import Clock
from tests.databases import count
from tests.make import market, scales
from tests.make.api import Program, fault, problem, program
from tests.payment.test_qris import STATIC


def weighed(clerk: Program, order: Any, quantity: int) -> dict[str, Any]:
    """The order of one line, once weighed."""
    body = {"lines": [{"catch": order.lines[0].catch, "quantity": quantity}]}
    answer: dict[str, Any] = clerk.post(f"/orders/{order.number}/weigh", body).get_json()
    return answer


def give_qris(seller: market.Shop) -> None:
    """The co-operative has a QRIS."""
    change = text("UPDATE cooperative SET qris_payload = :code WHERE id = :id")
    write(lambda session: session.execute(change, {"code": STATIC, "id": seller.id}))


def test_an_order_is_weighed_and_handed_over(
    clerk: Program, buyer: Program, siti: Actor, shop: market.Shop, clock: Clock
) -> None:
    catch = market.catch(shop, quantity=5000)
    order = market.order(siti, shop, {catch: 1500})
    clock.forward(minutes=20)
    ready = weighed(clerk, order, 1480)
    assert (ready["status"], ready["total"], ready["estimate"]) == ("ready", 55_500, 56_300)
    assert ready["lines"][0]["final_quantity"] == 1480
    assert buyer.get(f"/catches/{catch}").get_json()["available"] == 3520
    clock.forward(minutes=20)
    body = {"code": order.pickup_code, "reference": "kas 12"}
    done = clerk.post(f"/orders/{order.number}/handover", body).get_json()
    assert (done["status"], done["payment"]) == ("collected", {"method": "cash", "status": "paid"})
    assert done["history"] == [
        {"status": "confirmed", "at": "2026-01-05T09:00:00+07:00"},
        {"status": "ready", "at": "2026-01-05T09:20:00+07:00"},
        {"status": "collected", "at": "2026-01-05T09:40:00+07:00"},
    ]
    assert market.broken() == []


def test_an_order_keeps_the_scale_that_a_program_weighed_it_on(clerk: Program, siti: Actor, shop: market.Shop) -> None:
    order, other = (market.order(siti, shop, {market.catch(shop): 1000}) for _time in range(2))
    stranger = scales.verified(market.shop("lontar", "36.04.13.2007"))
    body = {"lines": [{"catch": order.lines[0].catch, "quantity": 1000}]}
    refused = clerk.post(f"/orders/{order.number}/weigh", body | {"scale": stranger})
    assert (refused.status_code, refused.get_json()["errors"]) == (422, {"scale": "unknown"})
    assert clerk.post(f"/orders/{order.number}/weigh", body | {"scale": scales.verified(shop)}).status_code == 200
    kept = market.read(order.number, shop.clerk).scale
    assert kept is not None
    assert kept.name == "Duduk 1"
    weighed(clerk, other, 1000)
    assert market.read(other.number, shop.clerk).scale is None
    assert market.broken() == []


def test_a_code_may_be_typed_with_spaces(clerk: Program, siti: Actor, shop: market.Shop) -> None:
    order = market.order(siti, shop, {market.catch(shop): 1000})
    weighed(clerk, order, 1000)
    code = f" {order.pickup_code[:3]} {order.pickup_code[3:]}"
    assert clerk.post(f"/orders/{order.number}/handover", {"code": code}).get_json()["status"] == "collected"


def test_nobody_pays_above_the_maximum(clerk: Program, siti: Actor, shop: market.Shop) -> None:
    catch = market.catch(shop)
    order = market.order(siti, shop, {catch: 1000})
    body = {"lines": [{"catch": catch, "quantity": 1101}]}
    refused = clerk.post(f"/orders/{order.number}/weigh", body)
    assert (refused.status_code, problem(refused)) == (422, "over-maximum")
    assert {"catch": catch, "maximum": 1100}.items() <= refused.get_json().items()
    assert weighed(clerk, order, 1100)["total"] == 41_300 == order.maximum


def test_weights_that_do_not_fit_the_order_change_nothing(clerk: Program, siti: Actor, shop: market.Shop) -> None:
    catch, other = market.catch(shop), market.catch(shop)
    order = market.order(siti, shop, {catch: 1000})
    line = {"catch": catch, "quantity": 1000}
    for lines, expected in [
        ([], {"lines": "required"}),
        ([line, line], {"lines": "repeated"}),
        ([line, line | {"catch": other}], {"lines": "does-not-fit"}),
        ([line | {"catch": other}], {"lines": "does-not-fit"}),
        ([line | {"quantity": -1}], {"lines.0.quantity": "too-small"}),
        ([line | {"quantity": 10**9}], {"lines.0.quantity": "too-large"}),
        ([line | {"quantity": 0.5}], {"lines.0.quantity": "not-whole"}),
        ([line | {"quantity": "1 kg"}], {"lines.0.quantity": "not-a-number"}),
        ([{"catch": catch}], {"lines.0.quantity": "required"}),
        (line, {"lines": "not-a-list"}),
    ]:
        assert fault(clerk.post(f"/orders/{order.number}/weigh", {"lines": lines})) == expected, lines
    nothing = clerk.post(f"/orders/{order.number}/weigh", {"lines": [line | {"quantity": 0}]})
    assert (nothing.status_code, problem(nothing)) == (422, "nothing-weighed")
    assert clerk.get(f"/orders/{order.number}").get_json()["status"] == "confirmed"
    assert market.broken() == []


def test_five_wrong_codes_lock_the_order(clerk: Program, siti: Actor, shop: market.Shop, clock: Clock) -> None:
    order = market.order(siti, shop, {market.catch(shop): 1000})
    weighed(clerk, order, 1000)
    wrong = f"{(int(order.pickup_code) + 1) % 10**6:06d}"
    path = f"/orders/{order.number}/handover"
    for _try in range(5):
        refused = clerk.post(path, {"code": wrong}, key=None if _try % 2 else f"{_try}")
        assert (refused.status_code, problem(refused)) == (422, "wrong-code")
    locked = clerk.post(path, {"code": order.pickup_code})
    assert (locked.status_code, problem(locked), locked.headers["Retry-After"]) == (429, "locked", "900")
    clock.forward(minutes=15)
    assert clerk.post(path, {"code": order.pickup_code}).status_code == 200
    for body, expected in [
        ({}, {"code": "required"}),
        ({"code": 123_456}, {"code": "not-text"}),
        ({"code": None}, {"code": "not-text"}),
        ({"code": "1" * 21}, {"code": "too-long"}),
        ({"code": "1", "reference": "x" * 81}, {"reference": "too-long"}),
    ]:
        assert fault(clerk.post(path, body)) == expected


def test_steps_out_of_turn_are_wrong_status(clerk: Program, buyer: Program, siti: Actor, shop: market.Shop) -> None:
    catch = market.catch(shop)
    order = market.order(siti, shop, {catch: 1000})
    path, weighing = f"/orders/{order.number}", {"lines": [{"catch": catch, "quantity": 1000}]}

    def statuses() -> list[str]:
        answers = [
            clerk.post(f"{path}/weigh", weighing),
            clerk.post(f"{path}/handover", {"code": order.pickup_code}),
            clerk.post(f"{path}/no-show"),
            buyer.post(f"{path}/cancel"),
            clerk.post(f"{path}/cancel", {"restock": False}),
        ]
        assert {answer.status_code for answer in answers} == {409}
        return [problem(answer) for answer in answers]

    early = clerk.post(f"{path}/handover", {"code": order.pickup_code})
    assert (early.status_code, problem(early), early.get_json()["order_status"]) == (409, "wrong-status", "confirmed")
    assert problem(clerk.post(f"{path}/no-show")) == "too-early"
    weighed(clerk, order, 1000)
    assert problem(clerk.post(f"{path}/weigh", weighing)) == "wrong-status"
    clerk.post(f"{path}/handover", {"code": order.pickup_code})
    assert statuses() == ["wrong-status"] * 5
    other = market.order(siti, shop, {catch: 1000})
    path = f"/orders/{other.number}"
    buyer.post(f"{path}/cancel")
    assert statuses() == ["wrong-status"] * 5
    assert market.broken() == []


def test_cancelling_gives_goods_and_place_back_once(
    clerk: Program, buyer: Program, siti: Actor, shop: market.Shop
) -> None:
    catch = market.catch(shop, quantity=5000)
    slot = market.slots(shop)[0]

    def left() -> tuple[int, int]:
        slots = buyer.get(f"/pickup-points/{shop.point}/slots").get_json()["items"]
        return buyer.get(f"/catches/{catch}").get_json()["available"], slots[0]["free"]

    for caller, body in [
        (buyer, None),
        (buyer, {"reason": "Salah pilih", "restock": False}),  # a buyer cannot spoil the goods
        (clerk, {"reason": "Ombak besar"}),
        (clerk, {"restock": True}),
    ]:
        order = market.order(siti, shop, {catch: 1000}, slot=slot.id)
        assert left() == (4000, 9)
        cancelled = caller.post(f"/orders/{order.number}/cancel", body).get_json()
        assert (cancelled["status"], cancelled["payment"]["status"]) == ("cancelled", "void")
        assert problem(caller.post(f"/orders/{order.number}/cancel", body)) == "wrong-status"
        assert left() == (5000, 10)
    order = market.order(siti, shop, {catch: 1000}, slot=slot.id)
    clerk.post(f"/orders/{order.number}/cancel", {"reason": "Rusak", "restock": False})
    assert left() == (4000, 10)
    assert market.broken() == []


def test_spoilt_goods_never_return_to_sale(clerk: Program, siti: Actor, shop: market.Shop, clock: Clock) -> None:
    catch = market.catch(shop, quantity=5000, best_before=days.now() + timedelta(hours=3))
    order = market.order(siti, shop, {catch: 1000})
    clock.forward(hours=4)
    clerk.post(f"/orders/{order.number}/cancel", {"restock": True})
    assert clerk.get(f"/catches/{catch}").get_json()["available"] == 4000


def test_a_cancellation_that_cannot_be_read_is_refused(buyer: Program, siti: Actor, shop: market.Shop) -> None:
    order = market.order(siti, shop, {market.catch(shop): 1000})
    for body, expected in [
        ({"restock": "no"}, {"restock": "not-true-or-false"}),
        ({"restock": 0}, {"restock": "not-true-or-false"}),
        ({"reason": 5}, {"reason": "not-text"}),
        ({"reason": "x" * 201}, {"reason": "too-long"}),
        ({"why": "x"}, {"why": "unknown-field"}),
        ([], {"body": "not-an-object"}),
        ("now", {"body": "not-an-object"}),
        (0, {"body": "not-an-object"}),
    ]:
        assert fault(buyer.post(f"/orders/{order.number}/cancel", body)) == expected
    assert buyer.get(f"/orders/{order.number}").get_json()["status"] == "confirmed"


def test_who_did_not_come_is_marked_after_the_slot(
    clerk: Program, siti: Actor, shop: market.Shop, clock: Clock
) -> None:
    catch = market.catch(shop, quantity=5000)
    order = market.order(siti, shop, {catch: 1000})
    clock.forward(hours=2)
    marked = clerk.post(f"/orders/{order.number}/no-show").get_json()
    assert (marked["status"], marked["payment"]["status"]) == ("no_show", "void")
    assert clerk.get(f"/catches/{catch}").get_json()["available"] == 5000
    assert market.broken() == []


def test_each_step_with_a_key_is_done_once_and_answered_the_same(
    clerk: Program, buyer: Program, siti: Actor, shop: market.Shop, clock: Clock
) -> None:
    catch = market.catch(shop)
    first, second, third = (market.order(siti, shop, {catch: 1000}) for _order in range(3))
    steps = [
        (clerk, f"/orders/{first.number}/weigh", {"lines": [{"catch": catch, "quantity": 950}]}),
        (clerk, f"/orders/{first.number}/handover", {"code": first.pickup_code}),
        (buyer, f"/orders/{second.number}/cancel", {"reason": "Batal"}),
        (clerk, f"/orders/{third.number}/no-show", None),
    ]
    clock.forward(hours=2)
    for number, (caller, path, body) in enumerate(steps):
        one, two = (caller.post(path, body, key=f"step-{number}") for _time in range(2))
        assert (one.status_code, two.status_code) == (200, 200)
        assert one.get_data() == two.get_data()
        assert two.headers["Idempotent-Replayed"] == "true"
        assert "Location" not in two.headers
    reused = clerk.post(steps[1][1], {"code": "000000"}, key="step-0")
    assert (reused.status_code, problem(reused)) == (422, "key-reused")
    assert count("order_event") == 3 + 2 + 1 + 1
    assert market.broken() == []


def test_orders_come_newest_first_in_pages(buyer: Program, siti: Actor, shop: market.Shop) -> None:
    catch = market.catch(shop)
    numbers = [market.order(siti, shop, {catch: 100}).number for _order in range(3)]
    page = buyer.get("/orders", page=2, per_page=2).get_json()
    assert ([order["number"] for order in page["items"]], page["total"]) == ([numbers[0]], 3)
    assert buyer.get("/orders", page=9).get_json()["items"] == []
    assert fault(buyer.get("/orders", per_page=101)) == {"per_page": "too-large"}


def test_qris_shows_the_cooperatives_own_code_and_what_is_due(
    clerk: Program, buyer: Program, siti: Actor, shop: market.Shop, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_qris(shop)
    order = market.order(siti, shop, {market.catch(shop): 1500}, market.Method.QRIS)
    weighed(clerk, order, 1480)
    due = {"payload": STATIC, "amount": 55_500, "amount_included": False, "merchant_name": "KIOS UJI COBA"}
    assert buyer.get(f"/orders/{order.number}/qris").get_json() == due
    assert clerk.get(f"/orders/{order.number}/qris").get_json() == due
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], qris_amount=True))
    asking = buyer.get(f"/orders/{order.number}/qris").get_json()
    assert (asking["amount"], asking["amount_included"]) == (55_500, True)
    assert "540555500" in asking["payload"]
    assert asking["payload"].startswith("000201010212")
    assert read_merchant_code(STATIC).merchant_name == asking["merchant_name"]
    clerk.post(f"/orders/{order.number}/handover", {"code": order.pickup_code, "reference": "QR-1"})
    paid = buyer.get(f"/orders/{order.number}/qris")
    assert (paid.status_code, problem(paid)) == (409, "wrong-status")


def test_qris_is_refused_where_there_is_none(
    clerk: Program, buyer: Program, office: Program, siti: Actor, client: FlaskClient, shop: market.Shop
) -> None:
    give_qris(shop)
    catch = market.catch(shop)
    cash = market.order(siti, shop, {catch: 1000})
    order = market.order(siti, shop, {catch: 1000}, market.Method.QRIS)
    response = buyer.get(f"/orders/{cash.number}/qris")
    assert (response.status_code, problem(response), response.get_json()["reason"]) == (
        409,
        "payment-not-allowed",
        "not-qris",
    )
    write(lambda session: session.execute(text("UPDATE cooperative SET qris_payload = NULL")))
    response = buyer.get(f"/orders/{order.number}/qris")
    assert (problem(response), response.get_json()["reason"]) == ("payment-not-allowed", "no-code")
    assert office.get(f"/orders/{order.number}/qris").status_code == 403
    other = program(client, market.shop("lontar", "36.04.13.2007").clerk)
    assert other.get(f"/orders/{order.number}/qris").status_code == 404
