"""Invariants of the programme, from the rows alone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.models import Account
from ovop.catalogue.models import Flagship, Stars
from ovop.kernel.checks import Check, Finding, finding
from ovop.programme.models import Certificate, Paper, Proposal, Readiness, ReadinessItem
from ovop.programme.rules import Confirmation, ProposalStatus, State


def _agreed(session: Session) -> Finding:
    agreed = Proposal.status == ProposalStatus.AGREED.value
    broken = session.scalars(
        select(Proposal.id)
        .outerjoin(Flagship, Flagship.id == Proposal.flagship_id)
        .where(
            agreed,
            or_(
                Flagship.id.is_(None),
                Flagship.product_id != Proposal.product_id,
                Flagship.village_code != Proposal.village_code,
            ),
        )
    )
    return finding(
        session.scalar(select(func.count()).select_from(Proposal).where(agreed)) or 0,
        (f"proposal {proposal_id} is agreed to, and its flagship is another" for proposal_id in broken),
    )


def _two_people(session: Session) -> Finding:
    decided = Readiness.status != Confirmation.WAITING.value
    maker, second = aliased(Account), aliased(Account)
    of_office = ("office", "admin")
    broken = session.scalars(
        select(Readiness.id)
        .join(maker, maker.id == Readiness.made_by)
        .outerjoin(second, second.id == Readiness.decided_by)
        .where(
            or_(
                maker.role.not_in(of_office),
                and_(
                    decided,
                    or_(second.id.is_(None), second.id == maker.id, second.role.not_in(of_office)),
                ),
            )
        )
    )
    return finding(
        session.scalar(select(func.count()).select_from(Readiness).where(decided)) or 0,
        (f"assessment {readiness_id} was not confirmed by a second person of the office" for readiness_id in broken),
    )


def _points(session: Session) -> Finding:
    is_met = ReadinessItem.state == State.MET.value
    applies = ReadinessItem.state != State.NOT_APPLICABLE.value
    misses = and_(ReadinessItem.is_required.is_(True), ReadinessItem.state == State.MISSING.value)

    def total(which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((which, ReadinessItem.points), else_=0)), 0)

    rows = session.execute(
        select(
            Readiness.id,
            Readiness.points,
            Readiness.most_points,
            Readiness.is_ready,
            total(is_met).label("met"),
            total(applies).label("most"),
            func.coalesce(func.sum(case((misses, 1), else_=0)), 0).label("missing"),
        )
        .outerjoin(ReadinessItem, ReadinessItem.readiness_id == Readiness.id)
        .group_by(Readiness.id)
    ).all()
    return finding(
        len(rows),
        (
            f"assessment {row.id} says {row.points} of {row.most_points}, its items come to {row.met} of {row.most}"
            for row in rows
            if (row.points, row.most_points, row.is_ready) != (row.met, row.most, row.missing == 0)
        ),
    )


def _certified(session: Session) -> Finding:
    rows = session.execute(
        select(Certificate.id, Certificate.code)
        .join(Readiness, Readiness.id == Certificate.readiness_id)
        .join(Flagship, Flagship.id == Certificate.flagship_id)
        .where(
            or_(
                Readiness.status != Confirmation.CONFIRMED.value,
                Readiness.is_ready.is_(False),
                Readiness.product_id != Certificate.product_id,
                Flagship.product_id != Certificate.product_id,
                Flagship.ended_on < Certificate.issued_on,
            )
        )
    )
    return finding(
        session.scalar(select(func.count()).select_from(Certificate)) or 0,
        (f"certificate {row.code} has no confirmed assessment or no flagship behind it" for row in rows),
    )


def _papers(session: Session) -> Finding:
    rows = session.execute(
        select(Paper.id)
        .outerjoin(Stars, Stars.id == Paper.stars_id)
        .where(Paper.stars_id.is_not(None), or_(Stars.id.is_(None), Stars.product_id != Paper.product_id))
    )
    return finding(
        session.scalar(select(func.count()).select_from(Paper)) or 0,
        (f"paper {row.id} belongs to stars of another product" for row in rows),
    )


CHECKS = (
    Check("every proposal that was agreed to made its product the flagship", "proposals", _agreed),
    Check("every assessment was decided by a second person of the office", "assessments", _two_people),
    Check("every assessment's points are those of its items", "assessments", _points),
    Check("every certificate follows from a confirmed assessment of a flagship", "certificates", _certified),
    Check("every paper of stars belongs to the product that was given them", "papers", _papers),
)
