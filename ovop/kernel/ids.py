"""Names for new things: sortable by time, not guessable, easy to read aloud where people see them."""

from __future__ import annotations

import secrets
from datetime import datetime
from random import Random

from ovop.kernel.days import to_local

#: Without I, L, O and U: nothing that is misread on a wet label.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

#: Where chance comes from; a seeded one makes the demo market the same each time.
Chance = Random
CHANCE: Chance = secrets.SystemRandom()


def new_id(now: datetime, chance: Chance = CHANCE) -> str:
    """26 letters, ULID-shaped: 48 bits of milliseconds, 80 bits of chance."""
    value = (int(now.timestamp() * 1000) << 80) | chance.getrandbits(80)
    return "".join(_LETTERS[(value >> shift) & 31] for shift in range(125, -1, -5))


def order_number(now: datetime, chance: Chance = CHANCE) -> str:
    """Such as ``S-2511-7K3FQ2``: year and month in Jakarta, then chance.  Unique by the table's constraint."""
    return f"S-{to_local(now):%y%m}-" + "".join(chance.choice(_LETTERS) for _ in range(6))


def read_number(typed: str) -> str:
    """`typed` as order numbers are written: letters that they lack are read as the digits that they look like."""
    return "".join(typed.upper().split()).translate(str.maketrans("OIL", "011"))


def read_lot_code(typed: str) -> str:
    """`typed` as lot codes are written: a village's letters, then digits and letters as in `read_number`."""
    prefix, dash, rest = "".join(typed.upper().split()).partition("-")
    return prefix + dash + read_number(rest)


def pickup_code(chance: Chance = CHANCE) -> str:
    """Six digits, the first not always other than zero."""
    return f"{chance.randrange(10**6):06d}"


def lot_code(prefix: str, now: datetime, chance: Chance = CHANCE) -> str:
    """Such as ``LON-251126-4TR2``: village, day of landing, then chance.  Unique by the table's constraint."""
    return f"{prefix}-{to_local(now):%y%m%d}-" + "".join(chance.choice(_LETTERS) for _ in range(4))


def certificate_code(chance: Chance = CHANCE) -> str:
    """Such as ``K7F3-Q2MX-9TRA``: 60 bits of chance, so that nobody finds one by trying."""
    return "-".join("".join(chance.choice(_LETTERS) for _ in range(4)) for _group in range(3))
