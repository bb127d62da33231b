"""Where card providers tell what happened."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from ovop.kernel.errors import NotFound
from ovop.web.security import csrf

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


class NotSetUp(NotFound):
    """This market has no account with the provider."""

    problem = "not-set-up"


def register(app: Flask) -> None:
    """Adds the addresses that providers call to `app`."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)


@blueprint.post("/stripe")
def stripe() -> ResponseReturnValue:
    """No event is taken from a provider that this market does not pay by."""
    raise NotSetUp()
