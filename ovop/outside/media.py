"""Where photos live."""

from flask import Flask


def register(app: Flask) -> None:
    """Serves what is stored, where no object storage does."""
