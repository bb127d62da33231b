"""Rows on their way into the database, by table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ovop.demo.purchases import Taken

Row = dict[str, Any]


@dataclass(slots=True)
class Rows:
    """Rows by table.  Those of an order's lines and events name their order by its number, and lots by their keys."""

    payments: list[Row] = field(default_factory=list)
    checkouts: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    order_events: list[Row] = field(default_factory=list)
    movements: list[Row] = field(default_factory=list)
    payment_events: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    charges: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    #: Cash on its way into tills, which are written once all of it is known.
    taken: list[Taken] = field(default_factory=list)
