"""Who is on the market: co-operatives with their villages, and how many accounts of each kind; no names of people."""

from __future__ import annotations

from flask import Response

from ovop.accounts.counts import count_accounts, count_members
from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.sales.overview import list_cooperatives
from ovop.web.access import requires, signed_in
from ovop.web.office.area import blueprint, page


@blueprint.get("/koperasi")
@requires(Role.OFFICE)
def cooperatives() -> Response:
    """Every co-operative, and accounts by role."""
    session = db.session()
    return page(
        "cooperatives.html",
        place="villages",
        cooperatives=list_cooperatives(session, days.today()),
        members=count_members(session),
        accounts=count_accounts(session),
        is_admin=signed_in().role is Role.ADMIN,
    )
