"""A co-operative's own QRIS: found in a photo or in text, taken into use, and what was in use before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Cooperative
from ovop.accounts.operations import change_cooperative
from ovop.accounts.rules import Actor, require_manager
from ovop.kernel.errors import Invalid
from ovop.outside.codes import find_codes
from ovop.payment.models import MerchantCodeChange
from ovop.payment.qris import MerchantCode, accept_merchant_code, read_merchant_code

#: How every code begins, by which it is told from others that lie beside it.
_BEGINNING = "000201"


@dataclass(frozen=True, slots=True)
class Change:
    """A code was set, or taken away (none); who did is None for codes of before, merchant for what cannot be read."""

    payload: str | None
    merchant: MerchantCode | None
    who: str | None
    at: datetime


def code_in_photo(data: bytes, *, field: str = "photo") -> MerchantCode:
    """The code that the photo shows, when a co-operative may take it into use.

    Raises: Invalid with why: no photo; `no-code`, `code-unreadable`, `several-codes`, `photo-no-qris`; or what
    `accept_merchant_code` raises.
    """
    seen = find_codes(data, field=field)
    if not seen.texts:
        raise Invalid({field: "code-unreadable" if seen.is_blurred else "no-code"})
    codes = [text for text in seen.texts if text.strip().startswith(_BEGINNING)]
    if len(codes) > 1:
        raise Invalid({field: "several-codes"})
    if not codes and len(seen.texts) > 1:
        raise Invalid({field: "photo-no-qris"})
    try:
        return accept_merchant_code(codes[0] if codes else seen.texts[0], field=field)
    except Invalid as error:
        if error.errors[field] == "not-a-qris":
            raise Invalid({field: "photo-no-qris"}) from None
        raise


def set_code(session: Session, payload: str | None, actor: Actor, now: datetime) -> None:
    """The actor's co-operative is paid by that code from now on, or by none; the same again is no change.

    Raises: Forbidden for all but managers; Invalid.
    """
    cooperative_id = require_manager(actor)
    wanted = accept_merchant_code(payload).payload if payload else None
    known = session.scalars(
        select(Cooperative.qris_payload).where(Cooperative.id == cooperative_id).with_for_update()
    ).one()
    if wanted == known:
        return
    change_cooperative(session, actor, qris_payload=wanted or "")
    session.execute(
        insert(MerchantCodeChange).values(cooperative_id=cooperative_id, payload=wanted, actor_id=actor.id, at=now)
    )


def changes_of(session: Session, cooperative_id: int, limit: int = 20) -> Sequence[Change]:
    """Changes of the co-operative's code, the latest first.  One query."""
    rows = session.execute(
        select(MerchantCodeChange.payload, MerchantCodeChange.at, Account.name)
        .outerjoin(Account, Account.id == MerchantCodeChange.actor_id)
        .where(MerchantCodeChange.cooperative_id == cooperative_id)
        .order_by(MerchantCodeChange.id.desc())
        .limit(limit)
    )
    return [Change(row.payload, find_merchant(row.payload), row.name, row.at) for row in rows]


def find_merchant(payload: str | None) -> MerchantCode | None:
    """Whom a kept code pays; none without one, or when an older market kept one that cannot be read."""
    try:
        return read_merchant_code(payload) if payload else None
    except Invalid:
        return None
