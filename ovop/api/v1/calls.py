"""Brings the calls into the application."""

from __future__ import annotations

from apiflask import APIFlask
from flask.json.provider import DefaultJSONProvider

from ovop.api import webhooks
from ovop.api.v1 import catches, checkouts, docs, openapi, orders, pickup_points, products, sales, species, villages
from ovop.api.v1.area import blueprint
from ovop.web.security import csrf

#: The modules whose calls the blueprint carries.
ROUTES = (villages, species, catches, products, pickup_points, checkouts, orders, sales, docs)


def register(app: APIFlask) -> None:
    """Adds the API's calls and their description to `app`, and what card providers call."""
    assert isinstance(app.json, DefaultJSONProvider)
    app.json.sort_keys = False  # answers read as the contract has them
    csrf.exempt(blueprint)  # a token is no cookie: no other site can make a browser send one
    openapi.register(app)
    app.register_blueprint(blueprint)
    webhooks.register(app)
