"""Pages of the shop area."""

from flask import Flask

from ovop.web.shop.area import blueprint

__all__ = ["blueprint", "register"]


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    app.register_blueprint(blueprint)
