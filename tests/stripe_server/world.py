"""All that this Stripe knows: its objects, its clock, its balance and the events that followed from each change."""

from __future__ import annotations

import copy
import random
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from .errors import StripeError, no_such
from .records import Charge, Dispute, Event, Intent, Json, Method, Refund, Session

if TYPE_CHECKING:
    from .connect import Account, Link, Transfer

Thing = TypeVar("Thing")
#: A moment, and what happens then.
Due = tuple[int, Callable[[], None]]

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
    account: str | None
    now: Callable[[], int]

    @property
    def is_available(self) -> bool:
        """Whether it counts in the available balance."""
        return self.available_on <= self.now()

    def shown(self) -> Json:
        names = "id created available_on amount currency type source"
        return {
            "object": "balance_transaction",
            **{name: getattr(self, name) for name in names.split()},
            "fee": 0,
            "net": self.amount,
            "status": "available" if self.is_available else "pending",
        }


#: docs.stripe.com/api/events/object: the request of what Stripe does by itself.
NOBODY = {"id": None, "idempotency_key": None}


class World:
    """The state of one Stripe account and of those connected to it.  Every change happens under `lock`.

    minimum: of a payment, in rupiah: what half a dollar is worth.  settles_after: when captured money may be used.
    """

    def __init__(self, clock: Callable[[], datetime] | None = None, seed: int = 0, minimum: int = 8_250) -> None:
        self.lock = threading.RLock()
        self.clock = clock or (lambda: datetime.now(UTC))
        self.ahead = timedelta()
        self._moment: int | None = None
        self.chance = random.Random(seed)
        self.url = ""
        self.minimum = minimum * 100
        self.settles_after = timedelta(days=2)
        self.sessions: dict[str, Session] = {}
        self.methods: dict[str, Method] = {}
        self.intents: dict[str, Intent] = {}
        self.charges: dict[str, Charge] = {}
        self.refunds: dict[str, Refund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.accounts: dict[str, Account] = {}
        self.links: dict[str, Link] = {}
        self.transfers: dict[str, Transfer] = {}
        self.entries: dict[str, Entry] = {}
        self.events: dict[str, Event] = {}
        self.request: Json = dict(NOBODY)
        self.acting: str | None = None

    def now(self) -> int:
        """Stripe's time, in seconds."""
        if self._moment is not None:
            return self._moment
        return int((self.clock() + self.ahead).timestamp())

    def catch_up(self, due: list[Due]) -> None:
        """What was due by now happened, each at its own moment."""
        now = self.now()
        for moment, happen in sorted(due, key=lambda one: one[0]):
            if moment <= now:
                self._moment = moment
                try:
                    happen()
                finally:
                    self._moment = None

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

    @contextmanager
    def asked_by(self, number: str, key: str | None, account: str | None) -> Iterator[None]:
        """Within, what happens is told as this request's, and is done for that account."""
        self.request, self.acting = {"id": number, "idempotency_key": key}, account
        try:
            yield
        finally:
            self.request, self.acting = dict(NOBODY), None

    def book(self, amount: int, type: str, source: str, *, account: str | None = None, available_on: int = 0) -> Entry:
        """The balance of the platform or of a connected account changes by `amount`, usable now or from a moment."""
        now = self.now()
        name = self.new_id("txn_")
        entry = Entry(name, now, max(now, available_on), amount, "idr", type, source, account, self.now)
        self.entries[name] = entry
        return entry

    def balance(self, account: str | None = None) -> tuple[int, int]:
        """(available, pending) of the platform or of a connected account."""
        mine = [entry for entry in self.entries.values() if entry.account == account]
        available = sum(entry.amount for entry in mine if entry.is_available)
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
