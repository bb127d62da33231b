"""What a message to somebody's browser says, and what they chose to hear of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Browsers that one account may have; with one more, the one that was seen longest ago is forgotten.
MOST_DEVICES = 10


class Topic(StrEnum):
    """What a message is about."""

    ORDERS = "orders"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody wants.  Letters about their own orders always come; all else can be turned off."""

    news_by_mail: bool = True
    orders_by_push: bool = True
    news_by_push: bool = True

    def wants_push(self, topic: Topic) -> bool:
        """Whether messages about that may go to their browsers."""
        return self.orders_by_push if topic is Topic.ORDERS else self.news_by_push


@dataclass(frozen=True, slots=True)
class Notice:
    """A message: no more of a person than an order's number.

    path: of the page that it opens, from the market's root and without a slash in front.  tag: a later message of the
    same tag takes the place of this one.
    """

    topic: Topic
    title: str
    body: str
    path: str
    tag: str
