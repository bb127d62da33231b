"""Invariants of the sales totals: equal to a recount of the collected orders, cell by cell."""

from __future__ import annotations

from datetime import date
from functools import partial

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from ovop.kernel.checks import Check, Finding, finding
from ovop.sales.totals import TABLES, differences


def _look(table: Table, session: Session) -> Finding:
    counted = session.scalar(select(func.count()).select_from(table)) or 0
    return finding(counted, differences(session, table, date.min, date.max))


_DAYS, _MONTHS, _BUYERS, _PRODUCTS = (partial(_look, table) for table in TABLES)

CHECKS = (
    Check("daily totals are a recount of the collected orders", "cells", _DAYS),
    Check("monthly totals are a recount of the collected orders", "cells", _MONTHS),
    Check("the buyers of each month are those who collected in it", "buyers", _BUYERS),
    Check("totals by product are a recount of the collected lines", "cells", _PRODUCTS),
)
