"""What the programme's queries answer.  Nothing of any person: who did something is known to the tables alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ovop.catalogue.queries import FlagshipPeriod, ProductRow, StarsRow
from ovop.programme.ranking import Ranked, Window
from ovop.programme.rules import CertificateState, Confirmation, Figures, Item, Judgement, ProposalStatus, Rule


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal with the names of what it is about."""

    id: int
    village_code: str
    village_name: str
    cooperative_id: int
    cooperative_name: str
    product_id: int
    product_name: str
    reasons: str
    proposed_at: datetime
    status: ProposalStatus
    decided_at: datetime | None
    decided_on: date | None
    decision_number: str
    decision_reason: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of a product's dossier; size in bytes."""

    id: int
    product_id: int
    kind: str
    stars_id: int | None
    title: str
    key: str
    ending: str
    size: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class CriteriaRow:
    """A version of the criteria; version 0 has no moment."""

    version: int
    rules: tuple[Rule, ...]
    note: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadinessRow:
    """An assessment with its items; made_by: whose second opinion does not count."""

    id: int
    product_id: int
    criteria_version: int
    points: int
    most_points: int
    is_ready: bool
    as_of: date
    status: Confirmation
    made_by: int
    made_at: datetime
    decided_at: datetime | None
    words: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingReadiness:
    """An assessment that waits for the second person."""

    id: int
    product_id: int
    product_name: str
    village_name: str
    points: int
    most_points: int
    made_by: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate, and how it stands on the day that was asked for."""

    id: int
    code: str
    product_id: int
    product_name: str
    cooperative_name: str
    village_name: str
    district_name: str
    number: str
    issued_on: date
    expires_on: date
    withdrawn_on: date | None
    withdrawn_reason: str
    flagship_number: str
    flagship_on: date
    flagship_ended_on: date | None
    points: int
    most_points: int
    criteria_version: int
    stars: StarsRow | None
    state: CertificateState


@dataclass(frozen=True, slots=True)
class Dossier:
    """All there is about a product: what it is, what it sold, what it was given, how ready it is now and was found."""

    product: ProductRow
    village_name: str
    district_name: str
    nib: str
    figures: Figures
    criteria: CriteriaRow
    judgement: Judgement
    flagship: FlagshipPeriod | None
    periods: tuple[FlagshipPeriod, ...]
    stars: tuple[StarsRow, ...]
    papers: tuple[PaperRow, ...]
    proposals: tuple[ProposalRow, ...]
    assessments: tuple[ReadinessRow, ...]
    certificates: tuple[CertificateRow, ...]
    today: date


@dataclass(frozen=True, slots=True)
class EffectRow:
    """A flagship's share of its village's sales before and after the decision; rupiah.  No window: it is too young.

    Counted by co-operative, species and form, as the office's figures are.
    """

    village_code: str
    village_name: str
    cooperative_id: int
    product_id: int
    product_name: str
    species_code: str
    form: str
    decided_on: date
    decision_number: str
    window: Window | None
    before: int = 0
    before_all: int = 0
    after: int = 0
    after_all: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Villages with an active co-operative, those with a flagship, flagships with stars in force; what waits."""

    villages: int
    with_flagship: int
    with_stars: int
    certificates: int
    proposals: tuple[ProposalRow, ...]
    waiting: tuple[WaitingReadiness, ...]


@dataclass(frozen=True, slots=True)
class Nominees:
    """Villages without a flagship by points, and those of whom too little is known; the days that were looked at."""

    ranked: tuple[Ranked, ...]
    unknown: tuple[str, ...]
    first: date
    last: date
