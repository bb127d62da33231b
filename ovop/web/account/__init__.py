"""Signing up, in and out; the account page; how both know whose browser it is."""

from flask import Flask

from ovop.accounts.names import written_mobile
from ovop.web import market, throttle
from ovop.web.account import area, invitation, news, own, payments, saved_places, session, signing

#: The modules whose routes the area's blueprint carries.
ROUTES = (signing, own, saved_places, news, payments, invitation)


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    market.register(app)
    throttle.register(app)
    session.register(app)
    app.jinja_env.filters["mobile"] = written_mobile
    app.register_blueprint(area.blueprint)
