"""Who fishes for the demo's co-operatives, and who brought what of their lots.

Everybody is invented.  Names hang on the co-operative and parts on the lot's code, so that neither changes what the
market's own chance decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor, cooperative_of
from ovop.catalogue.rules import Form
from ovop.demo.shelf import Lot
from ovop.demo.stage import CLERKS_OWN, Stage
from ovop.kernel import days
from ovop.kernel.quantity import Measure
from ovop.shares.operations import close_sharing
from ovop.shares.statements import get_statement

#: The clerk's own co-operative has shared out so many weeks; the latest is left to be done.
_WEEKS_SHARED = 6
#: Of most lots it is known who brought them; now and then the co-operative bought some itself.
_KNOWN, _WHOLLY = 0.85, 0.6
_MOST_TOGETHER = 5
#: What kitchens make is the co-operative's own.
_NOBODYS = (Form.PROCESSED, Form.SMOKED)


@dataclass(frozen=True, slots=True)
class Brought:
    """What a fisher brought of a lot, in grams or pieces, and when that was written down."""

    lot: Lot
    fisher_id: int
    quantity: int
    at: datetime


def parts_of(lot: Lot, now: datetime) -> Iterator[Brought]:
    """Who brought what of `lot`, as far as it is ashore and known at `now`; never more than was caught."""
    chance, fishers = Random(lot.code), lot.cooperative.fishers
    at = max(lot.listed_at, lot.landed_at)
    if at > now or lot.product.sample.form in _NOBODYS or chance.random() > _KNOWN:
        return
    together = chance.sample(fishers, chance.randint(1, min(_MOST_TOGETHER, len(fishers))))
    step = 100 if lot.product.sample.measure is Measure.WEIGHT else 1
    left = lot.caught if chance.random() < _WHOLLY else int(lot.caught * chance.uniform(0.7, 0.95)) // step * step
    if left <= 0:
        return
    weights = [chance.uniform(0.5, 2) for _fisher in together]
    whole = left
    for fisher, weight in zip(together[1:], weights[1:], strict=True):
        quantity = min(left - step, int(whole * weight / sum(weights)) // step * step)
        if quantity > 0:
            left -= quantity
            yield Brought(lot, fisher, quantity, at)
    yield Brought(lot, together[0], left, at)


def share_out(session: Session, stage: Stage, now: datetime) -> None:
    """The clerk's own co-operative has shared out the weeks before the last, each on the Monday after it."""
    own = next(found for found in stage.cooperatives if found.sample.slug == CLERKS_OWN)
    monday = days.day_of(now) - timedelta(days=days.day_of(now).weekday())
    for back in range(_WEEKS_SHARED + 1, 1, -1):
        _share_week(session, monday - timedelta(days=7 * back), own.clerk)


def _share_week(session: Session, monday: date, clerk: Actor) -> None:
    following = monday + timedelta(days=7)
    sunday = following - timedelta(days=1)
    if get_statement(session, cooperative_of(clerk), monday, sunday).lots:
        close_sharing(session, monday, sunday, clerk, days.at(following, time(13, 30)))
