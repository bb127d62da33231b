"""Version 1 of the API."""

from apiflask import APIFlask


def register(app: APIFlask) -> None:
    """Adds the API's calls to `app`."""
