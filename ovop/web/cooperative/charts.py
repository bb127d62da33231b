"""The map that a clerk taps on, as a picture."""

from __future__ import annotations

from flask import Response

from ovop.accounts.models import Role
from ovop.web.access import requires
from ovop.web.charts import answer_chart
from ovop.web.cooperative.area import blueprint


@blueprint.get("/peta.svg")
@requires(Role.COOPERATIVE)
def chart() -> Response:
    """A part of the map."""
    return answer_chart()
