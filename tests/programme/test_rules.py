"""What makes a product ready; certificates over time; words that are typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.catalogue.labels import Label, Permit, Storage
from ovop.catalogue.rules import Form
from ovop.kernel.errors import Invalid
from ovop.programme.rules import (
    SHIPPED,
    CertificateState,
    Criterion,
    Figures,
    Rule,
    State,
    Subject,
    certificate_state,
    check_rules,
    judge,
    parse_nib,
    read_words,
)

TODAY = date(2026, 1, 5)
SOLD = Figures(date(2025, 1, 1), date(2025, 12, 31), 9, 40, 6_000_000, 20, 5)
LABEL = Label(
    storage=Storage.AMBIENT,
    ingredients="bandeng, garam",
    net_grams=250,
    pirt=Permit("206360401000127", date(2027, 1, 1)),
    halal=Permit("ID36110000123450721"),
)
WHOLE = Subject(Form.PROCESSED, LABEL, "1234567890123", True, SOLD, dict.fromkeys(Criterion, 1))

permits = st.one_of(
    st.none(), st.builds(Permit, st.just("1"), st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2028, 1, 1))))
)
figures = st.builds(
    lambda months, orders, revenue, buyers, share: Figures(
        TODAY, TODAY, months, orders, revenue, buyers, buyers * share // 100
    ),
    st.integers(0, 12),
    st.integers(0, 500),
    st.integers(0, 10**9),
    st.integers(0, 300),
    st.integers(0, 100),
)
subjects = st.builds(
    Subject,
    st.sampled_from(Form),
    st.builds(
        Label, storage=st.one_of(st.none(), st.sampled_from(Storage)), ingredients=st.text(max_size=3),
        net_grams=st.one_of(st.none(), st.integers(1, 900)), pirt=permits, halal=permits,
    ),
    st.sampled_from(("", "1234567890123")),
    st.booleans(),
    figures,
    st.dictionaries(st.sampled_from(Criterion), st.integers(0, 3)),
)  # fmt: skip
rules = st.lists(st.sampled_from(Criterion), unique=True, min_size=1).flatmap(
    lambda kinds: st.tuples(
        *(st.builds(Rule, st.just(kind), st.integers(1, 100), st.integers(0, 100), st.booleans()) for kind in kinds)
    )
)


def found(subject: Subject, kind: Criterion) -> tuple[State, str]:
    item = next(item for item in judge(subject, SHIPPED, TODAY).items if item.rule.kind is kind)
    return item.state, item.why


def test_a_product_that_has_everything_has_every_point() -> None:
    judgement = judge(WHOLE, SHIPPED, TODAY)
    assert (judgement.points, judgement.most_points, judgement.is_ready) == (100, 100, True)


@pytest.mark.parametrize(
    ("change", "kind", "why"),
    [
        ({"nib": ""}, Criterion.NIB, "no-number"),
        ({"papers": {}}, Criterion.NIB, "no-paper"),
        ({"label": replace(LABEL, pirt=Permit("1", date(2026, 1, 4)))}, Criterion.PIRT, "ended"),
        ({"label": replace(LABEL, halal=None)}, Criterion.HALAL, "no-number"),
        ({"label": replace(LABEL, net_grams=None)}, Criterion.LABEL, "incomplete"),
        ({"papers": {}}, Criterion.LABEL, "no-paper"),
        ({"figures": replace(SOLD, months=5)}, Criterion.CONTINUITY, "too-little"),
        ({"figures": replace(SOLD, revenue=4_999_999)}, Criterion.SALES, "too-little"),
        ({"figures": replace(SOLD, repeat_buyers=3)}, Criterion.REPEAT, "too-little"),
        ({"figures": replace(SOLD, buyers=0, repeat_buyers=0)}, Criterion.REPEAT, "too-little"),
    ],
)
def test_what_is_missing_is_said(change: dict[str, object], kind: Criterion, why: str) -> None:
    assert found(replace(WHOLE, **change), kind) == (State.MISSING, why)  # type: ignore[arg-type]


def test_a_permit_holds_on_its_last_day() -> None:
    subject = replace(WHOLE, label=replace(LABEL, pirt=Permit("1", TODAY)))
    assert found(subject, Criterion.PIRT) == (State.MET, "")


def test_fresh_fish_needs_neither_halal_nor_a_home_industry_number() -> None:
    fresh = replace(WHOLE, form=Form.FRESH, label=replace(LABEL, pirt=None, halal=None))
    judgement = judge(fresh, SHIPPED, TODAY)
    assert found(fresh, Criterion.HALAL)[0] is found(fresh, Criterion.PIRT)[0] is State.NOT_APPLICABLE
    assert (judgement.points, judgement.most_points, judgement.is_ready) == (70, 70, True)


def test_what_has_to_be_cooled_has_no_home_industry_number() -> None:
    chilled = replace(WHOLE, label=replace(LABEL, storage=Storage.CHILLED, pirt=None))
    assert found(chilled, Criterion.PIRT)[0] is State.NOT_APPLICABLE


@given(subjects, rules)
def test_points_are_those_of_what_is_met_and_never_more_than_what_applies(
    subject: Subject, some: tuple[Rule, ...]
) -> None:
    judgement = judge(subject, some, TODAY)
    assert [item.rule for item in judgement.items] == list(some)
    assert 0 <= judgement.points <= judgement.most_points <= sum(rule.points for rule in some)
    missing = [item for item in judgement.items if item.state is State.MISSING]
    assert judgement.most_points - judgement.points == sum(item.rule.points for item in missing)
    assert judgement.is_ready == (not any(item.rule.is_required for item in missing))
    assert all((item.why != "") == (item.state is State.MISSING) for item in judgement.items)


@given(subjects, rules)
def test_more_papers_and_more_sales_never_cost_a_point(subject: Subject, some: tuple[Rule, ...]) -> None:
    more = replace(
        subject,
        papers=dict.fromkeys(Criterion, 3),
        figures=replace(subject.figures, months=12, revenue=subject.figures.revenue + 1),
    )
    assert judge(more, some, TODAY).points >= judge(subject, some, TODAY).points


def test_criteria_have_worth_and_thresholds_that_can_be_reached() -> None:
    check_rules(SHIPPED)
    with pytest.raises(Invalid) as refusal:
        check_rules((Rule(Criterion.NIB, 0), Rule(Criterion.REPEAT, 5, 101), Rule(Criterion.SALES, 5, 0)))
    assert set(refusal.value.errors) == {"points_nib", "threshold_repeat", "threshold_sales"}
    with pytest.raises(Invalid):
        check_rules(())


@given(st.dates(), st.integers(1, 800), st.integers(-900, 900))
def test_a_certificate_is_valid_up_to_its_last_day_and_never_without_its_flagship(
    day: date, lasts: int, after: int
) -> None:
    if not date(1990, 1, 1) < day < date(2100, 1, 1):
        return
    today, ends = day + timedelta(days=after), day + timedelta(days=lasts)
    expected = CertificateState.VALID if today <= ends else CertificateState.EXPIRED
    assert certificate_state(today, ends, None, None) is expected
    assert certificate_state(today, ends, today, None) is CertificateState.WITHDRAWN
    assert certificate_state(today, ends, None, today) is CertificateState.WITHDRAWN
    assert certificate_state(today, ends, None, today + timedelta(days=1)) is expected


def test_a_business_number_has_thirteen_digits() -> None:
    assert parse_nib(" 1234 5678 90123 ") == "1234567890123"
    assert parse_nib("") == ""
    for typed in ("123", "12345678901234", "12345678901ab"):
        with pytest.raises(Invalid):
            parse_nib(typed)


def test_words_say_something_and_keep_their_lines() -> None:
    assert read_words("  satu  dua \r\n tiga ", 20, "reasons") == "satu dua\ntiga"
    for typed in (" \n ", "x" * 21):
        with pytest.raises(Invalid):
            read_words(typed, 20, "reasons")
