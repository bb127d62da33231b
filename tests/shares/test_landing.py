"""What several fishers brought goes on sale whole or not at all, and each part of it is shared out to the rupiah."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from apiflask import APIFlask

from ovop.accounts.errors import KeyReused
from ovop.accounts.operations import change_rates
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.shares.landing import LandedLot, land_once
from ovop.shares.landing_rules import Bringer, Line, Newcomer, heap_up
from ovop.shares.operations import employ_fisher
from ovop.shares.queries import list_fishers, parts_to_fill
from ovop.shares.statements import get_statement
from ovop.stock.rules import NewCatch
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, sales, shares

MONDAY = date(2026, 1, 5)


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


def lot(product: int, parts: Mapping[Bringer, int], price: int = 40_000, **more: object) -> LandedLot:
    now = days.now()
    new = NewCatch(product, sum(parts.values()), price, now, now + timedelta(days=2))
    return LandedLot(replace(new, **more), parts)  # type: ignore[arg-type]


def land(shop: market.Shop, lots: Sequence[LandedLot], key: str = "one", asked: object = None) -> tuple[int, ...]:
    return write(land_once, lots, asked, shop.clerk, key, days.now())[0]


def refusal(shop: market.Shop, lots: Sequence[LandedLot]) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        land(shop, lots)
    db.session.rollback()
    return refused.value.errors


def parts(shop: market.Shop, catch: int) -> dict[str, int]:
    rows = parts_to_fill(db.session(), catch, shop.id)
    db.session.rollback()
    return {row.name: row.quantity for row in rows if row.quantity}


def names(shop: market.Shop) -> list[str]:
    found = [fisher.name for fisher in list_fishers(db.session(), shop.id)]
    db.session.rollback()
    return found


def test_a_lot_of_each_product_with_everybodys_part(shop: market.Shop) -> None:
    udin, ipah = shares.fisher(shop, "Pak Udin"), shares.fisher(shop, "Bu Ipah")
    milkfish = market.product(shop.id, "Bandeng", "MIL")
    new = Newcomer("Pak Rasim", "mark-1")
    made = land(shop, [lot(shop.product, {udin: 12_500, new: 7_250}), lot(milkfish, {ipah: 3_000, new: 1})])
    assert parts(shop, made[0]) == {"Pak Udin": 12_500, "Pak Rasim": 7_250}
    assert parts(shop, made[1]) == {"Bu Ipah": 3_000, "Pak Rasim": 1}
    assert names(shop) == ["Bu Ipah", "Pak Rasim", "Pak Udin"]
    assert count("catch") == 2
    assert market.broken() == []


def test_sent_again_it_is_there_once_and_other_words_under_its_key_change_nothing(shop: market.Shop) -> None:
    lots = [lot(shop.product, {shares.fisher(shop, "Pak Udin"): 5_000, Newcomer("Pak Rasim"): 1_000})]
    made = land(shop, lots)
    assert land(shop, lots) == made
    with pytest.raises(KeyReused):
        land(shop, lots, asked="something else")
    assert (count("catch"), count("fisher")) == (1, 2)


def test_somebody_with_a_mark_is_one_person_in_all_that_a_phone_sends(shop: market.Shop) -> None:
    first = land(shop, [lot(shop.product, {Newcomer("Pak Rasim", "m"): 5_000})], "a")
    second = land(shop, [lot(shop.product, {Newcomer("Pak Rasim", "m"): 2_000})], "b")
    assert [parts(shop, made[0]) for made in (first, second)] == [{"Pak Rasim": 5_000}, {"Pak Rasim": 2_000}]
    assert refusal(shop, [lot(shop.product, {Newcomer("PAK RASIM", "other"): 1})]) == {"newcomer_other": "name-taken"}


def test_all_that_stands_against_it_is_named_and_nothing_of_it_is_done(shop: market.Shop) -> None:
    gone, stranger = shares.fisher(shop, "Pak Udin"), shares.fisher(market.shop("lontar", "36.04.13.2007"), "Pak Amin")
    write(employ_fisher, gone, shop.clerk, is_active=False)
    shares.fisher(shop, "Bu Ipah")
    milkfish = market.product(shop.id, "Bandeng", "MIL")
    lots = [
        lot(shop.product, {gone: 100, stranger: 100, Newcomer("Pak Baru"): 50}, price=-1),
        lot(milkfish, {Newcomer("bu ipah", "m"): 100}, best_before=days.now() - timedelta(hours=1)),
        lot(999, {Newcomer("bu ipah", "m"): 100}),
    ]
    assert refusal(shop, lots) == {
        f"fisher_{gone}": "fisher-retired",
        f"fisher_{stranger}": "unknown",
        "newcomer_m": "name-taken",
        f"unit_price_{shop.product}": "too-small",
        f"best_before_{milkfish}": "before-landing",
        "product_999": "unknown",
    }
    assert (count("catch"), count("catch_part"), names(shop)) == (0, 0, ["Bu Ipah", "Pak Udin"])


def test_what_ten_fishers_brought_comes_back_to_them_to_the_rupiah(shop: market.Shop, clock: Clock) -> None:
    write(change_rates, shop.clerk, tax_number="", tax_points=0, dues_points=333)
    milkfish = market.product(shop.id, "Bandeng", "MIL")
    fishers = [shares.fisher(shop, f"Nelayan {letter}") for letter in "ABCDEFGHIJ"]
    lines = [
        Line(fisher, product, 1_000 + 377 * place)
        for place, fisher in enumerate(fishers)
        for product in ((shop.product, milkfish) if place % 3 else (shop.product,))
    ]
    heaps = heap_up(lines)
    prices = (37_300, 61_900)
    made = land(shop, [lot(heap.product_id, heap.parts, price) for heap, price in zip(heaps, prices, strict=True)])
    for number, catch in enumerate(made):
        sales.sale(accounts.buyer(f"b{number}@contoh.id"), shop, {catch: 3_333})
    clock.forward(days=8)
    statement = get_statement(db.session(), shop.id, MONDAY, MONDAY + timedelta(days=6))
    assert statement.net + statement.dues + statement.own == statement.money.received > 0
    assert [each.fisher.name for each in statement.fishers] == [f"Nelayan {letter}" for letter in "ABCDEFGHIJ"]
    assert sum(each.amount for each in statement.fishers) == statement.money.received
    brought = {each.fisher.name: sum(part.quantity for _lot, part in each.parts) for each in statement.fishers}
    assert brought["Nelayan B"] == 2 * 1_377
    assert sum(brought.values()) == sum(line.quantity for line in lines)
    assert market.broken() == []
