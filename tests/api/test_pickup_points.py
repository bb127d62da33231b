from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from geopy.distance import geodesic

from ovop.accounts.rules import Actor
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, sharing
from tests.make.api import Program, basket, fault, problem, program

DAILY = [{"weekday": day, "opens": "06:00", "closes": "10:00", "capacity": 3} for day in range(1, 8)]
PLACE = {
    "name": "Balai Desa",
    "latitude": -5.99,
    "longitude": 106.35,
    "address": "Jalan Pantai 1",
    "hours": DAILY,
    "slot_minutes": 60,
    "deadline_minutes": 120,
}


def test_a_point_is_added_with_its_slots(clerk: Program, shop: market.Shop) -> None:
    response = clerk.post("/pickup-points", PLACE)
    made = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/api/v1/pickup-points/{made['id']}"
    assert made == PLACE | {
        "id": made["id"],
        "cooperative": {"id": shop.id, "name": "Koperasi Tengkurak"},
        "hours": [opening | {"capacity_grams": None} for opening in DAILY],
        "active": True,
        "distance_km": None,
    }
    body = clerk.get(f"/pickup-points/{made['id']}/slots", from_="2026-01-06", days=1).get_json()
    assert (body["total"], body["page"]) == (4, 1)
    first = body["items"][0]
    assert first == {
        "id": first["id"],
        "starts_at": "2026-01-06T06:00:00+07:00",
        "ends_at": "2026-01-06T07:00:00+07:00",
        "capacity": 3,
        "free": 3,
    }


def test_points_come_nearest_first_with_geodesic_distances(anyone: Program, clerk: Program, shop: market.Shop) -> None:
    far = clerk.post("/pickup-points", PLACE | {"name": "Kota", "latitude": -6.12, "longitude": 106.15}).get_json()
    here = (-6.1, 106.2)
    body = anyone.get("/pickup-points", near="-6.1,106.2").get_json()
    assert [point["id"] for point in body["items"]] == [far["id"], shop.point]
    for point in body["items"]:
        exact = geodesic(here, (point["latitude"], point["longitude"])).km
        assert point["distance_km"] == pytest.approx(exact, abs=0.001)
    assert anyone.get("/pickup-points", near="-6.1,106.2", limit=1).get_json()["total"] == 1
    assert anyone.get("/pickup-points", near="-6.1,106.2", max_km=10).get_json()["total"] == 1
    assert anyone.get("/pickup-points", near="-6.1,106.2", cooperative=999).get_json()["items"] == []
    second = anyone.get("/pickup-points", near="-6.1,106.2", page=2, per_page=1).get_json()
    assert ([point["id"] for point in second["items"]], second["total"]) == ([shop.point], 2)


def test_a_cooperatives_points_include_those_that_a_neighbour_shares(anyone: Program, shop: market.Shop) -> None:
    guest = market.shop("lontar", "36.04.13.2007")
    sharing.shared(shop, guest)
    for where in ({}, {"near": "-6.1,106.2"}):
        found = anyone.get("/pickup-points", cooperative=guest.id, **where).get_json()["items"]
        assert {(point["id"], point["cooperative"]["id"]) for point in found} == {
            (shop.point, shop.id),
            (guest.point, guest.id),
        }
        own = anyone.get("/pickup-points", cooperative=shop.id, **where).get_json()["items"]
        assert [point["id"] for point in own] == [shop.point]


def test_points_are_listed_by_name_without_a_place(anyone: Program, clerk: Program, shop: market.Shop) -> None:
    market.shop("lontar", "36.04.13.2007")
    clerk.post("/pickup-points", PLACE | {"name": "Alun-alun"})
    names = [point["name"] for point in anyone.get("/pickup-points").get_json()["items"]]
    assert names == ["Alun-alun", "Dermaga", "Dermaga"]
    own = anyone.get("/pickup-points", cooperative=shop.id).get_json()
    assert own["total"] == 2
    assert {point["distance_km"] for point in own["items"]} == {None}


def test_a_point_changes_and_what_is_left_out_stays(clerk: Program, shop: market.Shop) -> None:
    made = clerk.post("/pickup-points", PLACE).get_json()
    changed = clerk.patch(f"/pickup-points/{made['id']}", {"name": "Balai", "deadline_minutes": 30}).get_json()
    assert changed == made | {"name": "Balai", "deadline_minutes": 30}
    assert clerk.patch(f"/pickup-points/{made['id']}", {}).get_json() == changed


