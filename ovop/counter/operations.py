"""Selling at the counter and undoing it.  Each function is one change, to be run by `ovop.db.write`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.rules import Actor, require_member
from ovop.counter.models import CounterNumber, CounterSale
from ovop.counter.rules import LONGEST_REASON, WalkIn, amount_of, check_walk_in
from ovop.db.session import engine_of
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.money import commission_on
from ovop.kernel.quantity import Measure
from ovop.payment import ledger
from ovop.payment.errors import MethodNotAllowed
from ovop.payment.rules import Method
from ovop.stock.errors import NotOnSale
from ovop.stock.models import Catch
from ovop.stock.movements import Move, move
from ovop.stock.operations import lock_own_catch
from ovop.stock.rules import MovementKind, is_sellable
from ovop.till.operations import take_at_counter

#: Columns that the row which undoes a sale shares with it.
_SHARED = (
    "cooperative_id village_code catch_id species_code form name measure unit unit_price tax_basis_points method"
    " reference"
).split()


def sell(session: Session, wanted: WalkIn, actor: Actor, now: datetime, *, commission_points: int = 0) -> int:
    """The goods are sold and paid: stock, ledger and, for cash, the clerk's till say so; the sale's id.

    commission_points: of the amount, as of any sale.  Locks the lot, then the till.
    Raises: Invalid, OutOfStock, NotOnSale (called back, past its best, not landed yet), MethodNotAllowed without a
    QRIS, NotFound, Forbidden.
    """
    check_walk_in(wanted)
    catch = lock_own_catch(session, wanted.catch_id, actor)
    amount = amount_of(wanted.quantity, wanted.unit_price, Measure(catch.measure))
    _check_on_sale(catch, now)
    seller = session.execute(
        select(Cooperative.qris_payload, Cooperative.tax_basis_points).where(Cooperative.id == catch.cooperative_id)
    ).one()
    if wanted.method is Method.QRIS and seller.qris_payload is None:
        raise MethodNotAllowed(Method.QRIS, "no-code")
    move(session, [Move(catch.id, MovementKind.COUNTER, wanted.quantity)], now, actor_id=actor.id)
    sale = CounterSale(
        cooperative_id=catch.cooperative_id,
        village_code=catch.village_code,
        catch_id=catch.id,
        number=_next_number(session, catch.cooperative_id),
        species_code=catch.species_code,
        form=catch.form,
        name=catch.name,
        measure=catch.measure,
        unit=catch.unit,
        unit_price=wanted.unit_price,
        quantity=wanted.quantity,
        amount=amount,
        commission=commission_on(amount, commission_points),
        tax_basis_points=seller.tax_basis_points,
        method=wanted.method.value,
        reference=wanted.reference,
        sold_on=days.day_of(now),
        sold_at=now,
        actor_id=actor.id,
    )
    _write(session, sale, actor, now)
    return sale.id


def undo(session: Session, sale_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """The sale was a mistake: goods, money and commission are as without it, by a row against it; that row's id.

    What was paid is given back by the clerk, out of the till where it was cash.  Safe to repeat.
    Raises: Invalid without a reason, NotFound, Forbidden.
    """
    sale = session.get(CounterSale, sale_id)
    if sale is None or sale.reverses_id is not None:
        raise NotFound()
    require_member(actor, sale.cooperative_id)
    lock_own_catch(session, sale.catch_id, actor)
    before = session.scalar(select(CounterSale.id).where(CounterSale.reverses_id == sale_id))
    if before is not None:
        return before
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid({"reason": "too-long" if reason else "required"})
    back = Move(sale.catch_id, MovementKind.COUNTER_BACK, sale.quantity)
    move(session, [back], now, actor_id=actor.id, reason=reason)
    undone = CounterSale(
        **{name: getattr(sale, name) for name in _SHARED},
        quantity=-sale.quantity,
        amount=-sale.amount,
        commission=-sale.commission,
        sold_on=days.day_of(now),
        sold_at=now,
        actor_id=actor.id,
        reverses_id=sale_id,
        reason=reason,
    )
    _write(session, undone, actor, now)
    return undone.id


def _check_on_sale(catch: Catch, now: datetime) -> None:
    if catch.landed_at > now or not is_sellable(
        is_withdrawn=catch.is_withdrawn, best_before=catch.best_before, now=now
    ):
        raise NotOnSale(catch.id)


def _write(session: Session, sale: CounterSale, actor: Actor, now: datetime) -> None:
    """The row, its three journals and, for cash, its entry in the till."""
    session.add(sale)
    session.flush()
    about = ledger.About(None, sale.cooperative_id)
    for word, entries in (
        ("received", ledger.received(sale.amount)),
        ("earned", ledger.earned(sale.amount, sale.commission)),
        ("kept", ledger.kept(sale.amount)),
    ):
        ledger.book(session, f"counter:{sale.id}:{word}", entries, now, about)
    if sale.method == Method.CASH:
        take_at_counter(session, sale.cooperative_id, sale.id, sale.amount, actor, now)


def _next_number(session: Session, cooperative_id: int) -> int:
    """The co-operative's next number: undone with the transaction that takes it."""
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    first = dialect.insert(CounterNumber).values(cooperative_id=cooperative_id, last=1)
    following = first.on_conflict_do_update(
        index_elements=["cooperative_id"], set_={"last": CounterNumber.last + 1}
    ).returning(CounterNumber.last)
    return int(session.execute(following).scalar_one())
