"""The blueprint of the co-operative's area, and what its pages share."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from ovop.accounts.queries import get_cooperative
from ovop.accounts.rules import Actor, cooperative_of
from ovop.db import db
from ovop.kernel import days
from ovop.web.access import signed_in
from ovop.web.cooperative.deeds import undoable_by

blueprint = Blueprint("cooperative", __name__, url_prefix="/koperasi")


def clerk() -> tuple[Actor, int]:
    """Who is at work and for which co-operative; for views behind `requires`."""
    actor = signed_in()
    return actor, cooperative_of(actor)


def page(template: str, http_status: int = 200, /, **values: object) -> Response:
    """`template` of this area; never kept on the device, which several people share: it may hold buyers' names."""
    actor, cooperative_id = clerk()
    cooperative = get_cooperative(db.session(), cooperative_id)
    shared = {"area": "cooperative", "cooperative": cooperative, "undoable": undoable_by(actor, days.now())}
    text = render_template(f"cooperative/{template}", **shared, **values)
    response = make_response(text, http_status)
    response.headers["Cache-Control"] = "no-store"
    return response
