"""Every way of adding up sales equals a plain recount of the orders."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date, datetime, time
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ovop.db import db
from ovop.kernel.days import JAKARTA
from ovop.kernel.errors import Invalid
from ovop.sales import queries
from ovop.sales.queries import EVERYTHING, Scope, sales_rows
from ovop.sales.rules import Group
from tests import databases
from tests.make import market, sales, statements
from tests.make.fair import Fair
from tests.make.fair import fair as make_fair

ALWAYS = (date(2025, 1, 1), date(2028, 12, 31))
NOTHING = (0, 0, 0, 0, 0)

#: What a sold line is called in each group.
KEY = {
    Group.DAY: lambda sold: sold.day.isoformat(),
    Group.MONTH: lambda sold: sold.day.isoformat()[:7],
    Group.DISTRICT: lambda sold: sold.order.village_code[:8],
    Group.VILLAGE: lambda sold: sold.order.village_code,
    Group.COOPERATIVE: lambda sold: str(sold.order.cooperative_id),
    Group.SPECIES: lambda sold: sold.line.species_code,
    Group.FORM: lambda sold: sold.line.form,
}
EVERY_GROUPING = [groups for size in range(4) for groups in combinations(KEY, size)]


def found(span, groups, scope=EVERYTHING):
    db.session.rollback()
    answer = sales_rows(db.session(), *span, groups, scope)
    rows = {tuple(row.keys[group].code for group in groups): astuple(row.figures) for row in answer.rows}
    assert len(rows) == len(answer.rows)
    return rows, astuple(answer.total)


def expected(orders, groups):
    total = sales.recount(orders).get(None, NOTHING)
    if not groups:
        return {}, total
    return sales.recount(orders, lambda sold: tuple(KEY[group](sold) for group in groups)), total


grams = st.integers(500, 4000).flatmap(lambda ordered: st.tuples(st.just(ordered), st.integers(0, ordered * 11 // 10)))
pieces = st.integers(1, 20).flatmap(lambda ordered: st.tuples(st.just(ordered), st.integers(0, ordered)))
boughts = st.fixed_dictionaries({}, optional={0: grams, 1: grams, 2: pieces}).filter(
    lambda bought: any(weighed for _ordered, weighed in bought.values())
)
#: Around midnight, the turn of a month, and the turn of a year.
moments = st.builds(
    lambda day, hour, second: datetime.combine(day, time(hour, 59 if second else 0, second), JAKARTA),
    st.sampled_from([date(2026, 1, 5), date(2026, 1, 31), date(2026, 2, 1), date(2026, 12, 31), date(2027, 1, 1)]),
    st.sampled_from([0, 6, 7, 12, 23]),
    st.sampled_from([0, 59]),
)
happenings = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), boughts, moments), min_size=1, max_size=6)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings)
def test_any_grouping_of_any_market_equals_a_plain_recount(app, happened):
    databases.wipe()
    fair = Fair()
    for buyer, seller, bought, at in happened:
        fair.sell(buyer, seller, bought, at)
    for groups in EVERY_GROUPING:
        assert found(ALWAYS, groups) == expected(fair.orders, groups), groups
    january = [order for order in fair.orders if order.collected_at < datetime(2026, 2, 1, tzinfo=JAKARTA)]
    for groups in ((), (Group.DAY,), (Group.MONTH, Group.VILLAGE), (Group.SPECIES,)):
        assert found((date(2026, 1, 1), date(2026, 1, 31)), groups) == expected(january, groups)
    assert market.broken() == []


@pytest.fixture
def fair(app):
    """Sales that overlap in every way that could be counted twice."""
    return make_fair()


def test_an_order_of_two_species_is_one_order_of_each_and_one_in_the_total(fair):
    rows, total = found(ALWAYS, (Group.SPECIES,))
    assert (rows["GIT",][0], rows["MIL",][0], total[0]) == (2, 4, 5)
    rows, _total = found(ALWAYS, (Group.FORM,))
    assert (rows["fresh",][0], rows["processed",][0]) == (3, 3)


SCOPES = [
    (Scope(district="36.04.13"), lambda sold: sold.order.village_code.startswith("36.04.13.")),
    (Scope(village=sales.LONTAR), lambda sold: sold.order.village_code == sales.LONTAR),
    (Scope(species="MIL"), lambda sold: sold.line.species_code == "MIL"),
    (Scope(form="processed"), lambda sold: sold.line.form == "processed"),
    (
        Scope(village=sales.TENGKURAK, species="MIL", form="fresh"),
        lambda sold: (
            (sold.order.village_code, sold.line.species_code, sold.line.form) == (sales.TENGKURAK, "MIL", "fresh")
        ),
    ),
    (Scope(district="36.04.1"), lambda _sold: False),
    (Scope(district="%"), lambda _sold: False),
]


def test_a_scope_counts_exactly_what_lies_in_it(fair):
    for scope, belongs in SCOPES:
        for groups in ((), (Group.MONTH,), (Group.COOPERATIVE, Group.FORM), (Group.SPECIES,)):
            within = sales.recount(fair.orders, lambda sold: (belongs(sold), *(KEY[group](sold) for group in groups)))
            rows, total = found(ALWAYS, groups, scope)
            assert rows == ({key[1:]: figures for key, figures in within.items() if key[0]} if groups else {}), scope
            assert total == sales.recount(fair.orders, belongs).get(True, NOTHING)


def test_one_cooperative_can_be_asked_for(fair):
    own = [order for order in fair.orders if order.cooperative_id == fair.sellers[1].id]
    scope = Scope(cooperative_id=fair.sellers[1].id)
    assert found(ALWAYS, (Group.DAY, Group.SPECIES), scope) == expected(own, (Group.DAY, Group.SPECIES))


def test_rows_carry_the_names_of_their_groups(fair):
    answer = sales_rows(db.session(), *ALWAYS, (Group.DISTRICT, Group.VILLAGE, Group.COOPERATIVE, Group.SPECIES))
    keys = answer.rows[0].keys
    assert [keys[group].name for group in keys] == ["Tirtayasa", "Lontar", "Koperasi Koperasi-1", "Udang windu"]
    assert keys[Group.SPECIES].name_en == "Giant tiger prawn"


def test_nothing_sold_is_zeros_and_no_rows(app):
    assert found(ALWAYS, (Group.DAY, Group.SPECIES)) == ({}, NOTHING)


def test_rows_beyond_what_anybody_reads_are_refused(fair, monkeypatch):
    monkeypatch.setattr(queries, "MOST_ROWS", 3)
    assert len(sales_rows(db.session(), *ALWAYS, (Group.DAY,)).rows) == 3
    with pytest.raises(Invalid):
        sales_rows(db.session(), *ALWAYS, (Group.DAY, Group.VILLAGE))


def test_any_answer_is_one_query(fair):
    db.session.rollback()
    with statements.recorded() as asked:
        sales_rows(db.session(), *ALWAYS, tuple(Group))
    assert len(asked) == 1
