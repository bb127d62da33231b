"""Deciding how prices step down: a co-operative's rule, and a lot's own; and following what products say of much."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor, require_manager
from ovop.catalogue.events import BreaksChanged
from ovop.kernel.errors import Invalid
from ovop.stock.models import Catch, PriceRuleChange
from ovop.stock.operations import lock_own_catch
from ovop.stock.price_rules import PriceRule, RuleKind, check_rule
from ovop.stock.pricing import PriceCause, replan


def set_rule(session: Session, rule: PriceRule | None, actor: Actor, now: datetime) -> None:
    """Prices of the co-operative's lots step down by `rule`, or no longer; those with an answer of their own keep it.

    Holds at once for what is on sale; what was ordered before keeps its price.  Raises: Invalid; Forbidden unless a
    manager.
    """
    cooperative_id = require_manager(actor)
    if rule is not None:
        check_rule(rule)
    catches = session.scalars(
        select(Catch)
        .where(Catch.cooperative_id == cooperative_id, Catch.is_withdrawn.is_(False), Catch.best_before > now)
        .order_by(Catch.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    _decide(session, cooperative_id, None, RuleKind.OFF if rule is None else RuleKind.ON, rule, actor, now)
    replan(session, catches, PriceCause.RULE, now, actor.id)


def set_lot_rule(
    session: Session, catch_id: int, kind: RuleKind, rule: PriceRule | None, actor: Actor, now: datetime
) -> None:
    """The lot's price steps down by a rule of its own, not at all, or as the co-operative's lots do.

    rule: its own, for `on`.  Raises: Invalid, NotFound, Forbidden.
    """
    catch = lock_own_catch(session, catch_id, actor)
    if (kind is RuleKind.ON) != (rule is not None):
        raise Invalid({"kind": "unknown"})
    if rule is not None:
        check_rule(rule)
    _decide(session, catch.cooperative_id, catch_id, kind, rule, actor, now)
    replan(session, [catch], PriceCause.RULE, now, actor.id)


def reprice_lots(session: Session, event: BreaksChanged) -> None:
    """Who orders much of the product's lots pays what its breaks say now; follows a change of them.

    Lots whose sale was ended are among them: it may be taken back.
    """
    catches = session.scalars(
        select(Catch)
        .where(Catch.product_id == event.product_id, Catch.best_before > event.at)
        .order_by(Catch.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    replan(session, catches, PriceCause.BREAKS, event.at, event.actor_id)


def _decide(
    session: Session,
    cooperative_id: int,
    catch_id: int | None,
    kind: RuleKind,
    rule: PriceRule | None,
    actor: Actor,
    now: datetime,
) -> None:
    first, second = [*(rule.steps if rule else ()), None, None][:2]
    session.add(
        PriceRuleChange(
            cooperative_id=cooperative_id,
            catch_id=catch_id,
            kind=kind.value,
            first_hours=first.hours if first else None,
            first_percent=first.percent if first else None,
            second_hours=second.hours if second else None,
            second_percent=second.percent if second else None,
            floor=rule.floor if rule else 0,
            actor_id=actor.id,
            at=now,
        )
    )
    session.flush()
