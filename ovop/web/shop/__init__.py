"""Pages of the shop area."""

from flask import Flask

from ovop.web.shop import basket, kept
from ovop.web.shop.area import blueprint

__all__ = ["blueprint", "register"]

#: The modules whose routes the area's blueprint carries.
ROUTES = (basket,)


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    kept.register(app)
    app.register_blueprint(blueprint)
