"""What becomes of follows when their buyer's account is deleted."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ovop.follow.operations import forget_follower
from ovop.notices.operations import forget_person
from ovop.ordering.events import BuyerLeft


def forget_buyer(session: Session, event: BuyerLeft) -> None:
    """Nothing is left of what the buyer followed, was told, chose, and of the browsers they were told in."""
    forget_follower(session, event.buyer_id)
    forget_person(session, event.buyer_id)
