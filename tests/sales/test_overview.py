"""The first screen's figures equal a plain recount of the orders, for every span that it may be asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Flagship, Stars
from ovop.db import db, write
from ovop.kernel.days import JAKARTA, day_of
from ovop.sales.overview import DAYS, MONTHS, Sums, count_buyers, get_overview, list_cooperatives
from ovop.sales.rules import Period, Span, current
from tests.make import sales, statements
from tests.make.fair import Fair

TODAY = date(2026, 3, 18)


@pytest.fixture
def fair(app):
    """Sales over fourteen months, on the edges of months, weeks and years."""
    made = Fair()
    days = [
        "2025-02-28", "2025-03-01", "2025-03-17", "2025-03-18", "2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01",
        "2026-02-17", "2026-02-28", "2026-03-01", "2026-03-16", "2026-03-17", "2026-03-18", "2026-03-18",
    ]  # fmt: skip
    for number, day in enumerate(days):
        at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=JAKARTA)
        grams, pieces = 500 + 100 * number, 1 + number % 4
        made.sell(number % 3, number % 2, {0: (grams, grams - 10), 2: (pieces, pieces)}, at)
    db.session.rollback()
    return made


def recounted(fair: Fair, belongs: Callable[[date], bool], cooperative: int | None = None) -> Sums:
    chosen = [
        order
        for order in fair.orders
        if belongs(day_of(order.collected_at)) and cooperative in (None, order.cooperative_id)
    ]
    orders, _buyers, grams, pieces, revenue = sales.recount(chosen).get(None, (0, 0, 0, 0, 0))
    return Sums(orders, grams, pieces, revenue)


SPANS = [
    *(current(period, TODAY) for period in (Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR)),
    Span(date(2026, 1, 1), date(2026, 1, 31)),
    Span(date(2025, 12, 15), date(2026, 3, 17)),
    Span(date(2026, 2, 1), TODAY),
    Span(date(2025, 1, 1), date(2025, 12, 31)),
    Span(date(2025, 3, 2), date(2025, 3, 16)),
]


def test_every_part_of_every_span_is_a_recount(fair):
    for span in SPANS:
        overview = get_overview(db.session(), span, TODAY)
        assert overview.parts["now"] == span
        for name, part in overview.parts.items():
            assert overview.sums(name) == recounted(fair, lambda day: part.first <= day <= part.last), (span, name)
            for seller in fair.sellers:
                assert overview.sums(name, [seller.id]) == recounted(
                    fair, lambda day: part.first <= day <= part.last, seller.id
                )  # fmt: skip
        chosen = [order for order in fair.orders if span.first <= day_of(order.collected_at) <= span.last]
        assert overview.buyers == count_buyers(db.session(), span, TODAY) == len({one.buyer_id for one in chosen})
        by_species = sales.recount(chosen, lambda sold: sold.line.species_code)
        assert {one.code: one.sums.revenue for one in overview.species} == {
            code: figures[4] for code, figures in by_species.items()
        }
        assert [one.sums.revenue for one in overview.species] == sorted(
            (figures[4] for figures in by_species.values()), reverse=True
        )


def test_the_series_have_every_month_and_day_also_those_without_sales(fair):
    overview = get_overview(db.session(), current(Period.MONTH, TODAY), TODAY)
    assert (len(overview.months), len(overview.days)) == (MONTHS, DAYS)
    assert next(iter(overview.months)) == date(2025, 3, 1)
    assert list(overview.days) == [TODAY - timedelta(days=29 - number) for number in range(30)]
    for month, sums in overview.months.items():
        assert sums == recounted(fair, lambda day: (day.year, day.month) == (month.year, month.month))
    for day, sums in overview.days.items():
        assert sums == recounted(fair, lambda sold: sold == day)


def test_it_takes_five_queries_however_much_was_sold(fair):
    for period in Period.DAY, Period.MONTH, Period.YEAR:
        db.session.rollback()
        with statements.recorded() as asked:
            get_overview(db.session(), current(period, TODAY), TODAY)
        assert len(asked) == 5


def test_cooperatives_say_when_they_last_sold_and_what_their_village_stands_for(fair):
    first, second, third = (seller.id for seller in fair.sellers)

    def decide(session):
        flagship = {"village_code": sales.TENGKURAK, "product_id": fair.sellers[0].product, "decided_on": TODAY}
        session.execute(insert(Flagship).values(flagship))
        given = {"product_id": fair.sellers[0].product, "issuer": "Kemenperin", "year": 2024}
        session.execute(insert(Stars).values(level=3, expires_on=date(2026, 3, 17), **given))
        session.execute(update(Cooperative).where(Cooperative.id == third).values(is_active=False))

    write(decide)
    found = {one.id: one for one in list_cooperatives(db.session(), TODAY)}
    assert [found[one].last_sale_on for one in (first, second, third)] == [TODAY, date(2026, 3, 18), None]
    assert [found[one].is_active for one in (first, second, third)] == [True, True, False]
    assert (found[first].has_flagship, found[first].has_stars) == (True, False)
    assert (found[second].has_flagship, found[second].district_name) == (False, "Tirtayasa")
    db.session.rollback()
    on_its_last_day = {one.id: one for one in list_cooperatives(db.session(), date(2026, 3, 17))}
    assert on_its_last_day[first].has_stars


def test_an_empty_market_has_a_first_screen_too(app):
    overview = get_overview(db.session(), current(Period.MONTH, TODAY), TODAY)
    assert (overview.sums("now"), overview.buyers, overview.cooperatives, overview.species) == (Sums(), 0, (), ())
