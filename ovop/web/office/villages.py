"""Villages and co-operatives: who sells, who fell silent."""

from __future__ import annotations

from flask import Response

from ovop.accounts.models import Role
from ovop.db import reading
from ovop.sales.overview import get_overview
from ovop.web.access import requires
from ovop.web.office.area import asked, blueprint, page
from ovop.web.office.summary import village_sales, visits


@blueprint.get("/desa")
@requires(Role.OFFICE)
def villages() -> Response:
    """Every village with a co-operative, and all that need a visit."""
    wanted = asked()
    overview = get_overview(reading(), wanted.span, wanted.today)
    return page(
        "villages.html", place="villages", asked=wanted, villages=village_sales(overview), visits=visits(overview)
    )
