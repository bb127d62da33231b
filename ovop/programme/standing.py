"""The programme as a whole: who is how far, what flagships brought, which villages to nominate next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    String,
    and_,
    case,
    column,
    exists,
    func,
    or_,
    select,
    values,
)
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Flagship, Product, Species, Stars
from ovop.complaints.models import Complaint
from ovop.ordering.models import Order
from ovop.programme.models import Certificate, Proposal, Readiness
from ovop.programme.queries import find_proposals
from ovop.programme.ranking import DAYS, Candidate, GivenStars, Window, rank, window_of
from ovop.programme.rows import EffectRow, Nominees, Standing, WaitingReadiness
from ovop.programme.rules import Confirmation, ProposalStatus
from ovop.sales.models import DayTotal, ProductTotal
from ovop.villages.models import District, Village

#: What waits is shown up to so many; decisions are made one by one.
_WAITING = 50


def get_standing(session: Session, today: date) -> Standing:
    """Where the programme stands and what waits.  Three queries."""
    active = exists().where(Cooperative.village_code == Village.code, Cooperative.is_active.is_(True))
    in_force = exists().where(Flagship.village_code == Village.code, Flagship.ended_on.is_(None))
    starred = exists().where(
        Flagship.village_code == Village.code,
        Flagship.ended_on.is_(None),
        Stars.product_id == Flagship.product_id,
        Stars.withdrawn_on.is_(None),
        or_(Stars.expires_on.is_(None), Stars.expires_on >= today),
    )
    valid = (
        select(func.count())
        .select_from(Certificate)
        .join(Flagship, Flagship.id == Certificate.flagship_id)
        .where(Certificate.withdrawn_on.is_(None), Certificate.expires_on >= today, Flagship.ended_on.is_(None))
        .scalar_subquery()
    )
    counted = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((in_force, 1), else_=0)), 0),
            func.coalesce(func.sum(case((starred, 1), else_=0)), 0),
            valid,
        )
        .select_from(Village)
        .where(or_(active, in_force))
    ).one()
    proposals = find_proposals(session, Proposal.status == ProposalStatus.OPEN.value, limit=_WAITING)
    villages, with_flagship, with_stars, certificates = (int(number) for number in counted)
    return Standing(villages, with_flagship, with_stars, certificates, tuple(proposals), tuple(_waiting(session)))


def _waiting(session: Session) -> list[WaitingReadiness]:
    rows = session.execute(
        select(
            Readiness.id,
            Readiness.product_id,
            Product.name.label("product_name"),
            Village.name.label("village_name"),
            Readiness.points,
            Readiness.most_points,
            Readiness.made_by,
            Readiness.made_at,
        )
        .join(Product, Product.id == Readiness.product_id)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .join(Village, Village.code == Cooperative.village_code)
        .where(Readiness.status == Confirmation.WAITING.value)
        .order_by(Readiness.id)
        .limit(_WAITING)
    )
    return [WaitingReadiness(**row._mapping) for row in rows]


def list_stars(session: Session) -> list[GivenStars]:
    """All stars ever given, as far as counting them needs it.  One query."""
    rows = session.execute(
        select(Stars.family, Stars.level, Stars.year, Stars.expires_on, Stars.withdrawn_on).order_by(Stars.id)
    )
    return [GivenStars(**row._mapping) for row in rows]


def list_effects(session: Session, today: date) -> list[EffectRow]:
    """Every flagship in force with its share of its village's sales before and after the decision.  Two queries."""
    rows = session.execute(
        select(
            Flagship.village_code,
            Village.name.label("village_name"),
            Product.cooperative_id,
            Flagship.product_id,
            Product.name.label("product_name"),
            Product.species_code,
            Product.form,
            Flagship.decided_on,
            Flagship.decision_number,
        )
        .join(Village, Village.code == Flagship.village_code)
        .join(Product, Product.id == Flagship.product_id)
        .where(Flagship.ended_on.is_(None))
        .order_by(Village.name, Flagship.village_code)
    ).all()
    windows = {row.village_code: window_of(row.decided_on, today) for row in rows}
    sums = _shares(session, [(row, window) for row in rows if (window := windows[row.village_code]) is not None])
    effects = []
    for row in rows:
        before, before_all = sums.get((row.village_code, _BEFORE), (0, 0))
        after, after_all = sums.get((row.village_code, _AFTER), (0, 0))
        effects.append(EffectRow(*row, windows[row.village_code], before, before_all, after, after_all))
    return effects


_BEFORE, _AFTER = 0, 1


