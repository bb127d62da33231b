"""The OpenAPI document, finished from what APIFlask collects, and the readable page made from it."""

from __future__ import annotations

from apiflask import APIFlask


def register(app: APIFlask) -> None:
    """`app` describes its API."""
