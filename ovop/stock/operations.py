"""Lots put on sale, changed, corrected and withdrawn by their co-operative."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative, Role
from ovop.accounts.rules import Actor, cooperative_of, require_member, require_role
from ovop.catalogue.areas import coarse_area
from ovop.catalogue.models import Product
from ovop.catalogue.rules import HANDLINGS, Form, Handling, usual_handling
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.events import announce
from ovop.kernel.ids import CHANCE, Chance, lot_code
from ovop.kernel.money import price_within
from ovop.kernel.quantity import within
from ovop.stock.errors import NotOnSale
from ovop.stock.events import CatchListed, CaughtLess, LotTimed
from ovop.stock.models import Catch
from ovop.stock.movements import Move, move, record
from ovop.stock.pricing import PriceCause, replan
from ovop.stock.rules import (
    IN_SIGHT,
    LONGEST_RECALL_REASON,
    CatchChanges,
    MovementKind,
    NewCatch,
    check_new_catch,
    life_errors,
    lot_prefix,
)
from ovop.undo.facts import columns_of
from ovop.undo.operations import Facts, note
from ovop.undo.rules import Deed
from ovop.villages.models import District, Village


def list_catch(session: Session, new: NewCatch, actor: Actor, now: datetime, chance: Chance = CHANCE) -> int:
    """A new lot is on sale, its whole quantity available; answers its id.

    Of where it was caught only the waters or the district are kept.  Raises: Invalid, NotFound, Forbidden.
    """
    return list_for(session, cooperative_of(actor), new, now, actor=actor, chance=chance)


def list_for(
    session: Session,
    cooperative_id: int,
    new: NewCatch,
    now: datetime,
    *,
    actor: Actor | None = None,
    chance: Chance = CHANCE,
) -> int:
    """As `list_catch`, for a co-operative; without `actor` by the market itself, on its behalf.  Raises: Invalid."""
    check_new_catch(new, now)
    product = session.execute(
        select(Product, Cooperative.village_code, Village.name.label("village"), District.name.label("district"))
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .join(Village, Village.code == Cooperative.village_code)
        .join(District, District.code == Village.district_code)
        .where(Product.id == new.product_id, Product.cooperative_id == cooperative_id, Product.is_active.is_(True))
    ).one_or_none()
    if product is None:
        raise Invalid({"product": "unknown"})
    kind = product.Product
    catch = Catch(
        lot_code=lot_code(lot_prefix(product.village), new.landed_at, chance),
        product_id=kind.id,
        cooperative_id=cooperative_id,
        village_code=product.village_code,
        species_code=kind.species_code,
        name=kind.name,
        form=kind.form,
        measure=kind.measure,
        unit=kind.unit,
        caught=new.quantity,
        available=new.quantity,
        unit_price=new.unit_price,
        landing_price=new.landing_price,
        landed_at=new.landed_at,
        best_before=new.best_before,
        grade=new.grade,
        gear=new.gear,
        fishing_area=coarse_area(new.fishing_area, product.district),
        vessel_name=new.vessel_name,
        vessel_registration=new.vessel_registration,
        note=new.note,
        is_planned=new.landed_at > now + IN_SIGHT,
        created_at=now,
        handling=_handling(new.handling, Form(kind.form)),
    )
    session.add(catch)
    session.flush()
    announce(session, LotTimed(catch.id, now))
    replan(session, [catch], PriceCause.LISTED, now, actor.id if actor else None)
    record(session, [Move(catch.id, MovementKind.CATCH, new.quantity)], now, actor_id=actor.id if actor else None)
    if actor is not None:
        note(session, Deed.LISTED, catch.id, _facts(catch, new.quantity), actor, now)
    announce(session, CatchListed(catch.id, now))
    return catch.id


def change_catch(session: Session, catch_id: int, changes: CatchChanges, actor: Actor, now: datetime) -> bool:
    """Price, note or best-before of a lot are as in `changes`; orders keep what they were made at.

    A price that is set stands from now on: only steps that are still to come lower it.  Answers whether that changed
    anything.

    Raises: Invalid, NotFound, Forbidden.
    """
    catch = lock_own_catch(session, catch_id, actor)
    named = [field.name for field in fields(changes) if getattr(changes, field.name) is not None]
    if "unit_price" in named:
        named.append("priced_at")
    before = columns_of(catch, named)
    if changes.unit_price is not None:
        catch.unit_price, catch.priced_at = price_within(changes.unit_price), now
    if changes.best_before is not None:
        if errors := life_errors(catch.landed_at, changes.best_before, now):
            raise Invalid(errors)
        catch.best_before = changes.best_before
    if changes.note is not None:
        if len(changes.note) > 1000:
            raise Invalid({"note": "too-long"})
        catch.note = changes.note
    session.flush()
    if changes.best_before is not None:
        announce(session, LotTimed(catch.id, now))
    cause = PriceCause.TIMES if changes.unit_price is None else PriceCause.PRICED
    replan(session, [catch], cause, now, actor.id)
    after = columns_of(catch, named)
    if all(after[name] == before[name] for name in named if name != "priced_at"):
        return False
    note(session, Deed.CHANGED, catch_id, {**_facts(catch), "before": before, "after": after}, actor, now)
    return True


def change_stock(session: Session, catch_id: int, change: int, reason: str, actor: Actor, now: datetime) -> None:
    """`change` grams or pieces more were found, or (negative) are booked as lost; less of a plan is no loss.

    Raises: Invalid without a reason or a change, OutOfStock when more would be lost than is available.
    """
    if not reason.strip():
        raise Invalid({"reason": "required"})
    if change == 0:
        raise Invalid({"stock_change": "too-small"})
    within(abs(change), "stock_change")
    catch = lock_own_catch(session, catch_id, actor)
    if change > 0:
        within(catch.caught + change, "stock_change")
    if change > 0:
        move(session, [Move(catch_id, MovementKind.FOUND, change)], now, actor_id=actor.id, reason=reason.strip())
    else:
        _take_off(session, catch, -change, reason.strip(), actor, now)
    note(session, Deed.STOCK_CHANGED, catch_id, _facts(catch, change), actor, now)


def sell_out(session: Session, catch_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Nothing of the lot can be ordered any more, what was available being gone for that reason; its orders stand.

    A lot that is sold out stays so.  Raises: NotFound, Forbidden.
    """
    catch = lock_own_catch(session, catch_id, actor)
    if left := catch.available:
        _take_off(session, catch, left, reason, actor, now)
        note(session, Deed.SOLD_OUT, catch_id, _facts(catch, -left), actor, now)


