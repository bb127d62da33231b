"""What reading complaints gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ovop.complaints.rules import ComplaintStatus


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo in media storage, upright; pixels."""

    key: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A complaint's photo by its id; pixels."""

    id: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """Something that happened; `who` is a role's word, none for the market itself.  Rupiah."""

    step: str
    who: str | None
    amount: int | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint as it stands now.  Rupiah; `left`: what can still be given back of the order."""

    id: int
    number: str
    buyer_id: int
    cooperative_id: int
    cooperative_name: str
    village_name: str
    method: str
    total: int
    left: int
    status: ComplaintStatus
    text: str
    offered: int | None
    refunded: int
    answer_by: datetime | None
    created_at: datetime
    photos: tuple[PhotoRow, ...] = ()
    steps: tuple[StepRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """What a co-operative has agreed to give back with its own hands and has not yet.  Rupiah."""

    number: str
    method: str
    amount: int
