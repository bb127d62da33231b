"""What `flask verify` asks of every part: an invariant, how many rows were looked at, and which break it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: How many broken rows are named; the rest are counted.
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """Of one invariant: rows looked at, rows that break it, and the first of these in words."""

    counted: int
    broken: int
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant: `name` says what always holds, `unit` what is counted, `look` reads and changes nothing."""

    name: str
    unit: str
    look: Callable[[Session], Finding]


def finding(counted: int, broken: Iterable[str]) -> Finding:
    """A Finding from descriptions of broken rows, which may be many."""
    rows: Iterator[str] = iter(broken)
    named = tuple(islice(rows, MOST_NAMED))
    return Finding(counted, len(named) + sum(1 for _row in rows), named)
