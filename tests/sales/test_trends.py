"""Revenue over time and of groups equals a recount, with what was sold nowhere left at nothing."""

from __future__ import annotations

from datetime import date

import pytest

from ovop.db import db
from ovop.sales.naming import choices, names_of
from ovop.sales.queries import Scope, sales_rows
from ovop.sales.rules import Group, Span
from ovop.sales.trends import revenue_of, revenue_over
from tests.make import sales, statements
from tests.make.fair import fair as make_fair

JANUARY, LATER = Span(date(2026, 1, 1), date(2026, 1, 31)), Span(date(2026, 2, 1), date(2026, 2, 28))
SCOPES = [Scope(), Scope(species="MIL"), Scope(district="36.04.13"), Scope(village=sales.LONTAR, form="processed")]


@pytest.fixture
def fair(app):
    return make_fair()


def test_revenue_of_groups_is_that_of_the_rows(fair):
    for scope in SCOPES:
        for group in Group:
            found = revenue_of(db.session(), {"a": JANUARY, "b": LATER}, group, scope)
            for name, span in (("a", JANUARY), ("b", LATER)):
                rows = sales_rows(db.session(), span.first, span.last, (group,), scope).rows
                assert found[name] == {row.keys[group].code: row.figures.revenue for row in rows}, (group, scope)
    assert revenue_of(db.session(), {}, Group.DAY) == {}


def test_revenue_over_time_has_every_day_and_month_once(fair):
    whole = Span(JANUARY.first, LATER.last)
    for scope in SCOPES:
        total = sales_rows(db.session(), whole.first, whole.last, (), scope).total.revenue
        by_day = revenue_over(db.session(), whole, scope, by_month=False)
        by_month = revenue_over(db.session(), whole, scope, by_month=True)
        assert [day for day, _ in by_day] == whole.each()
        assert [month for month, _ in by_month] == [date(2026, 1, 1), date(2026, 2, 1)]
        assert sum(revenue for _, revenue in by_day) == sum(revenue for _, revenue in by_month) == total


def test_a_month_begun_in_its_middle_is_named_by_its_first_day(fair):
    points = revenue_over(db.session(), Span(date(2026, 1, 5), date(2026, 3, 2)), by_month=True)
    assert [month for month, _ in points] == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]


def test_a_scope_is_named_from_the_smallest_place_up(fair):
    seller = fair.sellers[1]
    names = names_of(db.session(), Scope(cooperative_id=seller.id, species="MIL"))
    assert [key.name for key in (names.district, names.village, names.cooperative, names.species)] == [
        "Tirtayasa", "Lontar", "Koperasi Koperasi-1", "Bandeng",
    ]  # fmt: skip
    names = names_of(db.session(), Scope(village=sales.KAMASAN))
    assert (names.district.name, names.village.name, names.cooperative) == ("Cinangka", "Kamasan", None)
    unknown = names_of(db.session(), Scope(district="99", village="99.99.99.9999", cooperative_id=999, species="ZZZ"))
    assert (unknown.district, unknown.village, unknown.cooperative, unknown.species) == (None, None, None, None)
    db.session.rollback()
    with statements.recorded() as asked:
        names_of(db.session(), Scope())
    assert asked == []


def test_what_can_be_chosen_is_what_sells(fair):
    found = choices(db.session())
    assert [key.name for key in found.districts] == ["Cinangka", "Tirtayasa"]
    assert [key.code for key in found.species] == ["MIL", "GIT"]
