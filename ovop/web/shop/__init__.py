"""Pages of the shop area."""

from flask import Flask

from ovop.web.shop import (
    basket,
    browse,
    catch,
    certificates,
    checkout,
    complaints,
    demo_pay,
    kept,
    kept_pages,
    labels,
    maps,
    open_data,
    orders,
    pay_link,
    pickup_choice,
    places,
    prices,
    receipts,
    share,
    site,
    together,
    villages,
    words,
)
from ovop.web.shop.area import blueprint

__all__ = ["blueprint", "register"]

#: The modules whose routes the area's blueprint carries.
ROUTES = (
    browse,
    catch,
    villages,
    share,
    maps,
    places,
    site,
    prices,
    open_data,
    basket,
    pickup_choice,
    checkout,
    complaints,
    demo_pay,
    pay_link,
    orders,
    together,
    receipts,
    certificates,
)


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    for part in (kept, kept_pages, labels, share, words):
        part.register(app)
    app.register_blueprint(blueprint)
