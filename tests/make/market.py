"""Goods, places and orders for tests, each made by the operation that the market itself uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count

from sqlalchemy import insert

from ovop.accounts.rules import Actor
from ovop.catalogue.models import Product
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, queries
from ovop.ordering.requests import CheckoutRequest, WantedLine, WantedPickup
from ovop.ordering.rows import CheckoutRow, OrderRow
from ovop.payment.providers import demo
from ovop.payment.rules import EventKind, Method
from ovop.pickup.operations import add_point
from ovop.pickup.queries import SlotRow, list_slots
from ovop.pickup.rules import Hours, NewPoint
from ovop.stock.operations import list_catch
from ovop.stock.rules import NewCatch
from tests.make import accounts

_keys = count()

#: Open from 08.00 to 18.00 every day, ten orders an hour, order an hour ahead.
ALL_WEEK = tuple(Hours(weekday, time(8), time(18), 10) for weekday in range(1, 8))


@dataclass(frozen=True)
class Shop:
    """A co-operative with a clerk, a product by weight and a point."""

    id: int
    clerk: Actor
    product: int
    point: int


def product(
    cooperative: int,
    name: str = "Udang windu",
    species: str = "GIT",
    measure: str = "weight",
    unit: str = "kg",
    form: str = "fresh",
) -> int:
    """A product of that co-operative; answers its id."""
    values = {
        "cooperative_id": cooperative,
        "species_code": species,
        "name": name,
        "form": form,
        "measure": measure,
        "unit": unit,
        "created_at": days.now(),
        "is_active": True,
    }
    return write(lambda session: session.execute(insert(Product).values(values).returning(Product.id)).scalar_one())


def point(clerk: Actor, hours: tuple[Hours, ...] = ALL_WEEK, name: str = "Dermaga", **more: int) -> int:
    """A pickup point at the mouth of Tengkurak's river; answers its id."""
    place = NewPoint(name, -5.97, 106.37, hours, **({"slot_minutes": 60, "deadline_minutes": 60} | more))
    return write(add_point, place, clerk, days.now())


def shop(slug: str = "tengkurak", village: str = accounts.TENGKURAK, hours: tuple[Hours, ...] = ALL_WEEK) -> Shop:
    """A co-operative that is ready to sell."""
    cooperative = accounts.cooperative(slug, f"Koperasi {slug.title()}", village)
    clerk = accounts.member(cooperative, f"{slug}@contoh.id")
    return Shop(cooperative, clerk, product(cooperative), point(clerk, hours))


def catch(
    seller: Shop,
    quantity: int = 10_000,
    unit_price: int = 37_500,
    *,
    product: int | None = None,
    landed_at: datetime | None = None,
    best_before: datetime | None = None,
) -> int:
    """A lot on sale, landed now and good for two days unless said otherwise; answers its id."""
    now = days.now()
    landed = landed_at or now
    new = NewCatch(product or seller.product, quantity, unit_price, landed, best_before or landed + timedelta(days=2))
    return write(list_catch, new, seller.clerk, now)


def slots(seller: Shop) -> list[SlotRow]:
    """The coming slots of its point in which something can be ordered now."""
    now = days.now()
    today = days.day_of(now)
    found = list_slots(db.session(), seller.point, today, today + timedelta(days=2), now)
    return [slot for slot in found if slot.deadline_at >= now]


def wanted(
    seller: Shop, lines: dict[int, int], method: Method = Method.CASH, slot: int | None = None
) -> CheckoutRequest:
    """A request for `lines` (catch → quantity) of one seller, in its first slot unless said otherwise."""
    chosen = slot or slots(seller)[0].id
    return CheckoutRequest(
        tuple(WantedLine(catch_id, quantity) for catch_id, quantity in lines.items()),
        (WantedPickup(seller.id, chosen),),
        method,
    )


def check_out(buyer: Actor, request: CheckoutRequest, key: str | None = None) -> CheckoutRow:
    """The request is placed; answers the checkout as its buyer reads it."""
    now = days.now()
    placed = flows.check_out(request, buyer, key or f"test-{next(_keys)}", now, lambda row: row.id)
    return queries.get_checkout(db.session(), placed.answer.body, buyer, now)


def order(
    buyer: Actor, seller: Shop, lines: dict[int, int], method: Method = Method.CASH, slot: int | None = None
) -> OrderRow:
    """One seller's order, as its buyer reads it."""
    return check_out(buyer, wanted(seller, lines, method, slot)).orders[0]


def pay(buyer: Actor, checkout_id: str) -> str:
    """The checkout is paid at the demo provider, which has told so; answers the payment's id."""
    now = days.now()
    flows.begin_payment(checkout_id, buyer, now, "http://localhost/", "id")
    payment = queries.get_checkout(db.session(), checkout_id, buyer, now).orders[0].payment_id
    amount = write(demo.pay, f"demo_{payment}")
    flows.apply_payment_event(payment, EventKind.AUTHORISED, amount, f"{payment}:authorised", now)
    return payment


def read(number: str, actor: Actor) -> OrderRow:
    """The order as it stands."""
    return queries.get_order(db.session(), number, actor, days.now())


def broken() -> list[str]:
    """What `flask verify` would call broken now."""
    from ovop.verify import verify

    return [f"{verdict.check.name}: {verdict.finding.named}" for verdict in verify() if not verdict.is_kept]