def test_a_retired_point_offers_nothing(anyone: Program, clerk: Program, buyer: Program, shop: market.Shop) -> None:
    slot = market.slots(shop)[0].id
    assert clerk.patch(f"/pickup-points/{shop.point}", {"active": False}).get_json()["active"] is False
    assert anyone.get("/pickup-points").get_json()["total"] == 0
    assert anyone.get("/pickup-points", near="-5.97,106.37").get_json()["total"] == 0
    assert anyone.get(f"/pickup-points/{shop.point}/slots").get_json()["total"] == 0
    refused = buyer.post("/checkouts", basket(shop, {market.catch(shop): 1000}, slot=slot), key="k")
    assert fault(refused) == {"pickups": "unknown"}
    assert clerk.patch(f"/pickup-points/{shop.point}", {"active": True}).get_json()["active"] is True
    assert anyone.get(f"/pickup-points/{shop.point}/slots").get_json()["total"] > 0


def test_slots_say_what_is_free_and_nothing_once_it_is_too_late(
    anyone: Program, siti: Actor, shop: market.Shop, clock: Clock
) -> None:
    catch = market.catch(shop)
    slot = market.slots(shop)[0].id

    def free() -> dict[int, int]:
        items = anyone.get(f"/pickup-points/{shop.point}/slots", days=1).get_json()["items"]
        return {item["id"]: item["free"] for item in items}

    assert free()[slot] == 10
    market.order(siti, shop, {catch: 1000}, slot=slot)
    assert free()[slot] == 9
    clock.forward(minutes=59)  # the slot begins in a minute, its orders ended long ago
    assert free()[slot] == 0
    clock.forward(minutes=1)
    assert slot not in free()


def test_slots_of_other_days_are_asked_for_by_day(anyone: Program, shop: market.Shop) -> None:
    path = f"/pickup-points/{shop.point}/slots"
    week = anyone.get(path).get_json()
    assert {item["starts_at"][:10] for item in week["items"]} == {f"2026-01-{day:02d}" for day in range(5, 12)}
    assert anyone.get(path, from_="2026-01-01", days=4).get_json()["total"] == 0
    assert anyone.get(path, from_="2027-01-01").get_json()["items"] == []
    assert len(anyone.get(path, days=29, page=3).get_json()["items"]) > 0
    for query, expected in [
        ({"from_": "yesterday"}, {"from": "not-a-day"}),
        ({"from_": "2026-13-01"}, {"from": "not-a-day"}),
        ({"from_": "0001-01-01"}, {"from": "not-a-day"}),
        ({"from_": "20260105"}, {"from": "not-a-day"}),
        ({"days": "0"}, {"days": "too-small"}),
        ({"days": "30"}, {"days": "too-large"}),
    ]:
        assert fault(anyone.get(path, **query)) == expected
    assert anyone.get("/pickup-points/999999/slots").status_code == 404


def test_a_slot_that_is_called_off_gives_everything_back(
    client: FlaskClient, clerk: Program, buyer: Program, siti: Actor, shop: market.Shop
) -> None:
    catch = market.catch(shop, quantity=5000)
    slot, other = (slot.id for slot in market.slots(shop)[:2])
    order = market.order(siti, shop, {catch: 1000}, slot=slot)
    kept = market.order(siti, shop, {catch: 500}, slot=other)
    stranger = program(client, market.shop("lontar", "36.04.13.2007").clerk)
    assert stranger.post(f"/slots/{slot}/close", {"reason": "Badai"}).status_code == 404
    for body, expected in [({}, "required"), ({"reason": ""}, "required"), ({"reason": 5}, "not-text")]:
        assert fault(clerk.post(f"/slots/{slot}/close", body)) == {"reason": expected}
    closed = clerk.post(f"/slots/{slot}/close", {"reason": "Badai"}).get_json()
    assert (closed["id"], closed["free"], closed["cancelled"]) == (slot, 0, 1)
    assert clerk.post(f"/slots/{slot}/close", {"reason": "Badai"}).get_json()["cancelled"] == 0
    assert buyer.get(f"/orders/{order.number}").get_json()["status"] == "cancelled"
    assert buyer.get(f"/orders/{kept.number}").get_json()["status"] == "confirmed"
    assert buyer.get(f"/catches/{catch}").get_json()["available"] == 4500
    refused = buyer.post("/checkouts", basket(shop, {catch: 500}, slot=slot), key="k")
    assert (refused.status_code, problem(refused)) == (409, "slot-unsuitable")
    assert clerk.post("/slots/999999/close", {"reason": "Badai"}).status_code == 404
    assert market.broken() == []


