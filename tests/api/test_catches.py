from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image

from ovop.db import write
from ovop.kernel import days
from ovop.stock.operations import withdraw_catch
from tests.conftest import Clock
from tests.databases import count
from tests.make import market
from tests.make.api import Program, fault, moment, problem, program


def landing(shop: market.Shop, **changes: object) -> dict[str, Any]:
    """A catch's body: five kilograms, landed now."""
    now = days.now()
    body = {
        "product": shop.product,
        "quantity": 5000,
        "unit_price": 37_500,
        "landed_at": moment(now),
        "best_before": moment(now + timedelta(days=2)),
    }
    return body | changes


def test_a_catch_is_put_on_sale_and_everybody_sees_it(anyone: Program, clerk: Program, shop: market.Shop) -> None:
    more = {
        "grade": "A",
        "gear": "Jaring insang tetap",
        "fishing_area": "WPP 712",
        "landing_price": 30_000,
        "note": "Tadi pagi.",
    }
    response = clerk.post("/catches", landing(shop, **more))
    assert response.status_code == 201
    made = response.get_json()
    assert response.headers["Location"] == f"/api/v1/catches/{made['id']}"
    assert made == {
        "id": made["id"],
        "lot_code": made["lot_code"],
        "product": {"id": shop.product, "name": "Udang windu"},
        "species": {"code": "GIT", "name": "Udang windu"},
        "form": "fresh",
        "village": {"code": "36.04.13.2011", "name": "Tengkurak"},
        "cooperative": {"id": shop.id, "name": "Koperasi Tengkurak"},
        "measure": "weight",
        "unit": "kg",
        "unit_price": 37_500,
        "available": 5000,
        "landed_at": "2026-01-05T09:00:00+07:00",
        "best_before": "2026-01-07T09:00:00+07:00",
        "grade": "A",
        "gear": "Jaring insang tetap",
        "fishing_area": "WPP 712",
        "photos": [],
    }
    assert anyone.get(f"/catches/{made['id']}").get_json() == made
    assert anyone.get("/catches").get_json() == {"items": [made], "total": 1, "page": 1, "per_page": 20}


def test_times_of_any_offset_are_one_instant(clerk: Program, shop: market.Shop) -> None:
    for written in ["2026-01-05T02:00:00Z", "2026-01-05t02:00:00.75z", "2026-01-04T18:00:00-08:00"]:
        made = clerk.post("/catches", landing(shop, landed_at=written)).get_json()
        assert made["landed_at"] == "2026-01-05T09:00:00+07:00", written


def test_a_whole_number_may_be_written_with_a_point(clerk: Program, shop: market.Shop) -> None:
    assert clerk.post("/catches", landing(shop, quantity=5000.0)).get_json()["available"] == 5000


def test_a_harvest_may_be_sold_ahead(clerk: Program, shop: market.Shop) -> None:
    ahead = days.now() + timedelta(days=3)
    body = landing(shop, landed_at=moment(ahead), best_before=moment(ahead + timedelta(days=1)))
    assert clerk.post("/catches", body).status_code == 201


