"""All that this Stripe knows: its objects, its clock, its balance and the events that followed from each change."""

from __future__ import annotations

import copy
import random
import string
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from .errors import StripeError, no_such
from .records import Charge, Dispute, Event, Intent, Json, Refund, Session

Thing = TypeVar("Thing")

#: The version of the API whose shapes are played; the official library asks for the one it was made for.
API_VERSION = "2026-10-28.endive"


@dataclass
class Entry:
    """A balance transaction: what changed a balance, and from when it may be used.

    docs.stripe.com/api/balance_transactions/object.  No fees are played.
    """

    id: str
    created: int
    available_on: int
    amount: int
    currency: str
    type: str
    source: str
    account: str | None = None

    def shown(self, now: int) -> Json:
        names = "id created available_on amount currency type source"
        return {
            "object": "balance_transaction",
            **{name: getattr(self, name) for name in names.split()},
            "fee": 0,
            "net": self.amount,
            "status": "available" if self.available_on <= now else "pending",
        }


class World:
    """The state of one Stripe account and of those connected to it.  Every change happens under `lock`."""

    def __init__(self, clock: Callable[[], datetime] | None = None, seed: int = 0) -> None:
        self.lock = threading.RLock()
        self.clock = clock or (lambda: datetime.now(UTC))
        self.ahead = timedelta()
        self.chance = random.Random(seed)
        self.url = ""
        self.minimum = 8_250_00
        self.settles_after = timedelta(days=2)
        self.sessions: dict[str, Session] = {}
        self.intents: dict[str, Intent] = {}
        self.charges: dict[str, Charge] = {}
        self.refunds: dict[str, Refund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.accounts: dict[str, Any] = {}
        self.links: dict[str, Any] = {}
        self.transfers: dict[str, Any] = {}
        self.entries: dict[str, Entry] = {}
        self.events: dict[str, Event] = {}
        self.request: Json = {"id": None, "idempotency_key": None}

    def now(self) -> int:
        """Stripe's time, in seconds."""
        return int((self.clock() + self.ahead).timestamp())

    def new_id(self, prefix: str, length: int = 24) -> str:
        """A name as Stripe makes them; the same seed makes the same names."""
        return prefix + "".join(self.chance.choices(string.ascii_letters + string.digits, k=length))

    def tell(self, type: str, thing: Json, *, previous: Json | None = None, account: str | None = None) -> Event:
        """An event is made: `thing` as it is now.  Stripe calls no one by itself here; tests deliver."""
        event = Event(
            self.new_id("evt_"),
            self.now(),
            type,
            copy.deepcopy(thing),
            previous,
            account,
            dict(self.request),
            API_VERSION,
        )
        self.events[event.id] = event
        return event

    def book(
        self, amount: int, type: str, source: str, *, account: str | None = None, after: timedelta = timedelta()
    ) -> Entry:
        """The balance of the platform or of a connected account changes by `amount`, usable `after` a while."""
        now = self.now()
        available_on = now + int(after.total_seconds())
        entry = Entry(self.new_id("txn_"), now, available_on, amount, "idr", type, source, account)
        self.entries[entry.id] = entry
        return entry

    def balance(self, account: str | None = None) -> tuple[int, int]:
        """(available, pending) of the platform or of a connected account."""
        now = self.now()
        mine = [entry for entry in self.entries.values() if entry.account == account]
        available = sum(entry.amount for entry in mine if entry.available_on <= now)
        return available, sum(entry.amount for entry in mine) - available


def found(things: dict[str, Thing], what: str, name: str, param: str = "") -> Thing:
    """The object of that name.

    Raises: a StripeError: 404 where the address names it, 400 where a parameter does (docs.stripe.com/error-codes).
    """
    if name in things:
        return things[name]
    if not param:
        raise no_such(what, name)
    raise StripeError(f"No such {what}: '{name}'", code="resource_missing", param=param)