def withdraw_catch(session: Session, catch_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Its sale is over: what was available is lost, or was never caught, and orders of it stand.

    Goods that may harm somebody are recalled instead (`ovop.recall`).
    Raises: Invalid without a reason, NotOnSale when it was over before.
    """
    if not reason.strip():
        raise Invalid({"reason": "required"})
    catch = lock_own_catch(session, catch_id, actor)
    if catch.is_withdrawn:
        raise NotOnSale(catch_id)
    session.execute(update(Catch).where(Catch.id == catch_id).values(is_withdrawn=True))
    left = catch.available
    _take_off(session, catch, left, reason.strip(), actor, now)
    note(session, Deed.ENDED, catch_id, _facts(catch, -left), actor, now)


def recall_catch(session: Session, catch_id: int, reason: str, actor: Actor, now: datetime) -> bool:
    """Nothing of the lot is offered or can be sold any more, and what was available is lost.

    reason: what may be wrong with it; everybody reads it.  Answers False when it was recalled before, and nothing
    changes.  Orders of it are `ovop.recall`'s.  Raises: Invalid, NotFound, Forbidden.
    """
    words = " ".join(reason.split())
    if not words or len(words) > LONGEST_RECALL_REASON:
        raise Invalid({"reason": "too-long" if words else "required"})
    catch = _lock_catch(session, catch_id)
    if require_role(actor, Role.COOPERATIVE, Role.OFFICE).role is Role.COOPERATIVE:
        require_member(actor, catch.cooperative_id)
    if catch.recalled_at is not None:
        return False
    move(session, [Move(catch_id, MovementKind.LOSE, catch.available)], now, actor_id=actor.id, reason=words)
    session.execute(
        update(Catch).where(Catch.id == catch_id).values(is_withdrawn=True, recalled_at=now, recall_reason=words)
    )
    return True


def _take_off(session: Session, catch: Catch, quantity: int, reason: str, actor: Actor, now: datetime) -> None:
    """So much of the lot, locked, is lost; of a plan it was never caught.  Raises: OutOfStock."""
    caught = catch.caught - quantity
    kind = MovementKind.MISS if catch.is_planned else MovementKind.LOSE
    move(session, [Move(catch.id, kind, quantity)], now, actor_id=actor.id, reason=reason)
    if kind is MovementKind.MISS:
        announce(session, CaughtLess(catch.id, caught, actor, now))


def _handling(said: Handling | None, form: Form) -> Handling:
    """How the lot is kept: as `said` where goods of its form can be, else as usual."""
    return said if said in HANDLINGS[form] else usual_handling(form)


def lock_own_catch(session: Session, catch_id: int, actor: Actor) -> Catch:
    """The lot, locked, when it is of `actor`'s co-operative.  Raises: NotFound, Forbidden."""
    cooperative_of(actor)
    catch = _lock_catch(session, catch_id)
    require_member(actor, catch.cooperative_id)
    return catch


def _lock_catch(session: Session, catch_id: int) -> Catch:
    catch = session.scalars(
        select(Catch).where(Catch.id == catch_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if catch is None:
        raise NotFound()
    return catch


def _facts(catch: Catch, change: int = 0) -> Facts:
    """What words about a deed need: the lot's name, and by how many grams or pieces its stock changed."""
    return {"name": catch.name, "change": change, "measure": catch.measure, "unit": catch.unit}
