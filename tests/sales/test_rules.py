"""Spans, what they are held against, and classes for the map: tables of cases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.sales import rules
from ovop.sales.rules import Group, Period, Span

TODAY = date(2026, 11, 25)  # a Wednesday


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ("", ()),
        ("day", (Group.DAY,)),
        (" month , species ", (Group.MONTH, Group.SPECIES)),
        ("form,form,day", (Group.FORM, Group.DAY)),
        (",,", ()),
    ],
)
def test_groups_are_read_in_the_order_given(typed, groups):
    assert rules.parse_groups(typed) == groups


@pytest.mark.parametrize("typed", ["buyer", "day;month", "cooperative", "DAY", "day,'"])
def test_other_groups_are_refused(typed):
    with pytest.raises(Invalid) as refusal:
        rules.parse_groups(typed)
    assert refusal.value.errors == {"group_by": "unknown"}


def test_both_ends_of_a_span_belong_to_it():
    assert rules.parse_span("2026-01-31", " 2026-02-01 ") == span("2026-01-31", "2026-02-01")
    assert rules.parse_span("2026-01-31", "2026-01-31").days == 1
    assert rules.parse_span("2024-01-01", "2028-12-31").days == 1827


@pytest.mark.parametrize(
    ("first", "last", "errors"),
    [
        (None, "2026-01-01", {"from": "required"}),
        ("", " ", {"from": "required", "to": "required"}),
        ("2026-02-29", "2026-03-01", {"from": "not-a-day"}),
        ("20260101", "1 Jan", {"from": "not-a-day", "to": "not-a-day"}),
        ("2026-W01-1", "٢٠٢٦-٠١-٠١", {"from": "not-a-day", "to": "not-a-day"}),
        ("0001-01-01", "9999-12-31", {"from": "not-a-day", "to": "not-a-day"}),
        ("2026-01-02", "2026-01-01", {"to": "before-start"}),
        ("2020-01-01", "2026-01-01", {"to": "too-wide"}),
    ],
)
def test_what_is_no_span_says_which_end_is_wrong(first, last, errors):
    with pytest.raises(Invalid) as refusal:
        rules.parse_span(first, last)
    assert refusal.value.errors == errors


def test_pages_name_the_ends_in_their_own_words():
    with pytest.raises(Invalid) as refusal:
        rules.parse_span("x", "2026-01-01", fields=("dari", "sampai"))
    assert refusal.value.errors == {"dari": "not-a-day"}


@pytest.mark.parametrize(
    ("period", "first"),
    [
        (Period.DAY, "2026-11-25"),
        (Period.WEEK, "2026-11-23"),
        (Period.MONTH, "2026-11-01"),
        (Period.YEAR, "2026-01-01"),
    ],
)
def test_the_present_period_goes_up_to_today(period, first):
    present = rules.current(period, TODAY)
    assert present == Span(date.fromisoformat(first), TODAY)
    assert rules.period_of(present, TODAY) is period


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        ("2026-10-01", "2026-10-31", Period.MONTH),
        ("2024-02-01", "2024-02-29", Period.MONTH),
        ("2026-10-01", "2026-10-30", Period.OTHER),
        ("2025-01-01", "2025-12-31", Period.YEAR),
        ("2026-11-16", "2026-11-22", Period.WEEK),
        ("2026-11-17", "2026-11-23", Period.OTHER),
        ("2026-11-24", "2026-11-24", Period.DAY),
        ("2026-11-01", "2026-11-30", Period.MONTH),
        ("2026-10-01", "2026-11-25", Period.OTHER),
        ("2026-01-01", "2026-01-31", Period.MONTH),
    ],
)
def test_the_calendar_has_names_for_some_spans(first, last, period):
    assert rules.period_of(span(first, last), TODAY) is period


@pytest.mark.parametrize(
    ("first", "last", "part", "before", "year_before", "whole"),
    [
        # The month so far: through yesterday, against as many days of the month before.
        ("2026-11-01", "2026-11-25", ("2026-11-01", "2026-11-24"), ("2026-10-01", "2026-10-24"),
         ("2025-11-01", "2025-11-24"), ("2026-10-01", "2026-10-31")),
        # A finished month against whole ones, however long these are.
        ("2026-03-01", "2026-03-31", ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28"),
         ("2025-03-01", "2025-03-31"), ("2026-02-01", "2026-02-28")),
        ("2026-02-01", "2026-02-28", ("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31"),
         ("2025-02-01", "2025-02-28"), ("2026-01-01", "2026-01-31")),
        ("2025-02-01", "2025-02-28", ("2025-02-01", "2025-02-28"), ("2025-01-01", "2025-01-31"),
         ("2024-02-01", "2024-02-29"), ("2025-01-01", "2025-01-31")),
        # The year so far.
        ("2026-01-01", "2026-11-25", ("2026-01-01", "2026-11-24"), ("2025-01-01", "2025-11-24"),
         ("2025-01-01", "2025-11-24"), ("2025-01-01", "2025-12-31")),
        # Weeks and days against the same weekdays.
        ("2026-11-23", "2026-11-25", ("2026-11-23", "2026-11-24"), ("2026-11-16", "2026-11-17"),
         ("2025-11-24", "2025-11-25"), ("2026-11-16", "2026-11-22")),
        ("2026-11-20", "2026-11-20", ("2026-11-20", "2026-11-20"), ("2026-11-13", "2026-11-13"),
         ("2025-11-21", "2025-11-21"), ("2026-11-13", "2026-11-13")),
        # Any days against as many before them.
        ("2026-10-10", "2026-10-19", ("2026-10-10", "2026-10-19"), ("2026-09-30", "2026-10-09"),
         ("2025-10-10", "2025-10-19"), ("2026-09-30", "2026-10-09")),
    ],
)  # fmt: skip
def test_a_span_is_held_against_whole_days_alike(first, last, part, before, year_before, whole):
    found = rules.compare(span(first, last), TODAY)
    assert (found.part, found.before, found.year_before, found.whole) == (
        span(*part), span(*before), span(*year_before), span(*whole),
    )  # fmt: skip


def test_the_longest_month_so_far_stops_at_the_end_of_a_shorter_one():
    found = rules.compare(span("2026-03-01", "2026-03-31"), date(2026, 3, 31))
    assert (found.part, found.before) == (span("2026-03-01", "2026-03-30"), span("2026-02-01", "2026-02-28"))


@pytest.mark.parametrize(
    ("period", "whole"),
    [
        (Period.DAY, ("2025-12-25", "2025-12-25")),
        (Period.MONTH, ("2025-12-01", "2025-12-31")),
        (Period.YEAR, ("2025-01-01", "2025-12-31")),
    ],
)
def test_the_first_day_has_nothing_fair_to_be_held_against(period, whole):
    today = date(2026, 1, 1)
    found = rules.compare(rules.current(period, today), today, period)
    assert (found.part, found.before, found.year_before) == (None, None, None)
    assert found.whole == span(*whole)


days = st.dates(date(2001, 3, 1), date(2198, 12, 31))


@given(days, st.integers(0, 800), days)
def test_what_is_compared_is_over_and_of_like_length(first, length, today):
    asked = Span(first, first + timedelta(days=length))
    found = rules.compare(asked, today)
    assert found.whole.last < asked.first
    if found.part is None:
        assert today <= asked.first
        return
    assert found.part.first == asked.first
    assert found.part.last < today
    assert found.before.last < asked.first
    for other in (found.before, found.year_before):
        assert abs(other.days - found.part.days) <= 3


def test_change_is_a_share_of_what_was_before():
    assert rules.change(108, 100) == pytest.approx(0.08)
    assert rules.change(0, 50) == -1
    assert rules.change(50, 0) is None


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        ([], []),
        ([0, 0], []),
        ([5], []),
        ([5, 5, 5], []),
        ([0, 1, 2], [2]),
        ([10, 20, 30, 40], [20, 30, 40]),
        ([1, 1, 1, 1, 90], [90]),
        ([123_456, 234_567, 345_678, 456_789, 567_890, 678_901, 789_012, 890_123], [350_000, 570_000, 790_000]),
    ],
)
def test_classes_are_quantiles_of_what_was_sold(values, bounds):
    assert rules.classes(values) == bounds


@given(st.lists(st.integers(0, 10**12), max_size=60))
def test_every_class_has_a_value_in_it(values):
    bounds = rules.classes(values)
    assert bounds == sorted(set(bounds))
    used = {rules.class_of(value, bounds) for value in values if value}
    assert used == set(range(1, len(bounds) + 2)) or not used
