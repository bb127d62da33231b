"""Pages of the co-operative's area: pack, weigh, hand over, sell, count, know the money."""

from flask import Flask

from ovop.web.cooperative import area, ending, handing, orders, packing, weighing

#: The modules whose routes the area's blueprint carries.
ROUTES = (packing, weighing, handing, orders, ending)


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    app.register_blueprint(area.blueprint)
