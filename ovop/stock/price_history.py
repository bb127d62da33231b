"""Reading how prices step down, and what was asked for a lot and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.stock.models import PriceChange, PriceRuleChange
from ovop.stock.price_rules import PriceRule, PriceStep, RuleKind
from ovop.stock.pricing import PriceCause, rule_of, steps_in


@dataclass(frozen=True, slots=True)
class PriceRow:
    """From then on so much was asked per unit; `by` decided it, none where a step came by itself."""

    at: datetime
    price: int
    cause: PriceCause | None
    by: str | None


def last_rule(session: Session, cooperative_id: int) -> PriceRule | None:
    """The rule in force for a co-operative's lots; none when prices stay."""
    return rule_of(_last(session, cooperative_id, None))


def lot_rule(session: Session, cooperative_id: int, catch_id: int) -> tuple[RuleKind, PriceRule | None]:
    """What a lot answers for itself, and its own rule where it has one."""
    row = _last(session, cooperative_id, catch_id)
    return (RuleKind(row.kind), rule_of(row)) if row else (RuleKind.FOLLOW, None)


def price_history(session: Session, catch_id: int, now: datetime, limit: int = 20) -> Sequence[PriceRow]:
    """What was asked for a lot from when on, the latest first; steps count once they have come.  One query."""
    rows = session.execute(
        select(PriceChange, Account.name)
        .outerjoin(Account, Account.id == PriceChange.actor_id)
        .where(PriceChange.catch_id == catch_id)
        .order_by(PriceChange.id)
    ).all()
    ends = [row.PriceChange.at for row in rows[1:]] + [now]
    found: list[PriceRow] = []
    for row, end in zip(rows, ends, strict=False):  # a lot from before prices were remembered has none
        change: PriceChange = row.PriceChange
        steps = steps_in(change)
        begun = [step for step in steps if step.at <= change.at]
        price = begun[-1].price if begun else change.unit_price
        if not found or price != found[-1].price:
            found.append(PriceRow(change.at, price, PriceCause(change.cause), row.name))
        found += [PriceRow(step.at, step.price, None, None) for step in _between(steps, change.at, end)]
    return found[::-1][:limit]


def _between(steps: Sequence[PriceStep], since: datetime, until: datetime) -> list[PriceStep]:
    return [step for step in steps if since < step.at <= until]


def _last(session: Session, cooperative_id: int, catch_id: int | None) -> PriceRuleChange | None:
    return session.scalars(
        select(PriceRuleChange)
        .where(
            PriceRuleChange.cooperative_id == cooperative_id, PriceRuleChange.catch_id.is_not_distinct_from(catch_id)
        )
        .order_by(PriceRuleChange.id.desc())
        .limit(1)
    ).one_or_none()
