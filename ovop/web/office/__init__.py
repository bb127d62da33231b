"""Pages of the economy office: figures, the rows behind them, and nothing of any person."""

from __future__ import annotations

from flask import Flask

from ovop.web.office import (
    complaints,
    cooperatives,
    criteria,
    dossiers,
    files,
    measures,
    months,
    orders,
    outbox,
    prices,
    programme,
    recalls,
    receipts,
    reconcile,
    reported,
    reviews,
    sales,
    settlements,
    signs,
    stories,
    summary,
    transfers,
    villages,
)
from ovop.web.office.area import blueprint
from ovop.web.shop.kept_pages import KeptPages

__all__ = [
    "complaints",
    "cooperatives",
    "criteria",
    "dossiers",
    "files",
    "measures",
    "months",
    "orders",
    "outbox",
    "prices",
    "programme",
    "recalls",
    "receipts",
    "reconcile",
    "reported",
    "reviews",
    "sales",
    "settlements",
    "signs",
    "stories",
    "summary",
    "transfers",
    "villages",
]


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    app.extensions[summary.KEPT] = KeptPages(summary.ROOM)
    app.register_blueprint(blueprint)
