"""What the demo's buyers follow: the demo buyer some of everything, a few others the product they like best."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.demo.stage import PlacedCooperative, Stage
from ovop.follow.operations import follow
from ovop.follow.rules import FollowKind, Pace

#: Buyers beside the demo buyer who follow something.
_OTHERS = 12
_AGO = timedelta(days=20)


def follow_some(session: Session, stage: Stage, now: datetime) -> None:
    """The demo buyer follows a species, a product, a village and a co-operative, each at its own pace."""
    at = now - _AGO
    first, second, *_ = stage.cooperatives
    reader = Actor(stage.buyers[0].id, Role.BUYER)
    product = second.products[0]
    for kind, key, pace in (
        (FollowKind.COOPERATIVE, str(first.id), Pace.AT_ONCE),
        (FollowKind.PRODUCT, str(product.id), Pace.AT_ONCE),
        (FollowKind.SPECIES, product.sample.species, Pace.DAILY),
        (FollowKind.VILLAGE, second.sample.village, Pace.DAILY),
    ):
        follow(session, kind, key, pace, reader, at)
    by_id = {placed.id: placed for placed in stage.cooperatives}
    for buyer in stage.buyers[1 : 1 + _OTHERS]:
        liked: PlacedCooperative = by_id[buyer.favourites[0]]
        follow(session, FollowKind.PRODUCT, str(liked.products[0].id), Pace.DAILY, Actor(buyer.id, Role.BUYER), at)
