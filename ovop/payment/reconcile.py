"""Comparing card payments with their provider: every difference, whichever side lacks or says something else.

Nothing is changed here.  What the market still means to do (a job in the outbox) differs until it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from ovop.db.session import db
from ovop.payment import providers
from ovop.payment.errors import ProviderRefused
from ovop.payment.models import Payment
from ovop.payment.providers.base import Charge, Provider
from ovop.payment.rules import Method, PaymentStatus

_BATCH = 500


class Kind(StrEnum):
    """How two sides differ."""

    MISSING_HERE = "missing-here"
    MISSING_THERE = "missing-there"
    AMOUNT = "amount"
    STATE = "state"


class State(StrEnum):
    """What a payment comes to on either side; unpaid, expired and let go all hold nothing."""

    NOTHING = "nothing"
    AUTHORISED = "authorised"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says, in rupiah."""

    state: State
    authorised: int
    captured: int
    refunded: int
    disputed: int

    @property
    def is_given_back(self) -> bool:
        """Whether all that was taken has gone back to the card."""
        return bool(self.captured) and self.refunded == self.captured


@dataclass(frozen=True, slots=True)
class Difference:
    """A payment that is not the same on both sides; a side that lacks it is None.

    payment_id: the market's own name, "" where the provider was never told it.
    """

    kind: Kind
    method: Method
    payment_id: str
    reference: str
    ours: Side | None
    theirs: Side | None


@dataclass
class Comparison:
    """A comparison under way: `compared` counts the payments looked at so far."""

    method: Method
    since: datetime
    compared: int = 0
    _seen: set[str] = field(default_factory=set)

    def differences(self) -> Iterator[Difference]:
        """Every difference of payments since then.  Asks the provider as it goes, holding no transaction.

        Raises: MethodNotAllowed, ProviderAway.
        """
        provider = providers.of(self.method)
        for charges in _batches(provider.charges_since(self.since)):
            yield from self._of_theirs(charges)
        yield from self._missing_there(provider)

    def _of_theirs(self, charges: list[Charge]) -> Iterator[Difference]:
        """What differs among the payments that the provider has."""
        known = _known(db.session(), [charge.reference for charge in charges])
        for charge in charges:
            self.compared += 1
            self._seen.add(charge.reference)
            ours = known.get(charge.reference)
            theirs = _theirs(charge)
            if ours is not None:
                yield from self._differing(ours, charge)
            elif charge.payment_id and theirs.state is not State.NOTHING and not theirs.is_given_back:
                # A page that nobody paid on is no payment, nor is a second one that went back in full; and what the
                # provider does for somebody else is not the market's.
                yield Difference(Kind.MISSING_HERE, self.method, charge.payment_id, charge.reference, None, theirs)

    def _missing_there(self, provider: Provider) -> Iterator[Difference]:
        """What the market began since then and the provider did not list."""
        after = ""
        while page := _begun_since(db.session(), self.method, self.since, after):
            after = page[-1].id
            for ours in page:
                if ours.reference in self._seen:
                    continue
                self.compared += 1
                try:
                    yield from self._differing(ours, provider.look(ours.reference))
                except ProviderRefused:
                    yield Difference(Kind.MISSING_THERE, self.method, ours.id, ours.reference, ours.side, None)

    def _differing(self, ours: _Known, charge: Charge) -> Iterator[Difference]:
        theirs = _theirs(charge)
        if ours.side.state is not theirs.state:
            yield Difference(Kind.STATE, self.method, ours.id, ours.reference, ours.side, theirs)
        elif ours.side.state is not State.NOTHING and ours.side != theirs:
            yield Difference(Kind.AMOUNT, self.method, ours.id, ours.reference, ours.side, theirs)


@dataclass(frozen=True, slots=True)
class _Known:
    """A payment of ours that the provider was asked for."""

    id: str
    reference: str
    side: Side


def _known(session: Session, references: list[str]) -> dict[str, _Known]:
    """Our payments by the provider's names for them."""
    return {row.reference: row for row in _read(session, _payments().where(Payment.provider_reference.in_(references)))}


def _begun_since(session: Session, method: Method, since: datetime, after: str) -> list[_Known]:
    """A page of our payments begun since then, by id."""
    begun = (Payment.method == method, Payment.created_at >= since, Payment.provider_reference.is_not(None))
    return _read(session, _payments().where(*begun, Payment.id > after).order_by(Payment.id).limit(_BATCH))


def _payments() -> Select[*tuple[Any, ...]]:
    return select(
        Payment.id,
        Payment.provider_reference,
        Payment.status,
        Payment.authorised,
        Payment.captured,
        Payment.refunded,
        Payment.disputed,
    )


def _read(session: Session, wanted: Select[*tuple[Any, ...]]) -> list[_Known]:
    """The payments of `wanted`; nothing is left open while the provider is asked."""
    rows = session.execute(wanted).all()
    session.rollback()
    return [_Known(row.id, row.provider_reference, _ours(row)) for row in rows]


def _ours(row: Row[*tuple[Any, ...]]) -> Side:
    is_authorised = PaymentStatus(row.status) is PaymentStatus.AUTHORISED
    return _side(row.authorised if is_authorised or row.captured else 0, row.captured, row.refunded, row.disputed)


def _theirs(charge: Charge) -> Side:
    return _side(0 if charge.is_void else charge.authorised, charge.captured, charge.refunded, charge.disputed)


def _side(authorised: int, captured: int, refunded: int, disputed: int) -> Side:
    state = State.TAKEN if captured else State.AUTHORISED if authorised else State.NOTHING
    return Side(state, authorised, captured, refunded, disputed)


def _batches(charges: Iterator[Charge]) -> Iterator[list[Charge]]:
    while batch := list(islice(charges, _BATCH)):
        yield batch
