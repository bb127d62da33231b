"""What follows from what, where the cause may not import its effect: one table from event to handlers.

Handlers run in the transaction of the event and fail it when they fail.
"""

from flask import Flask


def register(app: Flask) -> None:
    """Ties events to their handlers."""
