"""Pages for whoever keeps the market running: health, readiness, metrics."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds the operator's pages to `app`."""
