"""What an order is given when it is collected: its receipt's number, and the tax that its prices include."""

from __future__ import annotations

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.db.session import engine_of
from ovop.ordering.models import Order, ReceiptCounter


def next_receipt_number(session: Session, cooperative_id: int) -> int:
    """The co-operative's next receipt number, from 1 and without a gap: undone with the transaction that takes it."""
    dialect = postgresql if engine_of(session).dialect.name == "postgresql" else sqlite
    first = dialect.insert(ReceiptCounter).values(cooperative_id=cooperative_id, last=1)
    following = first.on_conflict_do_update(
        index_elements=["cooperative_id"], set_={"last": ReceiptCounter.last + 1}
    ).returning(ReceiptCounter.last)
    return int(session.execute(following).scalar_one())


def tax_of(session: Session, cooperative_id: int) -> int:
    """Basis points of tax that the co-operative's prices include now; 0 when it charges none."""
    return session.scalars(select(Cooperative.tax_basis_points).where(Cooperative.id == cooperative_id)).one()


def number_receipts(session: Session) -> None:
    """All collected orders have numbers, by the time of their collection: for a market whose orders were written whole.

    None of them has one yet.
    """
    in_turn = func.row_number().over(partition_by=Order.cooperative_id, order_by=(Order.collected_at, Order.id))
    numbered = select(Order.id, in_turn.label("number")).where(Order.collected_at.is_not(None)).subquery()
    session.execute(
        update(Order).where(Order.id == numbered.c.id).values(receipt_number=numbered.c.number),
        execution_options={"synchronize_session": False},
    )
    last = select(Order.cooperative_id, func.count()).where(Order.collected_at.is_not(None))
    session.execute(insert(ReceiptCounter).from_select(["cooperative_id", "last"], last.group_by(Order.cooperative_id)))
