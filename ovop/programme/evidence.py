"""What a judgement is made from: the criteria in force, a product's own sales, its label and its papers."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from ovop.catalogue.models import Product
from ovop.catalogue.queries import get_product
from ovop.catalogue.rules import Form
from ovop.kernel.days import month_start, previous_month_start
from ovop.kernel.quantity import Measure
from ovop.ordering.models import Order, OrderLine
from ovop.programme.models import CriteriaVersion, CriterionRow, Paper, Readiness, ReadinessItem
from ovop.programme.rows import CriteriaRow
from ovop.programme.rules import MONTHS, SHIPPED, Criterion, Figures, Rule, Subject
from ovop.sales.totals import month_of
from ovop.stock.models import Catch

_ORDER = {kind.value: place for place, kind in enumerate(Criterion)}


def get_criteria(session: Session) -> CriteriaRow:
    """The criteria in force.  Two queries."""
    latest = session.execute(select(CriteriaVersion).order_by(CriteriaVersion.version.desc()).limit(1)).scalar()
    return CriteriaRow(0, SHIPPED) if latest is None else _version(session, latest)


def list_criteria(session: Session) -> list[CriteriaRow]:
    """Every version, newest first, the one that the market came with last.  Two queries."""
    versions = session.scalars(select(CriteriaVersion).order_by(CriteriaVersion.version.desc())).all()
    rules: dict[int, list[Rule]] = {version.version: [] for version in versions}
    for row in _sorted(list(session.scalars(select(CriterionRow)))):
        rules[row.version].append(_rule(row))
    made = [CriteriaRow(one.version, tuple(rules[one.version]), one.note, one.made_at) for one in versions]
    return [*made, CriteriaRow(0, SHIPPED)]


def subject_of(session: Session, product_id: int, nib: str, today: date) -> Subject:
    """All that a judgement of the product looks at.  Raises: NotFound."""
    product = get_product(session, product_id)
    papers = session.execute(
        select(Paper.kind, func.count())
        .where(Paper.product_id == product_id, Paper.removed_at.is_(None), Paper.stars_id.is_(None))
        .group_by(Paper.kind)
    )
    return Subject(
        form=Form(product.form),
        label=product.label,
        nib=nib,
        is_counted=product.measure == Measure.COUNT,
        figures=figures_of(session, product_id, today),
        papers={Criterion(kind): number for kind, number in papers},
    )


def figures_of(session: Session, product_id: int, today: date) -> Figures:
    """What was sold of it in the last MONTHS that have ended.  One query."""
    last = month_start(today) - timedelta(days=1)
    first = month_start(today)
    for _month in range(MONTHS):
        first = previous_month_start(first)
    sold = (
        select(
            Order.id.label("order_id"),
            Order.buyer_id,
            Order.collected_on,
            month_of(Order.collected_on).label("month"),
            func.sum(OrderLine.final_amount).label("amount"),
        )
        .join(OrderLine, and_(OrderLine.order_id == Order.id, OrderLine.final_quantity > 0))
        .join(Catch, Catch.id == OrderLine.catch_id)
        .where(Catch.product_id == product_id, Order.collected_on.between(first, last))
        .group_by(Order.id)
        .cte("sold")
    )
    by_buyer = (
        select(sold.c.buyer_id, func.count(sold.c.collected_on.distinct()).label("days"))
        .group_by(sold.c.buyer_id)
        .subquery()
    )
    repeat = select(func.coalesce(func.sum(case((by_buyer.c.days > 1, 1), else_=0)), 0)).scalar_subquery()
    row = session.execute(
        select(
            func.count(sold.c.month.distinct()),
            func.count(),
            func.coalesce(func.sum(sold.c.amount), 0),
            func.count(sold.c.buyer_id.distinct()),
            repeat,
        ).select_from(sold)
    ).one()
    return Figures(first, last, *(int(value) for value in row))


def known_nib(session: Session, product_id: int) -> str:
    """The business number that was last noted for any product of the same co-operative; nothing without one."""
    mine = select(Product.cooperative_id).where(Product.id == product_id).scalar_subquery()
    found = session.scalar(
        select(ReadinessItem.number)
        .join(Readiness, Readiness.id == ReadinessItem.readiness_id)
        .join(Product, Product.id == Readiness.product_id)
        .where(ReadinessItem.kind == Criterion.NIB.value, ReadinessItem.number != "", Product.cooperative_id == mine)
        .order_by(Readiness.id.desc())
        .limit(1)
    )
    return found or ""


def _version(session: Session, version: CriteriaVersion) -> CriteriaRow:
    rows = list(session.scalars(select(CriterionRow).where(CriterionRow.version == version.version)))
    return CriteriaRow(version.version, tuple(_rule(row) for row in _sorted(rows)), version.note, version.made_at)


def _sorted(rows: list[CriterionRow]) -> list[CriterionRow]:
    return sorted(rows, key=lambda row: (row.version, _ORDER[row.kind]))


def _rule(row: CriterionRow) -> Rule:
    return Rule(Criterion(row.kind), row.points, row.threshold, row.is_required)
