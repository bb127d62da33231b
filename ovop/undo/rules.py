"""What can be taken back, and for how long.  Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

#: So long the offer stands on the page; a tap at its end may take a while to arrive over a weak signal.
OFFERED = timedelta(minutes=1)
TAKEN = OFFERED + timedelta(seconds=30)


class Deed(StrEnum):
    """What was done; each is taken back by its own package, and worded by the pages."""

    LISTED = "listed"
    LANDED = "landed"
    CHANGED = "changed"
    STOCK_CHANGED = "stock_changed"
    SOLD_OUT = "sold_out"
    ENDED = "ended"
    PRODUCT_CHANGED = "product_changed"
    PRODUCT_RETIRED = "product_retired"
    PRODUCT_REVIVED = "product_revived"
