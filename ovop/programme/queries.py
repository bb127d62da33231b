"""Reading proposals, dossiers and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.accounts.rules import Actor, require_member
from ovop.catalogue.models import Flagship, Product, Stars
from ovop.catalogue.queries import StarsRow, flagship_history, get_product, stars_of
from ovop.kernel.errors import NotFound
from ovop.programme.evidence import get_criteria, known_nib, subject_of
from ovop.programme.models import Certificate, Paper, Proposal, Readiness, ReadinessItem
from ovop.programme.rows import CertificateRow, Dossier, PaperRow, ProposalRow, ReadinessRow
from ovop.programme.rules import (
    Confirmation,
    Criterion,
    Item,
    ProposalStatus,
    Rule,
    State,
    certificate_state,
    judge,
)
from ovop.villages.models import District, Village

_ORDER = {kind.value: place for place, kind in enumerate(Criterion)}
#: Of each kind of history on one page.
MOST = 20


def get_proposal(session: Session, proposal_id: int) -> ProposalRow:
    """One proposal.  Raises: NotFound."""
    found = find_proposals(session, Proposal.id == proposal_id)
    if not found:
        raise NotFound()
    return found[0]


def find_proposals(
    session: Session, *which: ColumnElement[bool], before: int | None = None, limit: int = MOST
) -> list[ProposalRow]:
    """Proposals, newest first.  One query."""
    statement = (
        select(
            Proposal.id,
            Proposal.village_code,
            Village.name.label("village_name"),
            Proposal.cooperative_id,
            Cooperative.name.label("cooperative_name"),
            Proposal.product_id,
            Product.name.label("product_name"),
            Proposal.reasons,
            Proposal.proposed_at,
            Proposal.status,
            Proposal.decided_at,
            Proposal.decided_on,
            Proposal.decision_number,
            Proposal.decision_reason,
        )
        .join(Village, Village.code == Proposal.village_code)
        .join(Cooperative, Cooperative.id == Proposal.cooperative_id)
        .join(Product, Product.id == Proposal.product_id)
        .where(*which)
    )
    if before is not None:
        statement = statement.where(Proposal.id < before)
    rows = session.execute(statement.order_by(Proposal.id.desc()).limit(limit))
    return [ProposalRow(**{**row._mapping, "status": ProposalStatus(row.status)}) for row in rows]


def own_proposals(session: Session, cooperative_id: int, limit: int = MOST) -> list[ProposalRow]:
    """A co-operative's proposals, newest first."""
    return find_proposals(session, Proposal.cooperative_id == cooperative_id, limit=limit)


def list_proposals(session: Session, *, before: int | None, limit: int) -> list[ProposalRow]:
    """Everybody's proposals, newest first."""
    return find_proposals(session, before=before, limit=limit)


def get_dossier(session: Session, product_id: int, today: date) -> Dossier:
    """All there is about a product on that day; a fixed number of queries.  Raises: NotFound."""
    product = get_product(session, product_id)
    village = session.execute(
        select(Village.name, District.name)
        .join(District, District.code == Village.district_code)
        .where(Village.code == product.village_code)
    ).one()
    nib, criteria = known_nib(session, product_id), get_criteria(session)
    subject = subject_of(session, product_id, nib, today)
    periods = tuple(
        period for period in flagship_history(session, product.village_code) if period.product_id == product_id
    )
    return Dossier(
        product=product,
        village_name=village[0],
        district_name=village[1],
        nib=nib,
        figures=subject.figures,
        criteria=criteria,
        judgement=judge(subject, criteria.rules, today),
        flagship=next((period for period in periods if period.ended_on is None), None),
        periods=periods,
        stars=tuple(stars_of(session, [product_id])),
        papers=tuple(list_papers(session, product_id)),
        proposals=tuple(find_proposals(session, Proposal.product_id == product_id)),
        assessments=tuple(list_assessments(session, product_id)),
        certificates=tuple(find_certificates(session, today, Certificate.product_id == product_id)),
        today=today,
    )


def list_papers(session: Session, product_id: int) -> list[PaperRow]:
    """A product's papers, in the order of the criteria, oldest first.  One query."""
    rows = session.execute(
        _papers().where(Paper.product_id == product_id, Paper.removed_at.is_(None)).order_by(Paper.id)
    )
    papers = [PaperRow(**row._mapping) for row in rows]
    return sorted(papers, key=lambda paper: _ORDER.get(paper.kind, len(_ORDER)))


