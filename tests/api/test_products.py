from __future__ import annotations

from flask.testing import FlaskClient

from tests.databases import count
from tests.make import accounts, market
from tests.make.api import Program, fault, problem, program

BANDENG = {"name": "Bandeng presto", "species": "MIL", "form": "processed", "measure": "count", "unit": "pack"}


def test_a_product_is_added_and_listed(clerk: Program) -> None:
    response = clerk.post("/products", BANDENG | {"description": "Duri lunak."})
    made = response.get_json()
    assert response.status_code == 201
    assert made == BANDENG | {"id": made["id"], "description": "Duri lunak.", "flagship": False}
    assert response.headers["Location"] == f"/api/v1/products/{made['id']}"
    assert made in clerk.get("/products").get_json()["items"]


def test_a_label_is_kept_and_answered_where_it_says_something(clerk: Program) -> None:
    label = {
        "storage": "chilled",
        "keep_at": 4,
        "ingredients": "Bandeng, garam",
        "allergens": ["fish", "soy"],
        "net_grams": 250,
        "grades": ["isi 1", "isi 2"],
        "pirt": "206360401000127",
        "pirt_until": "2027-12-31",
        "halal": "ID36110000123450721",
    }
    made = clerk.post("/products", BANDENG | label).get_json()
    assert made == BANDENG | label | {"id": made["id"], "description": "", "flagship": False}
    for change, expected in [
        ({"storage": "shelf"}, {"storage": "unknown"}),
        ({"keep_at": 9.5}, {"keep_at": "not-whole"}),
        ({"keep_at": -20}, {"keep_at": "does-not-fit"}),
        ({"net_grams": 0}, {"net_grams": "too-small"}),
        ({"pirt": "12"}, {"pirt": "not-a-pirt"}),
        ({"pirt_until": None}, {"pirt_until": "required"}),
        ({"halal": "12"}, {"halal": "not-a-halal"}),
    ]:
        assert fault(clerk.post("/products", BANDENG | label | change)) == expected, change


def test_a_cooperative_lists_its_own_products_alone(client: FlaskClient, clerk: Program) -> None:
    other = program(client, market.shop("lontar", "36.04.13.2007").clerk)
    other.post("/products", BANDENG)
    assert [product["name"] for product in clerk.get("/products").get_json()["items"]] == ["Udang windu"]


def test_a_product_can_become_the_flagship_of_its_village(anyone: Program, clerk: Program) -> None:
    made = clerk.post("/products", BANDENG | {"flagship": True}).get_json()
    assert made["flagship"] is True
    village = anyone.get(f"/villages/{accounts.TENGKURAK}").get_json()
    assert village["flagship"]["product"] == {"id": made["id"], "name": "Bandeng presto"}
    assert [p["flagship"] for p in clerk.get("/products").get_json()["items"]] == [True, False]


def test_a_repeat_with_the_same_key_adds_nothing(clerk: Program) -> None:
    first = clerk.post("/products", BANDENG, key="k")
    second = clerk.post("/products", BANDENG, key="k")
    assert first.get_data() == second.get_data()
    assert first.headers["Location"] == second.headers["Location"]
    assert ("Idempotent-Replayed" in first.headers, second.headers["Idempotent-Replayed"]) == (False, "true")
    other = clerk.post("/products", BANDENG | {"name": "Sate bandeng"}, key="k")
    assert (other.status_code, problem(other)) == (422, "key-reused")
    assert count("product") == 2


def test_a_product_that_cannot_be_is_refused_by_field(clerk: Program) -> None:
    for change, expected in [
        ({"name": ""}, {"name": "required"}),
        ({"name": "   "}, {"name": "required"}),
        ({"name": None}, {"name": "not-text"}),
        ({"name": 5}, {"name": "not-text"}),
        ({"name": ["a"]}, {"name": "not-text"}),
        ({"name": "x" * 81}, {"name": "too-long"}),
        ({"name": "a\0b"}, {"name": "not-text"}),
        ({"species": "XXX"}, {"species": "unknown"}),
        ({"species": ""}, {"species": "required"}),
        ({"form": "raw"}, {"form": "unknown"}),
        ({"measure": "litre"}, {"measure": "unknown"}),
        ({"unit": "kg"}, {"unit": "does-not-fit"}),
        ({"measure": "weight"}, {"unit": "does-not-fit"}),
        ({"description": "x" * 2001}, {"description": "too-long"}),
        ({"flagship": "yes"}, {"flagship": "not-true-or-false"}),
        ({"flagship": 1}, {"flagship": "not-true-or-false"}),
        ({"price": 1}, {"price": "unknown-field"}),
    ]:
        response = clerk.post("/products", BANDENG | change)
        assert response.status_code == 422, change
        assert fault(response) == expected, change
    assert fault(clerk.post("/products", {})) == dict.fromkeys(BANDENG, "required")
    assert count("product") == 1


def test_who_orders_much_pays_less_as_the_product_and_its_catches_say(anyone: Program, clerk: Program) -> None:
    breaks = [{"quantity": 10_000, "percent": 5}, {"quantity": 25_000, "percent": 10}]
    shrimp = {"name": "Udang windu", "species": "GIT", "form": "fresh", "measure": "weight", "unit": "kg"}
    made = clerk.post("/products", shrimp | {"price_breaks": breaks}).get_json()
    assert made["price_breaks"] == breaks
    landing = {"product": made["id"], "quantity": 90_000, "unit_price": 30_000}
    times = {"landed_at": "2026-01-05T09:00:00+07:00", "best_before": "2026-01-07T09:00:00+07:00"}
    catch = clerk.post("/catches", landing | times).get_json()
    prices = [{"quantity": 10_000, "unit_price": 28_500}, {"quantity": 25_000, "unit_price": 27_000}]
    assert anyone.get(f"/catches/{catch['id']}").get_json()["price_breaks"] == prices


def test_breaks_that_do_not_rise_are_refused(clerk: Program) -> None:
    breaks = [{"quantity": 10, "percent": 5}, {"quantity": 10, "percent": 6}]
    before = count("product")
    answer = clerk.post("/products", BANDENG | {"price_breaks": breaks})
    assert answer.status_code == 422
    assert count("product") == before
