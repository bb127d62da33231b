"""What was sold last, on the first screen: two taps to selling it again."""

from __future__ import annotations

from ovop.db import db
from ovop.stock.habits import last_sold
from ovop.stock.queries import photos_of

#: One row of them on a phone.
MOST = 3


def sold_again(cooperative_id: int) -> dict[str, object]:
    """What the template `sell_again` shows.  Two queries."""
    again = last_sold(db.session(), cooperative_id, MOST)
    of_lots = photos_of(db.session(), [row.catch_id for row in again])
    shown = {row.catch_id: next(iter(of_lots.get(row.catch_id, ())), row.photo) for row in again}
    return {"again": again, "again_photos": shown}
