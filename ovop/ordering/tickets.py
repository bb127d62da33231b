"""What the QR code of an order says: its number and its pickup code, so that one scan opens the right order.  Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from ovop.kernel.ids import read_number

_TICKET = re.compile(r"OVOP:([A-Z0-9-]{1,16}):([0-9]{6})", re.IGNORECASE)


class Ticket(NamedTuple):
    """Whoever shows it may collect the order."""

    number: str
    code: str


def ticket_text(ticket: Ticket) -> str:
    """What the QR code holds: ``OVOP:S-2511-7K3FQ2:482915``."""
    return f"OVOP:{ticket.number}:{ticket.code}"


def find_ticket(text: str) -> Ticket | None:
    """The ticket that `text` is, none for any other text."""
    found = _TICKET.fullmatch(text.strip())
    return Ticket(read_number(found[1]), found[2]) if found else None
