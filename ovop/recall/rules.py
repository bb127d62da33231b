"""What a recall means for the orders of its lot, and how it stands with each buyer.  Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from ovop.ordering.rules import OrderStatus

#: Stands in the histories of orders before the reason.
PREFIX = "Ditarik demi keamanan pangan: "
#: Begins the key of every mail about a recall.
MAIL = "mail:recall:"


class Reached(StrEnum):
    """Whether a buyer has heard of it, the surest way first."""

    SPOKEN = "spoken"
    MAILED = "mailed"
    ON_ITS_WAY = "on_its_way"
    FAILED = "failed"
    NO_ADDRESS = "no_address"

    @property
    def is_reached(self) -> bool:
        """Whether the buyer knows, as far as anybody can tell."""
        return self in (Reached.SPOKEN, Reached.MAILED)


def may_restock(status: OrderStatus) -> bool:
    """Whether what else an order holds can be sold again: not what lay in one box with goods of the lot."""
    return status is not OrderStatus.READY


def reached(
    *,
    spoken_at: datetime | None,
    mailed_at: datetime | None,
    has_failed: bool,
    has_address: bool,
) -> Reached:
    """How it stands with a buyer."""
    if spoken_at is not None:
        return Reached.SPOKEN
    if mailed_at is not None:
        return Reached.MAILED
    if not has_address:
        return Reached.NO_ADDRESS
    return Reached.FAILED if has_failed else Reached.ON_ITS_WAY


def told(reason: str) -> str:
    """The reason as it stands in the history of an order that was cancelled for it."""
    return PREFIX + reason


def letter_key(recall_id: int, buyer_id: int) -> str:
    """Names the letter to a buyer among the outbox's jobs; the mail's own key follows from it."""
    return f"recall-letter:{recall_id}:{buyer_id}"


def mail_key(recall_id: int, buyer_id: int) -> str:
    """Names the mail that the letter became."""
    return f"{MAIL}{recall_id}:{buyer_id}"
