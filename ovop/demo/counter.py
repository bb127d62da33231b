"""The demo's counter: what the clerk's co-operative sold to passers-by, what it lost, how its prices step down.

Every step is the real market's own.  All of it happens in the last moment, after the last order: what a lot was asked
for before is then what its orders say.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.counter.operations import sell, undo
from ovop.counter.rules import WalkIn
from ovop.demo.stage import CLERKS_OWN, Stage
from ovop.kernel.quantity import Measure
from ovop.payment.rules import Method
from ovop.pickup.last_times import lock_lots, retime_lots
from ovop.stock.losses import record_loss
from ovop.stock.models import Catch
from ovop.stock.price_changes import set_rule
from ovop.stock.price_rules import PROPOSED, price_at
from ovop.stock.pricing import steps_in
from ovop.stock.rules import LossCause

#: Grams of the walk-in sales, how each was paid; the last was a mistake.
_SOLD = ((750, Method.CASH), (1_500, Method.CASH), (1_000, Method.QRIS), (2_000, Method.CASH))
#: What is left for orders, grams.
_SPARED = 4_000
#: What was given away and what spoilt, grams.
_LOST = ((500, LossCause.GIVEN, "Untuk posyandu"), (1_200, LossCause.SPOILT, "Es habis di jalan"))


def keep_counter(session: Session, stage: Stage, now: datetime) -> None:
    """Prices step down from now on; some was sold at the counter, one sale undone, some lost."""
    own = next(placed for placed in stage.cooperatives if placed.sample.slug == CLERKS_OWN)
    retime_lots(session, lock_lots(session, [own.id], now), now)
    set_rule(session, PROPOSED, own.clerk, now)
    points = current_app.config["OVOP"].commission_basis_points
    lots = _plenty(session, own.id, now)
    sales = [
        sell(
            session,
            WalkIn(lot.id, grams, price_at(lot.unit_price, steps_in(lot), now), method),
            own.clerk,
            now,
            commission_points=points,
        )
        for lot, (grams, method) in zip(lots, _SOLD, strict=False)
    ]
    if len(sales) == len(_SOLD):
        undo(session, sales[-1], "Salah pilih hasil", own.clerk, now)
    for lot, (grams, cause, note) in zip(reversed(lots), _LOST, strict=False):
        record_loss(session, lot.id, grams, cause, note, own.clerk, now)


def _plenty(session: Session, cooperative_id: int, now: datetime) -> list[Catch]:
    """Lots by weight of which enough is left, the newest first."""
    most = max(grams for grams, _method in _SOLD)
    wanted = (
        Catch.cooperative_id == cooperative_id,
        Catch.measure == Measure.WEIGHT.value,
        Catch.is_withdrawn.is_(False),
        Catch.landed_at <= now,
        Catch.best_before > now,
        Catch.available >= most + _SPARED,
    )
    return list(session.scalars(select(Catch).where(*wanted).order_by(Catch.landed_at.desc(), Catch.id)))
