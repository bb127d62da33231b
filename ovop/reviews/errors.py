"""What reviews refuse."""

from __future__ import annotations

from ovop.kernel.errors import Conflict


class RatingOver(Conflict):
    """The time to rate, or to change a rating, is over.  `reason`: too-late or fixed."""

    problem = "rating-over"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class AlreadyAnswered(Conflict):
    """The co-operative has answered this review, otherwise than now."""

    problem = "already-answered"


class ReviewHidden(Conflict):
    """The office has hidden the review: nobody would read an answer."""

    problem = "review-hidden"
