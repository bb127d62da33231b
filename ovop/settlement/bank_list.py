"""The list of bank transfers that are to be made."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.bank_accounts import BankAccount
from ovop.accounts.models import Account, Cooperative
from ovop.settlement.models import Settlement, SettlementEvent
from ovop.settlement.queries import BANK, account_in, select_statements, statement_in
from ovop.settlement.rows import TransferRow
from ovop.settlement.rules import SettlementStatus, SettlementStep


def list_transfers(session: Session, ids: Sequence[int] | None = None) -> Sequence[TransferRow]:
    """Bank transfers to be made: every approved statement, by co-operative.  ids: only these."""
    exported = (
        select(SettlementEvent.settlement_id, func.max(SettlementEvent.id).label("event_id"))
        .where(SettlementEvent.step == SettlementStep.EXPORT.value)
        .group_by(SettlementEvent.settlement_id)
        .subquery()
    )
    found = (
        select_statements(Settlement.status == SettlementStatus.APPROVED.value)
        .add_columns(
            *(getattr(Settlement, name).label(f"own_{name}") for name in BANK),
            *(getattr(Cooperative, name).label(f"now_{name}") for name in BANK),
            SettlementEvent.at.label("exported_at"),
            Account.name.label("exported_by"),
        )
        .outerjoin(exported, exported.c.settlement_id == Settlement.id)
        .outerjoin(SettlementEvent, SettlementEvent.id == exported.c.event_id)
        .outerjoin(Account, Account.id == SettlementEvent.actor_id)
        .order_by(Cooperative.name, Settlement.id)
    )
    if ids is not None:
        found = found.where(Settlement.id.in_(ids))
    rows = session.execute(found).all()
    paid = _paid_accounts(session, {row.cooperative_id for row in rows})
    transfers = []
    for row in rows:
        account, last = account_in(row, "own_"), paid.get(row.cooperative_id)
        assert account is not None  # the table's own constraint
        transfers.append(
            TransferRow(
                statement_in(row),
                account,
                is_other_than_last_paid=last is not None and last != account,
                is_outdated=account != account_in(row, "now_"),
                exported_at=row.exported_at,
                exported_by=row.exported_by,
            )
        )
    return transfers


def _paid_accounts(session: Session, cooperatives: set[int]) -> dict[int, BankAccount]:
    """The accounts of co-operatives' last paid statements."""
    last = (
        select(func.max(Settlement.id))
        .where(Settlement.status == SettlementStatus.PAID.value, Settlement.cooperative_id.in_(cooperatives))
        .group_by(Settlement.cooperative_id)
    )
    columns = (getattr(Settlement, name) for name in BANK)
    rows = session.execute(select(Settlement.cooperative_id, *columns).where(Settlement.id.in_(last)))
    return {row.cooperative_id: account for row in rows if (account := account_in(row, ""))}
