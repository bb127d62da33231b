"""Proposals and their decisions; papers; stars with the paper behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative, Role
from ovop.accounts.rules import Actor, cooperative_of, require_role
from ovop.catalogue.models import Flagship, Product, Stars
from ovop.catalogue.operations import give_stars, set_flagship
from ovop.catalogue.rules import StarFamily
from ovop.kernel.days import day_of
from ovop.kernel.errors import Invalid, NotFound
from ovop.outside.queue import enqueue
from ovop.programme.errors import AlreadyDecided, AlreadyProposed
from ovop.programme.models import Paper, Proposal
from ovop.programme.papers import KeptPaper
from ovop.programme.rules import (
    LONGEST_NUMBER,
    LONGEST_REASONS,
    LONGEST_TITLE,
    LONGEST_WORDS,
    MOST_PAPERS,
    NEEDS_PAPER,
    STARS,
    ProposalStatus,
    read_words,
)

DECISION_LETTER_JOB = "flagship-decision-letter"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the office decided of a proposal; the day and number are those of its letter."""

    agrees: bool
    reason: str
    number: str
    on: date


@dataclass(frozen=True, slots=True)
class Award:
    """Stars as the authority's decision gives them."""

    family: StarFamily
    level: int
    issuer: str
    year: int
    expires_on: date | None
    number: str


def propose(session: Session, product_id: int, reasons: str, actor: Actor, now: datetime) -> int:
    """The co-operative's village is to stand for this product of its own; the proposal's id.

    Raises: Invalid (product, reasons); AlreadyProposed while one waits; Forbidden.
    """
    cooperative_id = cooperative_of(actor)
    reasons = read_words(reasons, LONGEST_REASONS, "reasons")
    village = session.scalars(
        select(Cooperative.village_code)
        .join(Product, Product.cooperative_id == Cooperative.id)
        .where(Product.id == product_id, Product.is_active.is_(True), Cooperative.id == cooperative_id)
    ).one_or_none()
    if village is None:
        raise Invalid({"product": "unknown"})
    if session.scalar(select(Flagship.id).where(Flagship.product_id == product_id, Flagship.ended_on.is_(None))):
        raise Invalid({"product": "already-flagship"})
    waits = select(Proposal.id).where(
        Proposal.cooperative_id == cooperative_id, Proposal.status == ProposalStatus.OPEN.value
    )
    if session.scalar(waits) is not None:
        raise AlreadyProposed()
    return session.execute(
        insert(Proposal)
        .values(
            village_code=village,
            cooperative_id=cooperative_id,
            product_id=product_id,
            reasons=reasons,
            proposed_by=actor.id,
            proposed_at=now,
            status=ProposalStatus.OPEN.value,
        )
        .returning(Proposal.id)
    ).scalar_one()


def name_or_propose(session: Session, product_id: int, reasons: str, actor: Actor, now: datetime) -> None:
    """The village stands for this product from today on; where the office has decided for another, it is proposed.

    Raises: as `propose` and `set_flagship`.
    """
    cooperative_id = cooperative_of(actor)
    village = session.scalars(select(Cooperative.village_code).where(Cooperative.id == cooperative_id)).one()
    decided = select(Flagship.id).where(
        Flagship.village_code == village, Flagship.ended_on.is_(None), Flagship.decision_number != ""
    )
    if session.scalar(decided) is None:
        set_flagship(session, village, product_id, actor, now, decided_on=day_of(now))
    else:
        propose(session, product_id, reasons, actor, now)


def withdraw_proposal(session: Session, proposal_id: int, actor: Actor, now: datetime) -> None:
    """The co-operative asks for it no more.  Raises: NotFound, AlreadyDecided, Forbidden."""
    cooperative_id = cooperative_of(actor)
    proposal = session.get(Proposal, proposal_id, with_for_update=True)
    if proposal is None or proposal.cooperative_id != cooperative_id:
        raise NotFound()
    if proposal.status == ProposalStatus.WITHDRAWN:
        return
    if proposal.status != ProposalStatus.OPEN:
        raise AlreadyDecided()
    proposal.status, proposal.decided_by, proposal.decided_at = ProposalStatus.WITHDRAWN.value, actor.id, now
    session.flush()


