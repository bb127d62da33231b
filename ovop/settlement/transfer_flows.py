"""Use cases of the card provider's transfers, which ask it between two transactions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ovop.accounts.bank_accounts import find_provider_account, set_provider_account
from ovop.accounts.queries import get_cooperative
from ovop.accounts.rules import Actor, require_manager
from ovop.db.session import db, write
from ovop.ordering.charging import count_retry
from ovop.outside.queue import GivenUp
from ovop.payment import providers
from ovop.payment.errors import ProviderAway, ProviderBroken, ProviderRefused
from ovop.payment.providers.base import PassedOn, Receiver, Transfers
from ovop.settlement.rules import next_transfer
from ovop.settlement.transferring import Wanted, find_wanted, record_passed_on

log = logging.getLogger(__name__)

_ROUNDS = 4


def transfer_order(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: the co-operative has the order's share on its own account with the provider, or will be paid by statement.

    Looks before each step, so that what was done and not answered is found instead of asked for again.  Safe to repeat.
    Raises: ProviderAway to be retried; GivenUp when the provider refuses: what is owed is then in the statements.
    """
    number, transfers = str(payload["order"]), providers.transfers()
    for _round in range(_ROUNDS):
        wanted = find_wanted(db.session(), number)
        db.session.rollback()
        if transfers is None or wanted is None:
            return
        seen = transfers.find_passed_on(number)
        if seen is not None and seen != wanted.known:
            write(record_passed_on, number, seen, now)
        try:
            if not _step(transfers, number, wanted, seen):
                return
        except ProviderBroken:
            write(count_retry, wanted.payment_id)
            raise
        except ProviderRefused as refusal:
            write(count_retry, wanted.payment_id)
            raise GivenUp(f"transfer for order {number}: {refusal}; it is settled by statement") from refusal
    raise GivenUp(f"transfer for order {number} does not settle")


def _step(transfers: Transfers, number: str, wanted: Wanted, seen: PassedOn | None) -> bool:
    """Asks for what is wanted; answers whether anything was."""
    may_send = wanted.account is not None and not wanted.is_counted
    has = None if seen is None else seen.amount - seen.reversed
    amount = next_transfer(wanted.share, has, may_send=may_send)
    if amount < 0 and seen is not None:
        transfers.take_back(seen.reference, -amount, f"{number}:taken-back:{seen.reversed}:{wanted.retries}")
        return True
    if amount <= 0 or wanted.account is None:
        return False
    if not transfers.receiver(wanted.account).may_receive:
        return False
    if not wanted.is_captured:
        raise ProviderAway(f"order {number} is not captured yet")
    transfers.pass_on(wanted.payment, number, wanted.account, amount, f"{number}:passed-on:{wanted.retries}")
    return True


def begin_sign_up(actor: Actor, back_to: str) -> str | None:
    """Where `actor`'s co-operative tells the provider about itself; an account is made for it where there is none yet.

    back_to: absolute address to return to.  None when this market does not pass shares on.
    Raises: Forbidden unless a manager, ProviderAway, ProviderRefused.
    """
    cooperative_id = require_manager(actor)
    transfers = providers.transfers()
    if transfers is None:
        return None
    name = get_cooperative(db.session(), cooperative_id).name
    account = find_provider_account(db.session(), cooperative_id)
    db.session.rollback()
    if account is None:
        account = transfers.open_account(cooperative_id, name, f"cooperative:{cooperative_id}:account")
        write(set_provider_account, cooperative_id, account)
    return transfers.sign_up_address(account, back_to)


def find_receiver(cooperative_id: int) -> Receiver | None:
    """What the provider knows of the co-operative's account, for a page; none without one.  Raises: ProviderAway."""
    transfers = providers.transfers(is_hurried=True)
    account = find_provider_account(db.session(), cooperative_id)
    db.session.rollback()
    if transfers is None or account is None:
        return None
    try:
        return transfers.receiver(account)
    except ProviderRefused:
        return None  # an account of another market's keys: a new one can be made
