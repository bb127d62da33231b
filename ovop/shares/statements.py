"""What some days brought and whose it is: counted from orders, or as it was shared out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.counter.queries import money_of_lots as at_counter
from ovop.kernel import days
from ovop.kernel.money import Rupiah, commission_on
from ovop.ordering.models import Order, OrderLine
from ovop.ordering.refunds import IS_AGREED, AgreedRefund, agreed_refunds
from ovop.payment.models import LedgerEntry
from ovop.shares.models import CatchPart, SharedLot, SharedPart
from ovop.shares.queries import fishers_by_id, parts_of_lots, sharings_within
from ovop.shares.rows import LotRow, PartRow, SharingRow, Statement, shares_of
from ovop.shares.rules import LotMoney, Refund, SoldOrder, money_of_lots, share_lot
from ovop.stock.models import Catch

_LOT_COLUMNS = (Catch.id, Catch.lot_code, Catch.name, Catch.measure, Catch.unit, Catch.landed_at)
_BY_LANDING = (Catch.landed_at, Catch.id)


def get_statement(session: Session, cooperative_id: int, first: date, last: date) -> Statement:
    """The statement of a co-operative for these days: as it was shared out, else as it stands now.

    At most eight queries, whatever was sold.
    """
    sharings = sharings_within(session, cooperative_id, first, last)
    sharing = next((found for found in sharings if (found.first, found.last) == (first, last)), None)
    if sharing is not None:
        points, lots = sharing.dues_basis_points, _shared_lots(session, sharing)
    else:
        own = Cooperative.id == cooperative_id
        points = session.scalars(select(Cooperative.dues_basis_points).where(own)).one()
        lots = _lots_now(session, cooperative_id, first, last)
    return Statement(
        first=first,
        last=last,
        dues_basis_points=points,
        lots=lots,
        fishers=shares_of(lots, fishers_by_id(session, cooperative_id), points),
        sharing=sharing,
        overlapping=tuple(found for found in sharings if found is not sharing),
    )


def _lots_now(session: Session, cooperative_id: int, first: date, last: date) -> tuple[LotRow, ...]:
    moneys = money_of_lots(_orders(session, cooperative_id, first, last))
    for catch_id, (amount, commission) in at_counter(session, cooperative_id, first, last).items():
        if not amount and catch_id not in moneys:
            continue  # sold and undone
        moneys[catch_id] = moneys.get(catch_id, LotMoney()) + LotMoney(sold=amount, commission=commission)
    if not moneys:
        return ()
    parts = parts_of_lots(session, CatchPart.catch_id.in_(moneys))
    rows = session.execute(select(*_LOT_COLUMNS, Catch.caught).where(Catch.id.in_(moneys)).order_by(*_BY_LANDING))
    return tuple(
        LotRow(
            **row._mapping,
            money=moneys[row.id],
            parts=_shared(moneys[row.id].received, row.caught, parts.get(row.id, {})),
        )
        for row in rows
    )


def _shared(received: int, caught: int, parts: Mapping[int, int]) -> tuple[PartRow, ...]:
    shares = share_lot(received, caught, parts)
    return tuple(PartRow(fisher, parts[fisher], amount) for fisher, amount in shares.items())


def _orders(session: Session, cooperative_id: int, first: date, last: date) -> Iterable[SoldOrder]:
    """Orders collected on these days, and those of which a refund was agreed on them; with all refunds till then."""
    refunds = _refunds(session, cooperative_id, first, last)
    rows = session.execute(
        select(
            Order.number,
            Order.total,
            Order.commission_basis_points,
            Order.collected_on,
            OrderLine.catch_id,
            OrderLine.final_amount,
        )
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            Order.cooperative_id == cooperative_id,
            or_(Order.collected_on.between(first, last), Order.number.in_(refunds)),
        )
        .order_by(Order.id, OrderLine.id)
    )
    lines: dict[str, list[tuple[int, int]]] = {}
    heads: dict[str, tuple[Rupiah, bool]] = {}
    for row in rows:
        lines.setdefault(row.number, []).append((row.catch_id, row.final_amount))
        commission = commission_on(row.total, row.commission_basis_points)
        heads[row.number] = (commission, first <= row.collected_on <= last)
    for number, (commission, counts) in heads.items():
        given_back = tuple(_refund(refund, first) for refund in refunds.get(number, ()))
        yield SoldOrder(tuple(lines[number]), commission, counts, given_back)


def _refunds(session: Session, cooperative_id: int, first: date, last: date) -> dict[str, list[AgreedRefund]]:
    """All refunds up to `last` of the orders that have to be looked at, by order number."""
    agreed = select(LedgerEntry.order_number).where(
        IS_AGREED,
        LedgerEntry.cooperative_id == cooperative_id,
        LedgerEntry.at >= days.start_of(first),
        LedgerEntry.at < days.end_of(last),
    )
    collected = select(Order.number).where(
        Order.cooperative_id == cooperative_id, Order.collected_on.between(first, last), Order.refunded > 0
    )
    return agreed_refunds(
        session,
        LedgerEntry.at < days.end_of(last),
        LedgerEntry.order_number.in_(agreed.union(collected)),
    )


def _refund(refund: AgreedRefund, first: date) -> Refund:
    return Refund(refund.amount, refund.commission, counts=refund.at >= days.start_of(first))


def _shared_lots(session: Session, sharing: SharingRow) -> tuple[LotRow, ...]:
    parts: dict[int, list[PartRow]] = {}
    for row in session.execute(
        select(SharedPart.catch_id, SharedPart.fisher_id, SharedPart.quantity, SharedPart.amount)
        .where(SharedPart.sharing_id == sharing.id)
        .order_by(SharedPart.catch_id, SharedPart.fisher_id)
    ):
        parts.setdefault(row.catch_id, []).append(PartRow(row.fisher_id, row.quantity, row.amount))
    rows = session.execute(
        select(*_LOT_COLUMNS, SharedLot.caught, SharedLot.sold, SharedLot.refunded, SharedLot.commission)
        .join(Catch, Catch.id == SharedLot.catch_id)
        .where(SharedLot.sharing_id == sharing.id)
        .order_by(*_BY_LANDING)
    )
    names = [column.key for column in _LOT_COLUMNS]
    return tuple(
        LotRow(
            **{name: row._mapping[name] for name in names},
            caught=row.caught,
            money=LotMoney(row.sold, row.refunded, row.commission),
            parts=tuple(parts.get(row.id, ())),
        )
        for row in rows
    )
