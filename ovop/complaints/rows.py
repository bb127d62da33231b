"""What reading complaints gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ovop.complaints.rules import ComplaintStatus, Step


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo in media storage, upright: where its files lie, and the pixels of the largest."""

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
    """Something that happened; `role` of whoever did it, none for the market itself.  Rupiah."""

    id: int
    step: str
    role: str | None
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
    #: What the market has done by now and nobody has written down yet: a turn that was let pass.
    overdue: Step | None = None
    photos: tuple[PhotoRow, ...] = ()
    steps: tuple[StepRow, ...] = ()


@dataclass(frozen=True, slots=True)
class GoodwillRow:
    """What was given back without a complaint, and why.  Rupiah."""

    id: int
    amount: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """What a co-operative has agreed to give back with its own hands and has not yet; `after` giving back so much.

    Rupiah.
    """

    number: str
    method: str
    amount: int
    after: int


@dataclass(frozen=True, slots=True)
class Pending:
    """Of a buyer: complaints without an end, and rupiah that co-operatives still have to give back to them."""

    complaints: int
    owed: int