def get_paper(session: Session, paper_id: int, actor: Actor | None = None) -> PaperRow:
    """One paper; for an actor of a co-operative only one of their own products.  Raises: NotFound."""
    row = session.execute(_papers().where(Paper.id == paper_id, Paper.removed_at.is_(None))).one_or_none()
    if row is None:
        raise NotFound()
    paper = PaperRow(**row._mapping)
    if actor is not None:
        require_member(actor, get_product(session, paper.product_id).cooperative_id)
    return paper


def _papers() -> Select[*tuple[Any, ...]]:
    return select(
        Paper.id,
        Paper.product_id,
        Paper.kind,
        Paper.stars_id,
        Paper.title,
        Paper.key,
        Paper.ending,
        Paper.size,
        Paper.sha256,
        Paper.added_at,
    )


def list_assessments(session: Session, product_id: int, limit: int = MOST) -> list[ReadinessRow]:
    """A product's assessments with all their items, newest first.  Two queries."""
    found = session.scalars(
        select(Readiness).where(Readiness.product_id == product_id).order_by(Readiness.id.desc()).limit(limit)
    ).all()
    items = _items(session, [row.id for row in found])
    return [_assessment(row, items[row.id]) for row in found]


def _items(session: Session, ids: Sequence[int]) -> dict[int, tuple[Item, ...]]:
    found: dict[int, list[Item]] = {one: [] for one in ids}
    rows = session.scalars(select(ReadinessItem).where(ReadinessItem.readiness_id.in_(ids))).all()
    for row in sorted(rows, key=lambda one: _ORDER[one.kind]):
        rule = Rule(Criterion(row.kind), row.points, row.threshold, row.is_required)
        found[row.readiness_id].append(
            Item(rule, State(row.state), row.why, row.value, row.base, row.number, row.until, row.papers)
        )
    return {one: tuple(each) for one, each in found.items()}


def _assessment(row: Readiness, items: tuple[Item, ...]) -> ReadinessRow:
    return ReadinessRow(
        row.id,
        row.product_id,
        row.criteria_version,
        row.points,
        row.most_points,
        row.is_ready,
        row.as_of,
        Confirmation(row.status),
        row.made_by,
        row.made_at,
        row.decided_at,
        row.words,
        items,
    )


def get_certificate(session: Session, code: str, today: date) -> CertificateRow:
    """The certificate of that code, as it stands on that day.  One query.  Raises: NotFound."""
    found = find_certificates(session, today, Certificate.code == code)
    if not found:
        raise NotFound()
    return found[0]


def own_certificates(session: Session, cooperative_id: int, today: date) -> list[CertificateRow]:
    """Certificates of a co-operative's products, newest first.  One query."""
    mine = select(Product.id).where(Product.cooperative_id == cooperative_id)
    return find_certificates(session, today, Certificate.product_id.in_(mine))


def find_certificates(
    session: Session, today: date, *which: ColumnElement[bool], limit: int = MOST
) -> list[CertificateRow]:
    """Certificates, newest first.  One query."""
    rows = session.execute(
        select(Certificate, Flagship, Readiness, Stars)
        .join(Flagship, Flagship.id == Certificate.flagship_id)
        .join(Readiness, Readiness.id == Certificate.readiness_id)
        .outerjoin(Stars, Stars.id == Certificate.stars_id)
        .where(*which)
        .order_by(Certificate.id.desc())
        .limit(limit)
    )
    return [_certificate(row, today) for row in rows]


def _certificate(row: Row[*tuple[Any, ...]], today: date) -> CertificateRow:
    paper, flagship, readiness, stars = row
    return CertificateRow(
        id=paper.id,
        code=paper.code,
        product_id=paper.product_id,
        product_name=paper.product_name,
        cooperative_name=paper.cooperative_name,
        village_name=paper.village_name,
        district_name=paper.district_name,
        number=paper.number,
        issued_on=paper.issued_on,
        expires_on=paper.expires_on,
        withdrawn_on=paper.withdrawn_on,
        withdrawn_reason=paper.withdrawn_reason,
        flagship_number=flagship.decision_number,
        flagship_on=flagship.decided_on,
        flagship_ended_on=flagship.ended_on,
        points=readiness.points,
        most_points=readiness.most_points,
        criteria_version=readiness.criteria_version,
        stars=_stars(stars, paper.product_name) if stars is not None else None,
        state=certificate_state(today, paper.expires_on, paper.withdrawn_on, flagship.ended_on),
    )


def _stars(stars: Stars, product: str) -> StarsRow:
    return StarsRow(
        stars.product_id,
        product,
        stars.level,
        stars.issuer,
        stars.year,
        stars.expires_on,
        stars.decision_number,
        stars.id,
        stars.family,
        stars.withdrawn_on,
        stars.withdrawn_reason,
    )
