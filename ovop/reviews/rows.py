"""What reviews look like as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ovop.catalogue.ratings import Rating
from ovop.reviews.rules import Step


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review as others read it: of its buyer no more than an initial, and nothing of the order.

    changed_at: none while it stands as it was written.
    """

    id: int
    product_id: int
    product_name: str
    cooperative_id: int
    cooperative_name: str
    initial: str
    rating: int
    text: str
    created_at: datetime
    changed_at: datetime | None
    answer: str
    answered_at: datetime | None
    hidden_at: datetime | None
    hidden_reason: str
    is_counted: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """A step of a review; actor: who took it by name, for the office's and the co-operative's own people alone."""

    step: Step
    rating: int | None
    words: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A product of an order that its buyer can rate, and what they said of it; rating: None until they did.

    is_open: whether it can be given, or changed, now.
    """

    product_id: int
    name: str
    rating: int | None
    text: str
    answer: str
    answered_at: datetime | None
    hidden_at: datetime | None
    hidden_reason: str
    created_at: datetime | None
    changeable_until: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class RatedProduct:
    """A product with what buyers think of it; spread: how many of them gave 5, 4, 3, 2, 1."""

    id: int
    name: str
    cooperative_id: int
    cooperative_name: str
    village_code: str
    village_name: str
    species_name: str
    category: str
    form: str
    rating: Rating | None
    buyers: int
    spread: tuple[int, ...]