def test_less_room_than_is_booked_is_refused(clerk: Program, siti: Actor, shop: market.Shop) -> None:
    catch = market.catch(shop)
    slot = market.slots(shop)[0].id
    for _order in range(2):
        market.order(siti, shop, {catch: 500}, slot=slot)
    tight = [{"weekday": day, "opens": "08:00", "closes": "18:00", "capacity": 1} for day in range(1, 8)]
    response = clerk.patch(f"/pickup-points/{shop.point}", {"hours": tight})
    assert (response.status_code, problem(response)) == (409, "capacity-below-bookings")
    assert response.get_json()["booked"] == 2
    assert clerk.get(f"/pickup-points/{shop.point}/slots").get_json()["items"][0]["capacity"] == 10


def test_other_peoples_points_stay_as_they_are(client: FlaskClient, shop: market.Shop) -> None:
    other = program(client, market.shop("lontar", "36.04.13.2007").clerk)
    for number in (shop.point, 999_999):
        assert other.patch(f"/pickup-points/{number}", {"active": False}).status_code == 404


def test_a_point_that_cannot_be_is_refused_by_field(clerk: Program, shop: market.Shop) -> None:
    def week(**changes: Any) -> list[dict[str, Any]]:
        return [DAILY[0] | changes]

    for change, expected in [
        ({"name": ""}, {"name": "required"}),
        ({"name": "x" * 81}, {"name": "too-long"}),
        ({"latitude": 91}, {"latitude": "too-large"}),
        ({"latitude": "-6"}, {"latitude": "not-a-number"}),
        ({"latitude": True}, {"latitude": "not-a-number"}),
        ({"longitude": -181}, {"longitude": "too-small"}),
        ({"longitude": 10**400}, {"longitude": "too-large"}),
        ({"address": "x" * 201}, {"address": "too-long"}),
        ({"slot_minutes": 5}, {"slot_minutes": "too-small"}),
        ({"slot_minutes": 1441}, {"slot_minutes": "too-large"}),
        ({"deadline_minutes": -1}, {"deadline_minutes": "too-small"}),
        ({"hours": {}}, {"hours": "not-a-list"}),
        ({"hours": "06:00"}, {"hours": "not-a-list"}),
        ({"hours": [1]}, {"hours.0": "not-an-object"}),
        ({"hours": DAILY * 8}, {"hours": "too-many"}),
        ({"hours": week(weekday=0)}, {"hours.0.weekday": "too-small"}),
        ({"hours": week(weekday=8)}, {"hours.0.weekday": "too-large"}),
        ({"hours": week(opens="6.00")}, {"hours.0.opens": "not-a-time"}),
        ({"hours": week(opens=6)}, {"hours.0.opens": "not-a-time"}),
        ({"hours": week(closes="24:00")}, {"hours.0.closes": "not-a-time"}),
        ({"hours": week(closes="05:00")}, {"hours": "not-a-time"}),
        ({"hours": week(closes="06:30")}, {"hours": "shorter-than-slot"}),
        ({"hours": week() * 2}, {"hours": "overlapping"}),
        ({"hours": week(capacity=0)}, {"hours.0.capacity": "too-small"}),
        ({"hours": week(capacity=10**9)}, {"hours.0.capacity": "too-large"}),
        ({"hours": week(capacity_grams=0)}, {"hours.0.capacity_grams": "too-small"}),
        ({"hours": week(capacity_grams=2**64)}, {"hours.0.capacity_grams": "too-large"}),
        ({"cooperative": 1}, {"cooperative": "unknown-field"}),
    ]:
        response = clerk.post("/pickup-points", PLACE | change)
        assert response.status_code == 422, change
        assert fault(response) == expected, change
        patched = clerk.patch(f"/pickup-points/{shop.point}", change)
        assert fault(patched) == expected, change
    required = [name for name in PLACE if name != "address"]
    assert fault(clerk.post("/pickup-points", {})) == dict.fromkeys(required, "required")
    assert count("pickup_point") == 1


def test_a_repeat_with_the_same_key_adds_one_point(clerk: Program) -> None:
    first, second = (clerk.post("/pickup-points", PLACE, key="k") for _time in range(2))
    assert first.get_data() == second.get_data()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert count("pickup_point") == 2


def test_the_cold_box_is_full_before_the_places_are(buyer: Program, client: FlaskClient) -> None:
    hours = tuple(market.Hours(day, market.time(8), market.time(18), 10, 3000) for day in range(1, 8))
    seller = market.shop("lontar", "36.04.13.2007", hours)
    catch = market.catch(seller)
    assert buyer.post("/checkouts", basket(seller, {catch: 2000}), key="a").status_code == 201
    refused = buyer.post("/checkouts", basket(seller, {catch: 1500}), key="b")
    assert (refused.status_code, problem(refused)) == (409, "slot-full")
    assert (
        program(client, accounts.buyer("b@contoh.id"))
        .post("/checkouts", basket(seller, {catch: 1000}), key="b")
        .status_code
        == 201
    )
