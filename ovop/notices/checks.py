"""Invariants of how people are told, from the rows alone."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.kernel.checks import Check, Finding, finding
from ovop.notices.models import NoticeChoice, PushDevice


def _devices(session: Session) -> Finding:
    gone = (
        select(PushDevice.id).join(Account, Account.id == PushDevice.account_id).where(Account.deleted_at.is_not(None))
    )
    chosen = (
        select(NoticeChoice.account_id)
        .join(Account, Account.id == NoticeChoice.account_id)
        .where(Account.deleted_at.is_not(None))
    )
    broken = [f"browser {device_id} is a deleted account's" for device_id in session.scalars(gone)]
    broken += [f"choices of account {account_id} outlived it" for account_id in session.scalars(chosen)]
    counted = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (PushDevice, NoticeChoice)]
    return finding(sum(counted), broken)


CHECKS = (Check("no browser and no choice is left of a deleted account", "browsers and choices", _devices),)
