"""Reading scales and what was said of their verification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Account
from ovop.accounts.rules import Actor, require_member
from ovop.kernel.errors import NotFound
from ovop.scales.models import LastScale, Scale, ScaleVerification
from ovop.scales.rules import Tera, tera_on, usual_scale


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """A scale.  capacity_grams: None where nobody said; verified_until: the last day (Asia/Jakarta), None likewise."""

    id: int
    cooperative_id: int
    name: str
    capacity_grams: int | None
    verified_until: date | None
    is_active: bool

    def tera_on(self, day: date) -> Tera:
        """How its verification stands on `day` (Asia/Jakarta)."""
        return tera_on(self.verified_until, day)


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """What somebody entered of a scale's verification."""

    verified_until: date
    reference: str
    member: str
    at: datetime


_SCALE = tuple(Scale.__table__.c[name] for name in ScaleRow.__slots__)


def list_scales(session: Session, cooperative_id: int) -> list[ScaleRow]:
    """All scales of a co-operative, those in use first, then by name.  One query."""
    own = select(*_SCALE).where(Scale.cooperative_id == cooperative_id).order_by(Scale.is_active.desc(), Scale.name)
    return [ScaleRow(*row) for row in session.execute(own)]


def get_scale(session: Session, scale_id: int, actor: Actor) -> ScaleRow:
    """The scale, when it is of `actor`'s co-operative.  Raises: NotFound, Forbidden."""
    row = session.execute(select(*_SCALE).where(Scale.id == scale_id)).one_or_none()
    if row is None:
        raise NotFound()
    found = ScaleRow(*row)
    require_member(actor, found.cooperative_id)
    return found


@dataclass(frozen=True, slots=True)
class Offer:
    """Scales to choose from, and the one that the clerk probably stands at; none where the co-operative has none."""

    scales: tuple[ScaleRow, ...]
    usual: ScaleRow | None


def offer_scales(session: Session, cooperative_id: int, account_id: int) -> Offer:
    """The scales in use, by name, with the one that this clerk used last.  Two queries."""
    in_use = tuple(scale for scale in list_scales(session, cooperative_id) if scale.is_active)
    last = session.scalar(select(LastScale.scale_id).where(LastScale.account_id == account_id)) if in_use else None
    return Offer(in_use, usual_scale(in_use, last))


def verifications_of(session: Session, scale_id: int) -> Sequence[VerificationRow]:
    """Everything that was said of a scale's verification, the latest first.  One query."""
    said = (
        select(ScaleVerification.verified_until, ScaleVerification.reference, Account.name, ScaleVerification.at)
        .join(Account, Account.id == ScaleVerification.actor_id)
        .where(ScaleVerification.scale_id == scale_id)
        .order_by(ScaleVerification.id.desc())
    )
    return [VerificationRow(*row) for row in session.execute(said)]