def test_a_repeat_with_the_same_key_lands_nothing_more(clerk: Program, shop: market.Shop, clock: Clock) -> None:
    body = landing(shop)
    first = clerk.post("/catches", body, key="landing-1")
    clock.forward(minutes=5)
    second = clerk.post("/catches", body, key="landing-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_data() == second.get_data()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert count("catch") == 1
    assert market.broken() == []


def test_offers_are_narrowed_and_ordered(anyone: Program, clerk: Program, shop: market.Shop) -> None:
    other = market.shop("lontar", "36.04.13.2007")
    product = {"name": "Udang windu super", "species": "GIT", "form": "fresh", "measure": "weight", "unit": "kg"}
    shrimp = market.catch(shop, unit_price=90_000, product=clerk.post("/products", product).get_json()["id"])
    fish = market.catch(other, unit_price=40_000, product=market.product(other.id, "Bandeng", "MIL"))
    dried = market.catch(other, unit_price=60_000, product=market.product(other.id, "Teri kering", "STO", form="dried"))
    market.order(market.accounts.buyer(), other, {dried: 10_000})

    def ids(**query: object) -> list[int]:
        return [row["id"] for row in anyone.get("/catches", **query).get_json()["items"]]

    assert sorted(ids()) == sorted([shrimp, fish, dried])
    assert ids(sort="price") == [fish, dried, shrimp]
    assert ids(village="36.04.13.2011") == ids(cooperative=shop.id) == ids(q="udang") == ids(species="git") == [shrimp]
    assert ids(form="dried") == [dried]
    assert dried not in ids(in_stock="true")
    assert ids(species="XXX") == ids(village="36.04.99.9999") == ids(q="zzzz") == ids(cooperative=2**63 - 1) == []
    page = anyone.get("/catches", sort="price", page=2, per_page=1).get_json()
    assert ([row["id"] for row in page["items"]], page["total"], page["page"], page["per_page"]) == ([dried], 3, 2, 1)


def test_distances_are_given_from_where_one_stands(anyone: Program, shop: market.Shop) -> None:
    near_catch = market.catch(shop)
    items = anyone.get("/catches", near="-5.97,106.37", sort="distance").get_json()["items"]
    assert [(row["id"], row["distance_km"]) for row in items] == [(near_catch, 0.0)]
    [row] = anyone.get("/catches", near="-6.12,106.15").get_json()["items"]
    assert row["distance_km"] == pytest.approx(29.46, abs=0.2)
    assert anyone.get("/catches", near="-6.12,106.15", max_km=5).get_json()["total"] == 0
    assert "distance_km" not in anyone.get("/catches").get_json()["items"][0]


def test_what_is_withdrawn_or_past_its_best_is_no_offer(anyone: Program, shop: market.Shop, clock: Clock) -> None:
    withdrawn, spoilt = market.catch(shop), market.catch(shop)
    write(withdraw_catch, withdrawn, "habis", shop.clerk, days.now())
    assert [row["id"] for row in anyone.get("/catches").get_json()["items"]] == [spoilt]
    clock.forward(days=3)
    assert anyone.get("/catches").get_json()["total"] == 0
    assert anyone.get(f"/catches/{withdrawn}").get_json()["available"] == 0
    assert anyone.get(f"/catches/{spoilt}").status_code == 200


def test_what_cannot_be_asked_of_the_offer_is_named(anyone: Program) -> None:
    for query, expected in [
        ({"sort": "distance"}, {"near": "required"}),
        ({"max_km": "5"}, {"near": "required"}),
        ({"near": "5"}, {"near": "not-a-place"}),
        ({"near": "91,0"}, {"near": "not-a-place"}),
        ({"near": "nan,nan"}, {"near": "not-a-place"}),
        ({"near": "1e400,0"}, {"near": "not-a-place"}),
        ({"near": "-5,106", "max_km": "0"}, {"max_km": "too-small"}),
        ({"near": "-5,106", "max_km": "inf"}, {"max_km": "not-a-number"}),
        ({"near": "-5,106", "max_km": "-1"}, {"max_km": "not-a-number"}),
        ({"sort": "best"}, {"sort": "unknown"}),
        ({"form": "raw"}, {"form": "unknown"}),
        ({"cooperative": "one"}, {"cooperative": "not-a-number"}),
        ({"cooperative": str(2**63)}, {"cooperative": "too-large"}),
        ({"in_stock": "maybe"}, {"in_stock": "not-true-or-false"}),
    ]:
        assert fault(anyone.get("/catches", **query)) == expected, query


def test_a_catch_that_cannot_be_is_refused_by_field(clerk: Program, client: FlaskClient, shop: market.Shop) -> None:
    now = days.now()
    other = market.product(market.shop("lontar", "36.04.13.2007").id)
    for change, expected in [
        ({"quantity": 0}, {"quantity": "too-small"}),
        ({"quantity": -5}, {"quantity": "too-small"}),
        ({"quantity": 10**9}, {"quantity": "too-large"}),
        ({"quantity": 10**30}, {"quantity": "too-large"}),
        ({"quantity": 1.5}, {"quantity": "not-whole"}),
        ({"quantity": "5000"}, {"quantity": "not-a-number"}),
        ({"quantity": True}, {"quantity": "not-a-number"}),
        ({"quantity": None}, {"quantity": "not-a-number"}),
        ({"quantity": [5]}, {"quantity": "not-a-number"}),
        ({"unit_price": 0}, {"unit_price": "too-small"}),
        ({"unit_price": 10**9}, {"unit_price": "too-large"}),
        ({"landing_price": -1}, {"landing_price": "too-small"}),
        ({"product": 0}, {"product": "too-small"}),
        ({"product": 2**63}, {"product": "too-large"}),
        ({"product": 999_999}, {"product": "unknown"}),
        ({"product": other}, {"product": "unknown"}),
        ({"landed_at": "2026-01-05"}, {"landed_at": "not-a-time"}),
        ({"landed_at": "2026-01-05T09:00:00"}, {"landed_at": "not-a-time"}),
        ({"landed_at": "2026-02-30T09:00:00+07:00"}, {"landed_at": "not-a-time"}),
        ({"landed_at": "0001-01-01T00:00:00+07:00"}, {"landed_at": "not-a-time"}),
        ({"landed_at": "2026-01-05T09:00:00+99:99"}, {"landed_at": "not-a-time"}),
        ({"landed_at": 1767578400}, {"landed_at": "not-a-time"}),
        ({"landed_at": moment(now - timedelta(days=400))}, {"landed_at": "in-the-past", "best_before": "too-large"}),
        ({"landed_at": moment(now + timedelta(days=40))}, {"landed_at": "too-large", "best_before": "before-landing"}),
        ({"best_before": moment(now)}, {"best_before": "before-landing"}),
        ({"best_before": "9999-12-31T23:59:59Z"}, {"best_before": "not-a-time"}),
        ({"grade": "x" * 41}, {"grade": "too-long"}),
        ({"gear": "x" * 41}, {"gear": "too-long"}),
        ({"fishing_area": "a\u0007"}, {"fishing_area": "not-text"}),
        ({"note": "x" * 1001}, {"note": "too-long"}),
        ({"note": "a\0"}, {"note": "not-text"}),
        ({"village": "36.04.13.2007"}, {"village": "unknown-field"}),
    ]:
        response = clerk.post("/catches", landing(shop) | change)
        assert response.status_code == 422, (change, response.get_json())
        found = fault(response)
        assert found.items() & expected.items(), (change, found)
    required = dict.fromkeys(["product", "quantity", "unit_price", "landed_at", "best_before"], "required")
    assert fault(clerk.post("/catches", {})) == required
    assert count("catch") == count("movement") == 0


def test_price_note_and_best_before_change_and_orders_keep_theirs(
    clerk: Program, buyer: Program, siti: Any, shop: market.Shop
) -> None:
    catch = market.catch(shop)
    order = market.order(siti, shop, {catch: 1000})
    until = days.now() + timedelta(days=1)
    changed = clerk.patch(f"/catches/{catch}", {"unit_price": 30_000, "best_before": moment(until), "note": "Obral"})
    assert changed.status_code == 200
    assert (changed.get_json()["unit_price"], changed.get_json()["best_before"]) == (
        30_000,
        "2026-01-06T09:00:00+07:00",
    )
    assert buyer.get(f"/orders/{order.number}").get_json()["lines"][0]["unit_price"] == 37_500
    assert clerk.patch(f"/catches/{catch}", {}).get_json()["unit_price"] == 30_000


def test_stock_changes_with_a_reason_once_for_each_key(clerk: Program, shop: market.Shop) -> None:
    catch = market.catch(shop, quantity=5000)
    less = {"stock_change": -500, "reason": "Dimakan kucing"}
    assert clerk.patch(f"/catches/{catch}", less, key="k").get_json()["available"] == 4500
    assert clerk.patch(f"/catches/{catch}", less, key="k").get_json()["available"] == 4500
    more = {"stock_change": 250, "reason": "Ditimbang ulang", "unit_price": 40_000}
    changed = clerk.patch(f"/catches/{catch}", more).get_json()
    assert (changed["available"], changed["unit_price"]) == (4750, 40_000)
    for body, expected in [
        ({"stock_change": -100}, {"reason": "required"}),
        ({"stock_change": -100, "reason": " "}, {"reason": "required"}),
        ({"stock_change": 0, "reason": "x"}, {"stock_change": "too-small"}),
        ({"stock_change": 10**9, "reason": "x"}, {"stock_change": "too-large"}),
        ({"stock_change": -(10**30), "reason": "x"}, {"stock_change": "too-small"}),
        ({"stock_change": 1.5, "reason": "x"}, {"stock_change": "not-whole"}),
        ({"stock_change": "-5", "reason": "x"}, {"stock_change": "not-a-number"}),
        ({"reason": "x"}, {"stock_change": "required"}),
        ({"quantity": 5}, {"quantity": "unknown-field"}),
        ({"best_before": moment(days.now() - timedelta(days=1))}, {"best_before": "before-landing"}),
    ]:
        assert fault(clerk.patch(f"/catches/{catch}", body)) == expected, body
    response = clerk.patch(f"/catches/{catch}", {"unit_price": 1, "stock_change": -4751, "reason": "x"})
    assert (response.status_code, problem(response)) == (409, "out-of-stock")
    assert response.get_json()["available"] == 4750
    assert clerk.get(f"/catches/{catch}").get_json()["unit_price"] == 40_000
    assert market.broken() == []


def test_other_peoples_catches_stay_as_they_are(client: FlaskClient, shop: market.Shop) -> None:
    catch = market.catch(shop)
    other = program(client, market.shop("lontar", "36.04.13.2007").clerk)
    for number in (catch, 999_999):
        assert other.patch(f"/catches/{number}", {"unit_price": 1}).status_code == 404
        assert other.post(f"/catches/{number}/photos", data={"photo": (photo(), "a.jpg")}).status_code == 404


def photo(width: int = 900, height: int = 700, kind: str = "JPEG") -> BytesIO:
    """A picture file."""
    file = BytesIO()
    Image.new("RGB", (width, height), "#0E6E80").save(file, kind)
    file.seek(0)
    return file


def test_a_photo_is_added_and_can_be_fetched(
    app: APIFlask, client: FlaskClient, clerk: Program, shop: market.Shop
) -> None:
    catch = market.catch(shop)
    response = clerk.post(f"/catches/{catch}/photos", data={"photo": (photo(), "a.jpg")})
    assert response.status_code == 201
    made = response.get_json()
    assert (made["width"], made["height"]) == (900, 700)
    assert clerk.get(f"/catches/{catch}").get_json()["photos"] == [made]
    fetched = client.get(made["url"])
    assert (fetched.status_code, fetched.mimetype) == (200, "image/jpeg")
    assert Image.open(BytesIO(fetched.get_data())).size == (900, 700)


def test_what_is_no_photo_is_refused(clerk: Program, shop: market.Shop) -> None:
    catch = market.catch(shop)
    for data, expected in [
        ({"photo": (BytesIO(b"not a picture"), "a.jpg")}, {"photo": "not-a-photo"}),
        ({"photo": (BytesIO(b""), "a.jpg")}, {"photo": "not-a-photo"}),
        ({"photo": (photo(4, 4), "a.jpg")}, {"photo": "photo-too-small"}),
        ({"photo": "text", "other": (photo(), "a.jpg")}, {"photo": "not-a-photo", "other": "unknown-field"}),
        ({"picture": (photo(), "a.jpg")}, {"photo": "required", "picture": "unknown-field"}),
    ]:
        response = clerk.post(f"/catches/{catch}/photos", data=data, content_type="multipart/form-data")
        assert response.status_code == 422
        assert fault(response) == expected
    assert clerk.post(f"/catches/{catch}/photos", {"photo": "x"}).status_code == 415
    assert count("catch_photo") == 0
