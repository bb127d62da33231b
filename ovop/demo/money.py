"""A payment while its purchase is written down: facts, events, ledger entries, and the demo provider's own records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ovop.demo.rows import Row, Rows
from ovop.payment import ledger
from ovop.payment.operations import entries_of
from ovop.payment.rules import MOVING, EventKind, Facts, Method, after, next_step, step_key


@dataclass(frozen=True, slots=True)
class About:
    """The order that a booking is for."""

    cooperative_id: int
    order_number: str


class Money:
    """One payment: its facts, and its rows as they come."""

    def __init__(self, payment_id: str, method: Method, maximum: int, at: datetime, checkout_id: str) -> None:
        self.id, self.method, self.checkout_id = payment_id, method, checkout_id
        self.facts = Facts(maximum)
        self.moves = 0
        self.events: list[Row] = []
        self.entries: list[Row] = []
        self.requests: list[Row] = []
        self.charge: Row | None = None
        self.at = at

    def tell(self, kind: EventKind, amount: int, key: str, at: datetime, *, about: About | None = None) -> None:
        """A fact is kept and booked, as `payment.operations.record_event` does."""
        self.events.append(
            {"payment_id": self.id, "kind": kind.value, "amount": amount, "key": key, "note": "", "at": at}
        )
        self.facts = after(self.facts, kind, amount)
        self.moves += kind in MOVING
        self.book(f"payment:{key}", entries_of(self.method, kind, amount), at, about)

    def book(
        self, journal: str, entries: Mapping[ledger.LedgerAccount, int], at: datetime, about: About | None = None
    ) -> None:
        """A journal, as `payment.ledger.book` writes it."""
        self.entries += [
            {
                "journal": journal,
                "account": account.value,
                "amount": amount,
                "cooperative_id": about.cooperative_id if about else None,
                "checkout_id": self.checkout_id,
                "order_number": about.order_number if about else None,
                "at": at,
            }
            for account, amount in entries.items()
            if amount
        ]

    def begin(self, at: datetime) -> None:
        """The demo provider's page was opened."""
        self.charge = {
            "id": self.reference,
            "amount": self.facts.maximum,
            "status": "open",
            "captured": 0,
            "refunded": 0,
            "created_at": at,
        }

    def decline(self, at: datetime) -> None:
        """The demo card was refused."""
        self.tell(EventKind.DECLINED, 0, f"{self.reference}:declined:1", at)

    def pay(self, at: datetime) -> None:
        """The demo card was accepted."""
        assert self.charge is not None  # paid on the page that was opened
        self.charge["status"] = "authorised"
        self.tell(EventKind.AUTHORISED, self.facts.maximum, f"{self.reference}:authorised", at)

    def settle(self, due: int, at: datetime, *, capture_now: bool) -> None:
        """The provider was asked for what brings its money to `due` rupiah, and did it."""
        while self.charge and (step := next_step(self.facts, due, capture_now=capture_now)) is not None:
            key = step_key(self.id, step.kind, self.moves)
            self.requests.append({"key": key, "asked": _charge(self.charge, step.kind, step.amount)})
            self.tell(step.kind, step.amount, key, at)

    @property
    def reference(self) -> str:
        """The demo provider's name for it."""
        return f"demo_{self.id}"

    def write(self, rows: Rows) -> None:
        """The payment as it is in the end, and everything that was kept of it, are in `rows`."""
        rows.payment_events += self.events
        rows.entries += self.entries
        rows.requests += self.requests
        if self.charge:
            rows.charges.append(self.charge)
        rows.payments.append(self._row())

    def _row(self) -> Row:
        return {
            "id": self.id,
            "method": self.method.value,
            "status": self.facts.status.value,
            "maximum": self.facts.maximum,
            "authorised": self.facts.authorised,
            "captured": self.facts.captured,
            "refunded": self.facts.refunded,
            "disputed": self.facts.disputed,
            "moves": self.moves,
            "provider_reference": self.reference if self.charge else None,
            "capture_before": None,
            "created_at": self.at,
        }


def _charge(charge: Row, kind: EventKind, amount: int) -> str:
    """The provider's own record follows; answers how the provider remembers the request."""
    match kind:
        case EventKind.CAPTURED:
            charge["status"], charge["captured"] = "captured", amount
            return f"capture {charge['id']} {amount}"
        case EventKind.VOIDED:
            charge["status"] = "void"
            return f"void {charge['id']}"
        case _:
            charge["refunded"] += amount
            return f"refund {charge['id']} {amount}"
