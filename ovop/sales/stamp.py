"""Whether any sale was counted, or counted anew: asked before what was made of the sales is shown again."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from ovop.db.session import engine_of
from ovop.db.stamp import Stamp, change_stamp

#: Every sale and every rebuild writes its month's rows, and a row that was written has the number of that transaction.
_WRITTEN = text("SELECT count(*) || ':' || coalesce(sum(hashtext(xmin::text || ctid::text)), 0) FROM month_total")


def sales_stamp(session: Session) -> Stamp:
    """The stamp of the sales as `session` sees them, and of co-operatives, villages, flagships and stars (`slow`).

    On PostgreSQL it stays the same whatever else is written, which on a busy market is always something.  Two queries
    there, one on SQLite.
    """
    stamp = change_stamp(session)
    if engine_of(session).dialect.name == "sqlite":
        return stamp
    return Stamp(str(session.execute(_WRITTEN).scalar_one()), stamp.slow)
