"""The co-operative's money, as far as it is exact: what was collected, and what open orders will bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.takings import Taking, awaited, takings
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page


@dataclass(frozen=True, slots=True)
class Span:
    """Some days with their takings by way of paying; both days counted."""

    first: date
    last: date
    takings: Sequence[Taking]

    @property
    def amount(self) -> int:
        """Rupiah in all."""
        return sum(taking.amount for taking in self.takings)

    @property
    def orders(self) -> int:
        """Orders in all."""
        return sum(taking.orders for taking in self.takings)


@blueprint.get("/uang")
@requires(Role.COOPERATIVE)
def money() -> ResponseReturnValue:
    """Today, this week and this month by way of paying; each figure leads to its orders."""
    _actor, cooperative_id = clerk()
    today = days.today()

    def span(first: date) -> Span:
        return Span(first, today, takings(db.session(), cooperative_id, first, today))

    return page(
        "money.html",
        today=span(today),
        week=span(today - timedelta(days=today.weekday())),
        month=span(days.month_start(today)),
        awaited=awaited(db.session(), cooperative_id),
        place="money",
    )
