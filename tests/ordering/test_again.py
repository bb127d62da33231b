"""Ordering again: the same lot, a newer one of the product, something similar, or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apiflask import APIFlask

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.again import ordered_again, quantities
from ovop.ordering.rows import OrderRow
from ovop.stock.operations import withdraw_catch
from tests.conftest import Clock
from tests.make import accounts, market


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def siti(app: APIFlask) -> Actor:
    return accounts.buyer()


def end(seller: market.Shop, catch: int) -> None:
    write(withdraw_catch, catch, "dibawa pulang", seller.clerk, days.now())


def again(order: OrderRow) -> list[tuple[int | None, int, list[int]]]:
    """Lot, quantity and similar lots for each line."""
    found = ordered_again(db.session(), order.lines, days.now())
    db.session.rollback()
    return [
        (each.offer.id if each.offer else None, each.quantity, [offer.id for offer in each.similar]) for each in found
    ]


def test_what_is_still_on_sale_is_ordered_again(seller: market.Shop, siti: Actor) -> None:
    catch = market.catch(seller)
    newer = market.catch(seller)
    order = market.order(siti, seller, {catch: 2_000})
    assert again(order) == [(catch, 2_000, [])]
    assert newer != catch


def test_a_newer_lot_of_the_product_stands_in(seller: market.Shop, siti: Actor, clock: Clock) -> None:
    order = market.order(siti, seller, {market.catch(seller): 2_000})
    clock.forward(days=5)
    market.catch(seller, landed_at=days.now() - timedelta(hours=3))
    newest = market.catch(seller)
    assert again(order) == [(newest, 2_000, [])]


def test_no_more_than_is_left(seller: market.Shop, siti: Actor) -> None:
    catch = market.catch(seller, 5_000)
    order = market.order(siti, seller, {catch: 3_000})
    assert again(order) == [(catch, 2_000, [])]


def test_another_co_operatives_lot_of_the_species_is_offered_and_not_taken(seller: market.Shop, siti: Actor) -> None:
    catch = market.catch(seller)
    order = market.order(siti, seller, {catch: 2_000})
    end(seller, catch)
    lontar = market.shop("lontar", "36.04.13.2007")
    other = market.catch(lontar)
    market.catch(lontar, product=market.product(lontar.id, "Bandeng", "MIL"))
    assert again(order) == [(None, 0, [other])]


def test_nothing_similar_is_said_as_nothing(seller: market.Shop, siti: Actor) -> None:
    catch = market.catch(seller)
    order = market.order(siti, seller, {catch: 2_000})
    end(seller, catch)
    assert again(order) == [(None, 0, [])]


def test_two_lines_that_come_to_the_same_lot_are_added_up(seller: market.Shop, siti: Actor, clock: Clock) -> None:
    order = market.order(siti, seller, {market.catch(seller): 2_000, market.catch(seller): 1_500})
    clock.forward(days=5)
    newest = market.catch(seller, 3_000)
    found = quantities(ordered_again(db.session(), order.lines, days.now()))
    assert {catch: quantity for catch, (_offer, quantity) in found.items()} == {newest: 3_000}
