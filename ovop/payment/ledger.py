"""The double-entry ledger: every rupiah that moved, in journals that sum to zero.

Debit is positive.  Accounts:
  provider    money that the card provider holds for the market          (asset)
  received    money that a co-operative took itself, in cash or by QRIS  (asset, with it)
  customer    money taken for goods that are not handed over yet         (liability)
  payable     what the market owes a co-operative                        (liability)
  commission  the market's part                                          (income)
  disputed    what buyers' banks took back: a claim while it is argued about, a loss if it stays so
  bank        what the market paid to co-operatives from its own account (asset, below zero)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ovop.payment.models import LedgerEntry


class LedgerAccount(StrEnum):
    """Accounts of the ledger; see the module."""

    PROVIDER = "provider"
    RECEIVED = "received"
    CUSTOMER = "customer"
    PAYABLE = "payable"
    COMMISSION = "commission"
    DISPUTED = "disputed"
    BANK = "bank"


@dataclass(frozen=True, slots=True)
class About:
    """What a booking belongs to: a checkout, and one order and its co-operative where it is theirs alone.

    Only what settles accounts with a co-operative as a whole, and what its counter sells, has no checkout.
    """

    checkout_id: str | None
    cooperative_id: int | None = None
    order_number: str | None = None


def captured(amount: int) -> dict[LedgerAccount, int]:
    """A card was charged."""
    return {LedgerAccount.PROVIDER: amount, LedgerAccount.CUSTOMER: -amount}


def refunded(amount: int) -> dict[LedgerAccount, int]:
    """Money went back to a card."""
    return {LedgerAccount.CUSTOMER: amount, LedgerAccount.PROVIDER: -amount}


def received(amount: int) -> dict[LedgerAccount, int]:
    """The co-operative took the money itself at the handover."""
    return {LedgerAccount.RECEIVED: amount, LedgerAccount.CUSTOMER: -amount}


def earned(amount: int, commission: int) -> dict[LedgerAccount, int]:
    """Goods for `amount` were handed over: the co-operative's share arises, less the market's part."""
    return {
        LedgerAccount.CUSTOMER: amount,
        LedgerAccount.PAYABLE: commission - amount,
        LedgerAccount.COMMISSION: -commission,
    }


def kept(amount: int) -> dict[LedgerAccount, int]:
    """What the co-operative took itself counts as already paid to it."""
    return {LedgerAccount.PAYABLE: amount, LedgerAccount.RECEIVED: -amount}


def paid_out(amount: int) -> dict[LedgerAccount, int]:
    """The co-operative gave a buyer money back from its own hands, which it had kept as already paid to it."""
    return {LedgerAccount.PAYABLE: -amount, LedgerAccount.RECEIVED: amount}


def unearned(amount: int, commission: int) -> dict[LedgerAccount, int]:
    """`amount` of a collected order is to be given back to its buyer, and `commission` of it to the co-operative."""
    return {
        LedgerAccount.CUSTOMER: -amount,
        LedgerAccount.PAYABLE: amount - commission,
        LedgerAccount.COMMISSION: commission,
    }


def disputed(amount: int) -> dict[LedgerAccount, int]:
    """A buyer's bank took money back; below zero it gave it back."""
    return {LedgerAccount.DISPUTED: amount, LedgerAccount.PROVIDER: -amount}


def settled(amount: int) -> dict[LedgerAccount, int]:
    """The market paid what it owed by bank transfer; below zero the transfer came back."""
    return {LedgerAccount.PAYABLE: amount, LedgerAccount.BANK: -amount}


def transferred(amount: int) -> dict[LedgerAccount, int]:
    """The card provider passed money on to the co-operative's own account with it; below zero it took it back."""
    return {LedgerAccount.PAYABLE: amount, LedgerAccount.PROVIDER: -amount}


def book(
    session: Session,
    journal: str,
    entries: Mapping[LedgerAccount, int],
    now: datetime,
    about: About,
) -> None:
    """Writes `entries` as `journal`; a journal's name can be used once.  Zeros are left out.

    Raises: ValueError when they do not sum to zero, which would be a fault of ours.
    """
    if sum(entries.values()) != 0:
        raise ValueError(f"journal {journal} does not balance")
    rows = [
        {
            "journal": journal,
            "account": account.value,
            "amount": amount,
            "cooperative_id": about.cooperative_id,
            "checkout_id": about.checkout_id,
            "order_number": about.order_number,
            "at": now,
        }
        for account, amount in entries.items()
        if amount
    ]
    if rows:
        session.execute(insert(LedgerEntry), rows)
