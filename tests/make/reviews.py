"""Collected orders that are rated, for tests."""

from __future__ import annotations

from sqlalchemy import func, select

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.ordering.models import Order
from ovop.payment.rules import Method
from ovop.reviews.models import Review
from ovop.reviews.operations import hide_review, rate_order
from ovop.reviews.queries import own_reviews
from ovop.reviews.rules import Given
from tests.make import accounts, market


def collected(seller: market.Shop, buyer: Actor, *lots: int, quantity: int = 1000) -> str:
    """An order of these lots, or of a new one, that was handed over now; answers its number."""
    lines = dict.fromkeys(lots or (market.catch(seller),), quantity)
    slot = next(slot for slot in market.slots(seller) if slot.free)
    order = market.order(buyer, seller, lines, Method.CASH, slot=slot.id)
    write(operations.weigh_order, order.number, lines, seller.clerk, days.now())
    flows.hand_over(order.number, order.pickup_code, "", seller.clerk, days.now())
    return order.number


def rate(number: str, buyer: Actor | None, rating: int, text: str = "") -> int:
    """Everything that came with the order is rated so, by its buyer; answers the last review's id."""
    if buyer is None:
        buyer_id = db.session.scalar(select(Order.buyer_id).where(Order.number == number))
        buyer = Actor(buyer_id or 0, Role.BUYER)
    products = [own.product_id for own in own_reviews(db.session(), number, buyer, days.now())]
    write(rate_order, number, dict.fromkeys(products, Given(rating, text)), buyer, days.now())
    return last()


def last() -> int:
    """The id of the newest review."""
    return db.session.scalars(select(func.max(Review.id))).one()


def hidden(review_id: int, reason: str = "Menyebut nama orang") -> None:
    """The office has hidden that review."""
    office = accounts.official(email=f"dinas-{review_id}@contoh.id")
    write(hide_review, review_id, reason, office, days.now())


def rated(seller: market.Shop, *ratings: int, text: str = "Segar sekali") -> list[Actor]:
    """So many buyers have collected the same product and rated it so; answers them."""
    lot = market.catch(seller, 100_000)
    people = [accounts.buyer(f"penilai{number}@contoh.id", f"Nia {number}") for number in range(len(ratings))]
    for buyer, rating in zip(people, ratings, strict=True):
        rate(collected(seller, buyer, lot), buyer, rating, text)
    return people
