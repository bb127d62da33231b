"""Pages of the shop area."""

from flask import Flask

from ovop.web.shop import (
    again,
    basket,
    browse,
    catch,
    certificates,
    checkout,
    complaints,
    demo_pay,
    following,
    kept,
    kept_pages,
    labels,
    maps,
    open_data,
    orders,
    pay_link,
    pickup_choice,
    pickup_codes,
    places,
    previews,
    prices,
    receipts,
    reviews,
    schema,
    share,
    site,
    sitemaps,
    slot_change,
    suggestions,
    together,
    villages,
    ways_out,
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
    previews,
    site,
    prices,
    open_data,
    sitemaps,
    suggestions,
    basket,
    pickup_choice,
    checkout,
    complaints,
    reviews,
    slot_change,
    pickup_codes,
    demo_pay,
    following,
    pay_link,
    orders,
    again,
    together,
    receipts,
    certificates,
)


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    for part in (kept, kept_pages, labels, previews, schema, share, ways_out, words):
        part.register(app)
    app.register_blueprint(blueprint)
