"""Villages: who sells, what each stands for, who fell silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from flask import Response, request

from ovop.accounts.models import Role
from ovop.catalogue.queries import flagships_of
from ovop.db import reading
from ovop.sales.overview import get_overview
from ovop.sales.visits import recent_days
from ovop.web.access import requires
from ovop.web.office.area import asked, blueprint, page
from ovop.web.office.board import Visit, village_sales
from ovop.web.office.filters import filters
from ovop.web.office.signs import needing_visit
from ovop.web.office.summary import against


@blueprint.get("/desa")
@requires(Role.OFFICE)
def villages() -> Response:
    """Every village with a co-operative, and those that need a visit; with ``need`` only these."""
    wanted, session = asked().of_totals, reading()
    overview = get_overview(session, wanted.span, wanted.today, wanted.period, wanted.scope)
    needing = needing_visit(wanted, overview)
    rows = village_sales(overview)
    only_needing = "need" in request.args
    codes = {visit.cooperative.village_code for visit in needing}
    return page(
        "villages.html",
        place="villages",
        asked=wanted,
        heading=wanted.heading,
        only_needing=only_needing,
        all_count=len(rows),
        need_count=len(codes),
        villages=[row for row in rows if row.code in codes] if only_needing else rows,
        needing=_by_village(needing),
        recent=recent_days(wanted.today),
        filters=filters(wanted),
        flagships=flagships_of(session, [row.code for row in rows], wanted.today),
        against=against(overview),
    )


def _by_village(needing: Iterable[Visit]) -> Mapping[str, list[Visit]]:
    found: dict[str, list[Visit]] = defaultdict(list)
    for visit in needing:
        found[visit.cooperative.village_code].append(visit)
    return found
