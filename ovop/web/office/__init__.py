"""Pages of the economy office: figures, the rows behind them, and nothing of any person."""

from __future__ import annotations

from flask import Flask

from ovop.web.office import outbox, sales, summary, villages
from ovop.web.office.area import blueprint

__all__ = ["outbox", "sales", "summary", "villages"]


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    app.register_blueprint(blueprint)