def _shares(session: Session, asked: Sequence[tuple[Any, Window]]) -> dict[tuple[str, int], tuple[int, int]]:
    """Rupiah of the flagship and of everything in its village, by village and whether before or after."""
    spans = [
        (row.village_code, part, first, last, row.cooperative_id, row.species_code, row.form)
        for row, window in asked
        for part, first, last in (
            (_BEFORE, window.before_first, window.before_last),
            (_AFTER, window.after_first, window.after_last),
        )
    ]
    if not spans:
        return {}
    span = (
        values(
            column("village_code", String),
            column("part", Integer),
            column("first", Date),
            column("last", Date),
            column("cooperative_id", BigInteger),
            column("species_code", String),
            column("form", String),
            name="span",
        )
        .data(spans)
        .cte("span")
    )
    is_flagship = and_(
        ProductTotal.cooperative_id == span.c.cooperative_id,
        ProductTotal.species_code == span.c.species_code,
        ProductTotal.form == span.c.form,
    )
    rows = session.execute(
        select(
            span.c.village_code,
            span.c.part,
            func.sum(case((is_flagship, ProductTotal.revenue), else_=0)),
            func.sum(ProductTotal.revenue),
        )
        .join(
            ProductTotal,
            and_(
                ProductTotal.village_code == span.c.village_code,
                ProductTotal.day.between(span.c["first"], span.c["last"]),
            ),
        )
        .group_by(span.c.village_code, span.c.part)
    )
    return {(code, part): (int(own), int(every)) for code, part, own, every in rows}


def list_nominees(session: Session, today: date) -> Nominees:
    """Villages that sell and have no flagship, ranked by the last DAYS that are over.  Three queries."""
    last = today - timedelta(days=1)
    first = last - timedelta(days=DAYS - 1)
    before = first - timedelta(days=DAYS)
    lately = DayTotal.day >= first
    without = ~exists().where(Flagship.village_code == Village.code, Flagship.ended_on.is_(None))
    rows = session.execute(
        select(
            Village.code,
            Village.name,
            District.name,
            func.coalesce(func.sum(case((lately, DayTotal.revenue), else_=0)), 0),
            func.coalesce(func.sum(case((lately, 0), else_=DayTotal.revenue)), 0),
            func.count(case((lately, DayTotal.day)).distinct()),
            func.coalesce(func.sum(case((lately, DayTotal.orders), else_=0)), 0),
        )
        .join(District, District.code == Village.district_code)
        .outerjoin(DayTotal, and_(DayTotal.village_code == Village.code, DayTotal.day.between(before, last)))
        .where(without, exists().where(Cooperative.village_code == Village.code, Cooperative.is_active.is_(True)))
        .group_by(Village.code, Village.name, District.name)
    ).all()
    codes = [row[0] for row in rows]
    complaints, best = _complaints(session, codes, first, last), _best_sellers(session, codes, first, last)
    candidates = []
    for code, name, district, *numbers in rows:
        revenue, earlier, days_sold, orders = (int(number) for number in numbers)
        candidates.append(
            Candidate(
                code,
                name,
                district,
                revenue,
                earlier,
                days_sold,
                orders,
                complaints.get(code, 0),
                *best.get(code, ("", "", 0)),
            )
        )
    ranked, unknown = rank(candidates)
    return Nominees(tuple(ranked), tuple(one.name for one in unknown), first, last)


def _complaints(session: Session, codes: Sequence[str], first: date, last: date) -> dict[str, int]:
    rows = session.execute(
        select(Order.village_code, func.count())
        .join(Complaint, Complaint.order_id == Order.id)
        .where(Order.village_code.in_(codes), Order.collected_on.between(first, last))
        .group_by(Order.village_code)
    )
    return {row[0]: row[1] for row in rows}


def _best_sellers(session: Session, codes: Sequence[str], first: date, last: date) -> dict[str, tuple[str, str, int]]:
    """What of each village brought most: species by its Indonesian name, form, rupiah."""
    revenue = func.sum(ProductTotal.revenue)
    rows = session.execute(
        select(ProductTotal.village_code, Species.name_id, ProductTotal.form, revenue)
        .join(Species, Species.code == ProductTotal.species_code)
        .where(ProductTotal.village_code.in_(codes), ProductTotal.day.between(first, last))
        .group_by(ProductTotal.village_code, Species.name_id, ProductTotal.form)
        .order_by(revenue, Species.name_id.desc(), ProductTotal.form.desc())
    )
    return {code: (name, form, int(rupiah)) for code, name, form, rupiah in rows}