def decide(session: Session, proposal_id: int, decision: Decision, actor: Actor, now: datetime) -> None:
    """The proposal is agreed to, and its product what the village stands for from that day on, or it is refused.

    Raises: Invalid naming each field at fault; NotFound; AlreadyDecided; Forbidden.
    """
    require_role(actor, Role.OFFICE)
    reason, number = _checked(decision, day_of(now))
    proposal = session.get(Proposal, proposal_id, with_for_update=True)
    if proposal is None:
        raise NotFound()
    if proposal.status != ProposalStatus.OPEN:
        raise AlreadyDecided()
    if decision.agrees:
        proposal.flagship_id = set_flagship(
            session,
            proposal.village_code,
            proposal.product_id,
            actor,
            now,
            decided_on=decision.on,
            decision_number=number,
        )
    proposal.status = (ProposalStatus.AGREED if decision.agrees else ProposalStatus.REFUSED).value
    proposal.decided_by, proposal.decided_at, proposal.decided_on = actor.id, now, decision.on
    proposal.decision_number, proposal.decision_reason = number, reason
    session.flush()
    enqueue(
        session, DECISION_LETTER_JOB, {"proposal": proposal_id}, now=now, key=f"{DECISION_LETTER_JOB}:{proposal_id}"
    )


def _checked(decision: Decision, today: date) -> tuple[str, str]:
    errors: dict[str, str] = {}
    texts = []
    for typed, longest, field in (
        (decision.reason, LONGEST_WORDS, "reason"),
        (decision.number, LONGEST_NUMBER, "decision_number"),
    ):
        try:
            texts.append(read_words(typed, longest, field))
        except Invalid as error:
            errors |= error.errors
    if decision.on > today:
        errors["decided_on"] = "not-yet"
    if errors:
        raise Invalid(errors)
    return texts[0], texts[1]


def award_stars(session: Session, product_id: int, award: Award, paper: KeptPaper, actor: Actor, now: datetime) -> int:
    """The product has these stars, with the decision's own paper behind them; the stars' id.

    Repeated with the same paper it changes nothing.  Raises: Invalid, NotFound, Forbidden.
    """
    require_role(actor, Role.OFFICE)
    number = read_words(award.number, LONGEST_NUMBER, "decision_number")
    known = session.scalar(
        select(Paper.stars_id)
        .join(Stars, Stars.id == Paper.stars_id)
        .where(Paper.product_id == product_id, Paper.sha256 == paper.sha256, Stars.decision_number == number)
    )
    if known is not None:
        return known
    stars_id = give_stars(
        session,
        product_id,
        actor,
        level=award.level,
        issuer=award.issuer,
        year=award.year,
        expires_on=award.expires_on,
        decision_number=number,
        family=award.family,
    )
    _add(session, product_id, STARS, number, paper, actor, now, stars_id)
    return stars_id


def add_paper(
    session: Session, product_id: int, kind: str, title: str, paper: KeptPaper, actor: Actor, now: datetime
) -> int:
    """The dossier has a paper more; its id.  The same file again is the one that is there.

    Raises: Invalid (kind, title, paper); NotFound; Forbidden.
    """
    require_role(actor, Role.OFFICE)
    if kind not in NEEDS_PAPER:
        raise Invalid({"kind": "unknown"})
    title = read_words(title, LONGEST_TITLE, "title")
    if session.get(Product, product_id) is None:
        raise NotFound()
    there = select(Paper).where(Paper.product_id == product_id, Paper.removed_at.is_(None))
    same = session.scalars(there.where(Paper.kind == kind, Paper.sha256 == paper.sha256)).first()
    if same is not None:
        return same.id
    if (session.scalar(select(func.count()).select_from(there.subquery())) or 0) >= MOST_PAPERS:
        raise Invalid({"paper": "too-many"})
    return _add(session, product_id, kind, title, paper, actor, now)


def remove_paper(session: Session, paper_id: int, actor: Actor, now: datetime) -> int:
    """The dossier is without the paper, which stays for what was judged by it; its product's id.

    Raises: NotFound, also for the paper of stars; Forbidden.
    """
    require_role(actor, Role.OFFICE)
    paper = session.get(Paper, paper_id, with_for_update=True)
    if paper is None or paper.stars_id is not None:
        raise NotFound()
    if paper.removed_at is None:
        paper.removed_at = now
        session.flush()
    return paper.product_id


def _add(
    session: Session,
    product_id: int,
    kind: str,
    title: str,
    paper: KeptPaper,
    actor: Actor,
    now: datetime,
    stars_id: int | None = None,
) -> int:
    row = Paper(
        product_id=product_id,
        kind=kind,
        stars_id=stars_id,
        title=title,
        key=paper.key,
        ending=paper.ending,
        size=paper.size,
        sha256=paper.sha256,
        added_by=actor.id,
        added_at=now,
    )
    session.add(row)
    session.flush()
    return row.id
