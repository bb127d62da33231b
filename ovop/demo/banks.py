"""Bank accounts for the demo's co-operatives: well-formed, and nobody's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.settlement.operations import change_bank_account


def set_invented_account(session: Session, clerk: Actor, holder: str, at: datetime, *, number: int = 1) -> None:
    """`clerk` has said that the co-operative is paid to an invented account.

    number: tells the accounts of one co-operative apart.  No bank is called Bank Contoh.
    """
    digits = f"0000{number:02d}{clerk.cooperative_id:06d}"
    change_bank_account(session, "Bank Contoh", digits, f"{holder} (contoh)", clerk, at)
