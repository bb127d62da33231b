"""Listings that stand every week in the demo market, made and opened by the operations that a real market uses."""

from __future__ import annotations

from datetime import datetime, time
from random import Random

from sqlalchemy.orm import Session

from ovop.advance.opening import open_days
from ovop.advance.rules import Standing
from ovop.advance.standing import stand
from ovop.catalogue.rules import freshness
from ovop.demo.stage import PlacedCooperative, PlacedProduct, Stage
from ovop.kernel import days
from ovop.kernel.quantity import Measure

#: Two days a week, opened four days before: whenever a market is made, one of them can be ordered.
_WEEKDAYS, _OPENS_BEFORE = "25", 4
_HARVEST_AT = time(5, 30)
#: So many co-operatives have one.
_MOST = 3


def set_standing(session: Session, stage: Stage, now: datetime) -> None:
    """The first co-operatives that sell a harvest ahead do so every week too."""
    chance = Random(days.day_of(now).toordinal())
    sellers = [(placed, product) for placed in stage.cooperatives if (product := _sold_ahead(placed)) is not None]
    for placed, product in sellers[:_MOST]:
        listing = stand(session, _standing(product), placed.clerk, now)
        open_days(session, listing, now, chance)


def _sold_ahead(placed: PlacedCooperative) -> PlacedProduct | None:
    return next((product for product in placed.products if product.sample.ahead), None)


def _standing(product: PlacedProduct) -> Standing:
    sample = product.sample
    units = 1000 if sample.measure is Measure.WEIGHT else 1
    return Standing(
        product_id=product.id,
        weekdays=_WEEKDAYS,
        quantity=max(1, sample.lot * 2 // 3) * units,
        unit_price=sample.price,
        opens_days_before=_OPENS_BEFORE,
        lands_at=_HARVEST_AT,
        keeps_hours=int(freshness(product.category, sample.form).total_seconds()) // 3600,
    )
