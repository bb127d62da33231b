from __future__ import annotations

from datetime import datetime, timedelta

from flask.testing import FlaskClient

from ovop.accounts.rules import Actor
from ovop.kernel import days
from tests.conftest import Clock
from tests.make import accounts, market
from tests.make.api import Program, fault
from tests.make.sales import KAMASAN, LONTAR, TENGKURAK, sale

NOTHING = {"orders": 0, "buyers": 0, "grams": 0, "pieces": 0, "revenue": 0}


def test_a_sale_counts_when_it_is_collected_and_as_it_was_weighed(
    office: Program, clerk: Program, siti: Actor, shop: market.Shop
) -> None:
    catch = market.catch(shop)
    order = market.order(siti, shop, {catch: 1500})
    clerk.post(f"/orders/{order.number}/weigh", {"lines": [{"catch": catch, "quantity": 1480}]})
    assert office.get("/sales").get_json() == {"rows": [], "total": NOTHING}
    clerk.post(f"/orders/{order.number}/handover", {"code": order.pickup_code})
    figures = {"orders": 1, "buyers": 1, "grams": 1480, "pieces": 0, "revenue": 55_500}
    assert office.get("/sales").get_json() == {"rows": [], "total": figures}
    keys = {
        "day": "2026-01-05",
        "month": "2026-01",
        "village": TENGKURAK,
        "district": "36.04.13",
        "species": "GIT",
        "form": "fresh",
    }
    for name, value in keys.items():
        assert office.get("/sales", group_by=name).get_json() == {"rows": [figures | {name: value}], "total": figures}
    every = office.get("/sales", group_by=",".join(keys)).get_json()
    assert every == {"rows": [figures | keys], "total": figures}
    assert office.get("/sales", group_by=list(keys)).get_json() == every
    assert market.broken() == []


def test_rows_add_up_to_the_whole_and_a_buyer_is_counted_once(office: Program, siti: Actor, shop: market.Shop) -> None:
    other = market.shop("lontar", LONTAR)
    mixed = {market.catch(shop): 1000, market.catch(shop, product=market.product(shop.id, "Bandeng", "MIL")): 2000}
    sale(siti, shop, mixed)
    sale(siti, other, {market.catch(other): 500})
    sale(accounts.buyer("tono@contoh.id"), other, {market.catch(other): 500})
    body = office.get("/sales", group_by="village,species").get_json()
    assert [(row["village"], row["species"], row["orders"], row["buyers"], row["grams"]) for row in body["rows"]] == [
        (LONTAR, "GIT", 2, 2, 1000),
        (TENGKURAK, "GIT", 1, 1, 1000),
        (TENGKURAK, "MIL", 1, 1, 2000),
    ]
    assert (body["total"]["orders"], body["total"]["buyers"]) == (3, 2)
    for name in ("grams", "pieces", "revenue"):
        assert sum(row[name] for row in body["rows"]) == body["total"][name]


def test_the_year_ends_at_midnight_in_jakarta(office: Program, clock: Clock) -> None:
    clock.now = datetime(2025, 12, 31, 9, 0, tzinfo=days.JAKARTA)
    shop = market.shop()
    catch = market.catch(shop)
    evening = datetime(2025, 12, 31, 23, 59, 59, tzinfo=days.JAKARTA)
    midnight = evening + timedelta(seconds=1)
    instants = [evening, midnight, *(midnight + timedelta(minutes=m) for m in (30, 419, 420))]
    for number, at in enumerate(instants):
        sale(accounts.buyer(f"b{number}@contoh.id"), shop, {catch: 1000}, at=at)
    by_day = office.get("/sales", from_="2025-12-01", to="2026-01-31", group_by="day").get_json()
    assert [(row["day"], row["orders"]) for row in by_day["rows"]] == [("2025-12-31", 1), ("2026-01-01", 4)]
    by_month = office.get("/sales", from_="2025-12-01", to="2026-01-31", group_by="month").get_json()
    assert [(row["month"], row["orders"]) for row in by_month["rows"]] == [("2025-12", 1), ("2026-01", 4)]
    assert office.get("/sales", from_="2025-01-01", to="2025-12-31").get_json()["total"]["orders"] == 1
    assert office.get("/sales", from_="2026-01-01", to="2026-01-01").get_json()["total"]["orders"] == 4


def test_what_cannot_be_asked_of_sales_is_named(office: Program) -> None:
    for query, expected in [
        ({"from_": "2026-02-30"}, {"from": "not-a-day"}),
        ({"to": "1.1.2026"}, {"to": "not-a-day"}),
        ({"from_": "1999-12-31"}, {"from": "not-a-day"}),
        ({"from_": "2026-01-02", "to": "2026-01-01"}, {"to": "before-start"}),
        ({"from_": "2001-01-01", "to": "2026-01-01"}, {"to": "too-wide"}),
        ({"group_by": ""}, {"group_by": "unknown"}),
        ({"group_by": ","}, {"group_by": "unknown"}),
        ({"group_by": "buyer"}, {"group_by": "unknown"}),
        ({"group_by": "day,cooperative"}, {"group_by": "unknown"}),
        ({"from_": ["2026-01-01", "2026-01-02"]}, {"from": "not-a-day"}),
    ]:
        assert fault(office.get("/sales", **query)) == expected, query


def test_prices_are_open_where_three_cooperatives_sold(anyone: Program, siti: Actor, shop: market.Shop) -> None:
    shops = [shop, market.shop("lontar", LONTAR), market.shop("kamasan", KAMASAN)]
    for seller, price in zip(shops, (30_000, 50_000, 36_000), strict=True):
        assert anyone.get("/prices").get_json()["items"] == []
        sale(siti, seller, {market.catch(seller, unit_price=price): 1000}, weights={})
    cell = {"day": "2026-01-05", "species": "GIT", "min": 30_000, "median": 36_000, "max": 50_000, "grams": 3000}
    assert anyone.get("/prices").get_json() == {"items": [cell], "total": 1, "page": 1, "per_page": 20}
    sale(siti, shop, {market.catch(shop, unit_price=39_001): 2000})
    even = anyone.get("/prices", species="git", from_="2026-01-05", to="2026-01-05").get_json()["items"]
    assert even == [cell | {"median": 37_501, "grams": 5000}]
    assert anyone.get("/prices", species="MIL").get_json()["items"] == []
    assert anyone.get("/prices", to="2026-01-04").get_json()["total"] == 0


def test_prices_leave_pieces_out_and_come_newest_first(
    anyone: Program, client: FlaskClient, siti: Actor, shop: market.Shop, clock: Clock
) -> None:
    shops = [shop, market.shop("lontar", LONTAR), market.shop("kamasan", KAMASAN)]
    for _day in range(2):
        for seller in shops:
            sale(siti, seller, {market.catch(seller): 1000})
            packs = market.product(seller.id, "Bandeng presto", "MIL", "count", "pack", "processed")
            sale(siti, seller, {market.catch(seller, product=packs): 2})
        clock.forward(days=1)
    body = anyone.get("/prices", per_page=1).get_json()
    assert ([row["day"] for row in body["items"]], body["total"]) == (["2026-01-06"], 2)
    assert [row["day"] for row in anyone.get("/prices", per_page=1, page=2).get_json()["items"]] == ["2026-01-05"]
    assert fault(anyone.get("/prices", species="udang")) == {"species": "too-long"}
    assert fault(anyone.get("/prices", from_="x")) == {"from": "not-a-day"}
