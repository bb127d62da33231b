"""The co-operative's money: taken and how, owed to it and paid to it, in tills, and still to come.

Every figure is the ledger's, and opens the orders that it is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.refunds import RefundSum, refunds_between
from ovop.ordering.takings import Taking, awaited, takings
from ovop.payment.rules import Method
from ovop.settlement.lines import figures_between
from ovop.settlement.queries import owed_now
from ovop.settlement.rows import Figures
from ovop.till.queries import in_hand
from ovop.till.rules import is_overdue
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page


@dataclass(frozen=True, slots=True)
class Span:
    """Some days, both counted: what was taken in each way, what was given back, and whose all of it is.  Rupiah."""

    first: date
    last: date
    takings: Sequence[Taking]
    refunds: RefundSum
    figures: Figures

    @property
    def amount(self) -> int:
        """What buyers paid, or will, for what they collected."""
        return self.figures.sales

    @property
    def orders(self) -> int:
        """Orders collected."""
        return sum(taking.orders for taking in self.takings)

    @property
    def share(self) -> int:
        """What the co-operative earned: less what goes back to buyers, and the market's part."""
        return self.figures.sales + self.figures.counter + self.figures.refunds + self.figures.commission

    @property
    def taken_itself(self) -> int:
        """What it took with its own hands, less what it gave back so."""
        return -(self.figures.kept + self.figures.paid_out)

    @property
    def from_market(self) -> int:
        """What the market has passed on to it."""
        return -(self.figures.transferred + self.figures.other)


#: Ways of paying in which the co-operative takes the money itself.
ITS_OWN = tuple(method for method in Method if not method.is_card)


@blueprint.get("/uang")
@requires(Role.COOPERATIVE)
def money() -> ResponseReturnValue:
    """Today, this week and this month; what the market owes; what lies in tills; what open orders will bring."""
    _actor, cooperative_id = clerk()
    session, day = db.session(), days.today()
    today, week, month = _spans(
        session, cooperative_id, (day, day), (day - timedelta(days=day.weekday()), day), (days.month_start(day), day)
    )
    tills = in_hand(session, cooperative_id, day)
    return page(
        "money.html",
        today=today,
        week=week,
        month=month,
        owed=owed_now(session, cooperative_id),
        tills=tills,
        has_old_cash=any(is_overdue(one.since, day) for one in tills),
        awaited=awaited(session, cooperative_id),
        its_own=[method.value for method in ITS_OWN],
        place="money",
    )


def _spans(session: Session, cooperative_id: int, *wanted: tuple[date, date]) -> list[Span]:
    of_all = zip(
        wanted,
        takings(session, cooperative_id, wanted),
        refunds_between(session, cooperative_id, wanted),
        figures_between(session, cooperative_id, wanted),
        strict=True,
    )
    return [Span(first, last, taken, refunds, figures) for (first, last), taken, refunds, figures in of_all]
