"""Pages of the account area."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
