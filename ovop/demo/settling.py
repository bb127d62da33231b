"""What the demo's co-operatives were owed over the year: drawn after each period, approved, paid; the newest waits.

Every step is the real market's own; here is only when each was taken, and by whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.demo.banks import set_invented_account
from ovop.demo.queries import open_statements
from ovop.demo.stage import CLERKS_OWN, Stage
from ovop.kernel import days
from ovop.settlement import operations
from ovop.settlement.queries import find_due
from ovop.settlement.rules import Cycle, SettlementStatus, period_of

#: Something that was done at an instant.
Act = Callable[[Session, datetime], object]

#: How long after a period's end it is drawn, checked, approved, taken to the bank, paid.
_DRAWN, _CHECKED, _APPROVED, _EXPORTED, _PAID = (
    timedelta(hours=hours) for hours in (0.25, 9.5, 13.75, 14.25, 33.25)
)  # fmt: skip
#: Of the newest statements every so-manieth has one approval and waits for the second.
_HALF_APPROVED = 3
#: How long ago one of the co-operatives changed its account.
_CHANGED = timedelta(days=2)


def acts_of(stage: Stage, first: date, now: datetime) -> Iterator[tuple[datetime, Act]]:
    """Everything that was done about statements from `first` up to `now`, in order of time."""
    ends = list(_ends(first, now))
    changing = next(placed for placed in stage.cooperatives if placed.sample.slug != CLERKS_OWN)
    for end in ends:
        yield end + _DRAWN, draw_all
        if end != ends[-1]:
            yield end + _CHECKED, _approving(stage.staff.office)
            yield end + _APPROVED, _approving(stage.staff.admin)
            yield end + _EXPORTED, _exporting(stage.staff.office)
            yield end + _PAID, _paying(stage.staff.office)
        elif end + _CHECKED <= now:
            yield end + _CHECKED, _approving(stage.staff.admin, every=_HALF_APPROVED)
    name, clerk = changing.sample.name, changing.clerk
    yield now - _CHANGED, lambda session, at: set_invented_account(session, clerk, name, at, number=2)


def settle_up(session: Session, stage: Stage, first: date, now: datetime) -> None:
    """All of it has been done, the latest last."""
    for at, act in sorted(acts_of(stage, first, now), key=lambda each: each[0]):
        act(session, at)


def draw_all(session: Session, at: datetime) -> None:
    """As `ovop.settlement.flows.draw_due`, in the transaction that makes the whole market."""
    cycle = _cycle()
    for cooperative_id in find_due(session, days.start_of(period_of(days.day_of(at), cycle).first)):
        operations.draw(session, cooperative_id, cycle, at)


def _ends(first: date, now: datetime) -> Iterator[datetime]:
    """The instants at which periods since `first` ended, as far as they have been drawn."""
    end = days.end_of(period_of(first, _cycle()).last)
    while end + _DRAWN <= now:
        yield end
        end = days.end_of(period_of(days.day_of(end), _cycle()).last)


def _cycle() -> Cycle:
    return Cycle(current_app.config["OVOP"].settlement_period)


def _approving(actor: Actor, *, every: int = 1) -> Act:
    def approve(session: Session, at: datetime) -> None:
        waiting = open_statements(session, SettlementStatus.DRAWN, SettlementStatus.CHECKED)
        for settlement_id, account in waiting[::every]:
            operations.approve(session, settlement_id, account, actor, at)

    return approve


def _exporting(actor: Actor) -> Act:
    return lambda session, at: operations.export(session, actor, at)


def _paying(actor: Actor) -> Act:
    def pay(session: Session, at: datetime) -> None:
        day = days.day_of(at)
        if ids := [settlement_id for settlement_id, _account in open_statements(session, SettlementStatus.APPROVED)]:
            operations.pay(session, ids, day, f"CONTOH-{day:%y%m%d}", actor, at)

    return pay
