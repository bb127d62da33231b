"""What a market holds before a demo may be made of it, and what its statements wait for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ovop.accounts.bank_accounts import BankAccount
from ovop.accounts.models import Account, Cooperative
from ovop.accounts.names import DEMO_DOMAIN
from ovop.ordering.models import Order
from ovop.pickup.models import Slot
from ovop.settlement.models import Settlement
from ovop.settlement.rules import SettlementStatus

_IS_DEMO = Account.email.endswith(f"@{DEMO_DOMAIN}", autoescape=True)


def count_real_orders(session: Session) -> int:
    """Orders of accounts that are not the demo's; those of deleted accounts were somebody's too."""
    real = or_(Account.email.is_(None), ~_IS_DEMO)
    return (
        session.scalar(select(func.count()).select_from(Order).join(Account, Account.id == Order.buyer_id).where(real))
        or 0
    )


def count_demo_accounts(session: Session) -> int:
    """Accounts of a demo market."""
    return session.scalar(select(func.count()).select_from(Account).where(_IS_DEMO)) or 0


def slot_ids(session: Session) -> dict[tuple[int, datetime], int]:
    """Every slot there is, by its point and when it begins."""
    rows = session.execute(select(Slot.point_id, Slot.starts_at, Slot.id))
    return {(row.point_id, row.starts_at): row.id for row in rows}


def open_statements(session: Session, *statuses: SettlementStatus) -> list[tuple[int, BankAccount | None]]:
    """Statements in these states with the account that each would be approved for."""
    rows = session.execute(
        select(
            *(Settlement.id, Settlement.bank_name, Settlement.bank_account, Settlement.bank_holder),
            *(Cooperative.bank_name, Cooperative.bank_account, Cooperative.bank_holder),
            Settlement.status,
        )
        .join(Cooperative, Cooperative.id == Settlement.cooperative_id)
        .where(Settlement.status.in_([status.value for status in statuses]))
        .order_by(Settlement.id)
    )
    found = []
    for settlement_id, *accounts, status in rows:
        account = BankAccount(*(accounts[:3] if status == SettlementStatus.CHECKED else accounts[3:]))
        found.append((settlement_id, account if account.number else None))
    return found
