"""Pages of the shop area."""

from flask import Flask

from ovop.web.shop import basket, checkout, demo_pay, kept, orders, pay_link, pickup_choice, words
from ovop.web.shop.area import blueprint

__all__ = ["blueprint", "register"]

#: The modules whose routes the area's blueprint carries.
ROUTES = (basket, pickup_choice, checkout, demo_pay, pay_link, orders)


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    kept.register(app)
    words.register(app)
    app.register_blueprint(blueprint)
