"""Where the market pays a co-operative what it owes it: a bank account, or none yet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.names import parse_name
from ovop.kernel.errors import Invalid

LONGEST_BANK, LONGEST_HOLDER = 60, 120
#: Digits as people set them apart when they copy a number from a passbook.
_APART = re.compile(r"[\s.-]+")
_NUMBER = re.compile(r"[0-9]{5,20}")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account at an Indonesian bank; `number` is digits alone."""

    bank: str
    number: str
    holder: str


def parse_bank_account(bank: str, number: str, holder: str) -> BankAccount | None:
    """The account meant by what was typed; None when nothing was.  Raises: Invalid naming each field at fault."""
    if not (bank.strip() or number.strip() or holder.strip()):
        return None
    errors: dict[str, str] = {}
    digits = _APART.sub("", number)
    if not digits:
        errors["bank_account"] = "required"
    elif not _NUMBER.fullmatch(digits):
        errors["bank_account"] = "not-a-bank-account"
    names = {"bank_name": (bank, LONGEST_BANK), "bank_holder": (holder, LONGEST_HOLDER)}
    parsed: dict[str, str] = {}
    for field, (typed, longest) in names.items():
        try:
            parsed[field] = parse_name(typed, field=field, longest=longest)
        except Invalid as error:
            errors |= error.errors
    if errors:
        raise Invalid(errors)
    return BankAccount(parsed["bank_name"], digits, parsed["bank_holder"])


def find_bank_account(session: Session, cooperative_id: int) -> BankAccount | None:
    """The account that the co-operative is paid to now."""
    own = select(Cooperative.bank_name, Cooperative.bank_account, Cooperative.bank_holder)
    bank, number, holder = session.execute(own.where(Cooperative.id == cooperative_id)).one()
    return BankAccount(bank, number, holder) if number else None


def set_bank_account(session: Session, cooperative_id: int, account: BankAccount | None) -> None:
    """The co-operative is paid to that account from now on."""
    new = account or BankAccount("", "", "")
    session.execute(
        update(Cooperative)
        .where(Cooperative.id == cooperative_id)
        .values(bank_name=new.bank, bank_account=new.number, bank_holder=new.holder)
    )


def find_provider_account(session: Session, cooperative_id: int) -> str | None:
    """The card provider's name for the co-operative's own account with it."""
    return session.scalar(select(Cooperative.stripe_account).where(Cooperative.id == cooperative_id))


def set_provider_account(session: Session, cooperative_id: int, account: str) -> None:
    """The card provider passes the co-operative's shares on to that account from now on."""
    session.execute(update(Cooperative).where(Cooperative.id == cooperative_id).values(stripe_account=account))
