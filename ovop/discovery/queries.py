"""The market's offer as pages and programs show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Row, Select, bindparam, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.label_rows import LABEL_COLUMNS, label_of
from ovop.catalogue.models import ProductRating, SizeAdvice
from ovop.catalogue.queries import Advice, advice_of, flagships
from ovop.catalogue.ratings import rating_of
from ovop.db.nested import nested
from ovop.db.session import engine_of
from ovop.discovery.nearest import points_of_each
from ovop.discovery.offer import Shape, cards_on_page, parameters_of, shape_of, total_of
from ovop.discovery.rows import CatchCard, CatchDetail, OwnProduct, VillageHonour, card_columns, card_joins, card_of
from ovop.discovery.rules import CatchFilter, Page, Sort
from ovop.discovery.search import expression, terms_of, vocabulary
from ovop.kernel.days import day_of
from ovop.kernel.errors import NotFound
from ovop.stock.models import Catch
from ovop.stock.rules import is_offered

#: How many pages' worth of lots there must be for walking back to pay.
_MANY_PAGES = 8

#: How many lots each shape of question found last.  Decides only how SQLite looks first, never what is found: among
#: many lots on sale the newest are soon met going back from now, past the odd one that is sold or spoilt; where few
#: are on sale that way would lead through the whole past, and looking at those not past their best is short.
_last_totals: WeakKeyDictionary[Engine, dict[Shape, int]] = WeakKeyDictionary()


def find_catches(session: Session, wanted: CatchFilter, now: datetime, *, slow: int | None = None) -> Page[CatchCard]:
    """The lots on sale that are `wanted`; at most three queries when `slow` is given, however many lots there are.

    slow: the change stamp's part of that name, when the caller has just read it.
    """
    engine = engine_of(session)
    words = None
    if wanted.q:
        terms = terms_of(wanted.q, vocabulary(session, slow))
        if not terms:
            return Page((), 0, wanted.page, wanted.per_page)
        words = expression(engine.dialect.name, terms)
    points = points_of_each(session, wanted.near, wanted.max_km) if wanted.near else {}
    km = {number: distance for number, (_, distance) in points.items()}
    shape = shape_of(wanted, engine.dialect.name)
    values = parameters_of(wanted, now, words=words, km=km)
    totals = _last_totals.setdefault(engine, {})
    rows: Sequence[Row[*tuple[Any, ...]]] = ()
    if _is_dense(shape, wanted, totals.get(shape, 0)):
        rows = _rows(session, cards_on_page(replace(shape, walks_back=True)), values)
    if len(rows) < wanted.per_page:  # the landed alone do not fill the page
        rows = _rows(session, cards_on_page(shape), values)
    total = rows[0].total if rows else 0
    if not rows and wanted.page > 1:
        total = session.scalar(total_of(shape), values) or 0
    totals[shape] = total
    cards = tuple(card_of(row, points.get(row.point_id)) for row in rows)
    if wanted.count_up_to is not None and total > wanted.count_up_to:
        return Page(cards, wanted.count_up_to, wanted.page, wanted.per_page, is_more=True)
    return Page(cards, total, wanted.page, wanted.per_page)


def _rows(
    session: Session, statement: Select[*tuple[Any, ...]], values: dict[str, Any]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Plain rows: the session's own reading of them, made for objects, would cost more than the database does."""
    return session.connection().execute(statement, values).all()


def _is_dense(shape: Shape, wanted: CatchFilter, last_total: int) -> bool:
    """Whether walking back from now should fill the page soon."""
    asks_for_newest = shape.dialect == "sqlite" and shape.sort is Sort.NEWEST and not shape.has_km
    return asks_for_newest and last_total > _MANY_PAGES * wanted.page * wanted.per_page


def get_catch(session: Session, catch_id: int, now: datetime) -> CatchDetail:
    """One lot with its photos, origin and size advice, whether still on sale or not; one query.  Raises: NotFound."""
    return _detail(session, _lot_by_id(), {"id": catch_id}, now)


def get_lot(session: Session, lot_code: str, now: datetime) -> CatchDetail:
    """The lot with this code on its label; one query.  Raises: NotFound."""
    return _detail(session, _lot_by_code(), {"lot_code": lot_code}, now)


def _detail(session: Session, lot: Select[*tuple[Any, ...]], values: dict[str, Any], now: datetime) -> CatchDetail:
    rows = _rows(session, lot, {**values, "now": now, "today": day_of(now)})
    if not rows:
        raise NotFound()
    row = rows[0]
    card = card_of(row)
    return CatchDetail(
        card=card,
        note=row.note,
        description=row.description,
        label=label_of(row),
        landing_price=row.landing_price,
        is_withdrawn=row.is_withdrawn,
        is_on_sale=row.is_active
        and is_offered(
            is_withdrawn=row.is_withdrawn,
            is_planned=row.is_planned,
            landed_at=card.landed_at,
            best_before=card.best_before,
            now=now,
        ),
        is_planned=row.is_planned,
        flagship=_honour(row),
        advice=tuple(Advice(**advice) for advice in row.advice),
        vessel_name=row.vessel_name,
        vessel_registration=row.vessel_registration,
        recalled_at=row.recalled_at,
        recall_reason=row.recall_reason,
        rating=rating_of(row.rating_buyers, row.rating_total),
    )


def _honour(row: Row[*tuple[Any, ...]]) -> VillageHonour | None:
    if row.honour_product_id is None:
        return None
    return VillageHonour(
        product_id=row.honour_product_id,
        name=row.honour_name,
        species_name=row.honour_species_name,
        category=row.honour_category,
        form=row.honour_form,
        stars_level=row.honour_stars_level,
        stars_issuer=row.honour_stars_issuer,
        stars_year=row.honour_stars_year,
        stars_expires_on=row.honour_stars_expires_on,
    )


@lru_cache(maxsize=1)
def _lot_by_id() -> Select[*tuple[Any, ...]]:
    return _lots().where(Catch.id == bindparam("id"))


@lru_cache(maxsize=1)
def _lot_by_code() -> Select[*tuple[Any, ...]]:
    return _lots().where(Catch.lot_code == bindparam("lot_code"))


def _lots() -> Select[*tuple[Any, ...]]:
    """Lots with all that `CatchDetail` holds at the bound ``now``; the day is the bound parameter ``today``."""
    honour = flagships(bindparam("today")).subquery("honour")
    advice = advice_of(SizeAdvice.species_code == Catch.species_code).correlate(Catch)
    lots = select(
        *card_columns(),
        Catch.note,
        Catch.landing_price,
        Catch.is_withdrawn,
        Catch.vessel_name,
        Catch.vessel_registration,
        Catch.recalled_at,
        Catch.recall_reason,
        Catch.is_planned,
        Cooperative.is_active,
        ProductRating.buyers.label("rating_buyers"),
        ProductRating.total.label("rating_total"),
        OwnProduct.description,
        *(getattr(OwnProduct, name) for name in LABEL_COLUMNS),
        *(column.label(f"honour_{column.key}") for column in honour.columns),
        nested(advice, "advice"),
    )
    return (
        card_joins(lots.select_from(Catch))
        .outerjoin(honour, honour.c.village_code == Catch.village_code)
        .outerjoin(ProductRating, ProductRating.product_id == Catch.product_id)
    )
