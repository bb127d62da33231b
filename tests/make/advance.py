"""Lots that are sold ahead, for tests."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from ovop.advance import standing
from ovop.advance.rules import Standing
from ovop.db import db, write
from ovop.kernel import days
from ovop.stock.models import Catch
from tests.make import market
from tests.make.market import Shop


def planned(seller: Shop, quantity: int = 10_000, *, hours: float = 3, unit_price: int = 30_000) -> int:
    """A lot that lands in so many hours, good for two days then; answers its id."""
    return market.catch(seller, quantity, unit_price, landed_at=days.now() + timedelta(hours=hours))


def after(seller: Shop, catch: int) -> int:
    """The first slot that fits the lot."""
    lot = db.session.get_one(Catch, catch)
    return next(slot.id for slot in market.slots(seller) if slot.starts_at >= lot.landed_at)


def stock(catch: int) -> tuple[int, int, int, int, int]:
    """caught, available, held, sold, lost of a lot."""
    db.session.rollback()
    row = db.session.get_one(Catch, catch, populate_existing=True)
    return row.caught, row.available, row.held, row.sold, row.lost


def every(seller: Shop, weekdays: str = "5", **changed: object) -> Standing:
    """60 kg at 05.00 on these weekdays, open three days before, good for two days."""
    values: dict[str, object] = {
        "product_id": seller.product,
        "weekdays": weekdays,
        "quantity": 60_000,
        "unit_price": 32_000,
        "opens_days_before": 3,
        "lands_at": time(5),
        "keeps_hours": 48,
    }
    return Standing(**(values | changed))  # type: ignore[arg-type]


def listing(seller: Shop, weekdays: str = "5", **changed: object) -> int:
    """A standing listing; answers its id."""
    return write(standing.stand, every(seller, weekdays, **changed), seller.clerk, days.now())


def opened(now: datetime | None = None) -> list[Catch]:
    """Lots that wait to be counted, by landing."""
    db.session.rollback()
    return list(db.session.query(Catch).filter(Catch.is_planned.is_(True)).order_by(Catch.landed_at))
