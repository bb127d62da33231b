"""Weights and counts as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import (
    LARGEST_QUANTITY,
    Measure,
    Unit,
    looks_like_slip,
    meant_instead,
    parse_count,
    parse_quantity,
    parse_weight,
    unit_fits,
    within,
)


@pytest.mark.parametrize(
    ("typed", "grams"),
    [
        ("1,5 kg", 1500),
        ("1,5", 1500),
        ("1.5", 1500),
        ("1.25", 1250),
        ("1.500 g", 1500),
        ("1.500 gram", 1500),
        ("1500g", 1500),
        ("1,333", 1333),
        ("1.333", 1_333_000),
        ("2 ons", 200),
        ("0,001", 1),
        ("  2 KG ", 2000),
        ("12", 12_000),
        ("1 500 g", 1500),
        ("1\u00a0500\u00a0g", 1500),
        ("1.234,5 kg", 1_234_500),
        ("1,500000 kg", 1500),
        ("100.000.000 g", 100_000_000),
        ("000000000001 g", 1),
    ],
)
def test_weight_is_read_as_indonesians_write_it(typed: str, grams: int) -> None:
    assert parse_weight(typed) == grams


@pytest.mark.parametrize(("typed", "grams"), [("1.333 kg", 1333), ("1,333 kg", 1_333_000), ("1.5", 1500)])
def test_weight_is_read_as_english_writes_it(typed: str, grams: int) -> None:
    assert parse_weight(typed, decimal_point=True) == grams


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "required"),
        ("   ", "required"),
        ("abc", "not-a-weight"),
        ("-1", "not-a-weight"),
        ("1,5,5", "not-a-weight"),
        ("1.5.5", "not-a-weight"),
        ("1e3", "not-a-weight"),
        ("NaN", "not-a-weight"),
        ("½ kg", "not-a-weight"),
        ("١ kg", "not-a-weight"),
        ("0", "too-small"),
        ("0,0000 g", "too-small"),
        ("0,5 g", "part-of-a-gram"),
        ("1,0005", "part-of-a-gram"),
        ("999999999", "too-large"),
        ("9" * 40, "too-large"),
        ("0000000000001 g", "too-large"),
        ("1,0000000", "not-a-weight"),
        ("1,5.000", "not-a-weight"),
        (",5", "not-a-weight"),
    ],
)
def test_what_is_no_weight_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_weight(typed)
    assert refused.value.errors == {"quantity": reason}


@given(st.integers(1, LARGEST_QUANTITY))
def test_a_weight_written_in_grams_or_kilograms_is_read_back(grams: int) -> None:
    whole, part = divmod(grams, 1000)
    assert parse_weight(f"{grams} g") == grams
    assert parse_weight(f"{whole},{part:03d} kg") == grams
    assert parse_weight(f"{grams:,} g".replace(",", ".")) == grams


@given(st.text(max_size=30))
def test_any_text_is_a_weight_or_refused(typed: str) -> None:
    try:
        assert 1 <= parse_weight(typed) <= LARGEST_QUANTITY
    except Invalid as refused:
        assert set(refused.errors) == {"quantity"}  # noqa: PT017 - either way is right


@given(st.text(max_size=30))
def test_any_text_is_a_count_or_refused(typed: str) -> None:
    try:
        assert 1 <= parse_count(typed) <= LARGEST_QUANTITY
    except Invalid as refused:
        assert set(refused.errors) == {"quantity"}  # noqa: PT017 - either way is right


def test_counts_are_whole() -> None:
    assert parse_count("1.200") == 1200
    assert parse_count("1,200") == 1200
    assert parse_count(" 12 ") == 12


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "required"),
        ("1,5", "not-a-count"),
        ("2 kg", "not-a-count"),
        ("1.20", "not-a-count"),
        ("-3", "not-a-count"),
        ("0", "too-small"),
        ("999.999.999", "too-large"),
    ],
)
def test_what_is_no_count_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_count(typed, field="pieces")
    assert refused.value.errors == {"pieces": reason}


def test_a_product_is_read_by_its_measure() -> None:
    assert parse_quantity("12", Measure.COUNT) == 12
    assert parse_quantity("1.25", Measure.WEIGHT) == 1250
    assert parse_quantity("1.250", Measure.WEIGHT) == 1_250_000
    assert parse_quantity("1.250", Measure.WEIGHT, decimal_point=True) == 1250
    assert isinstance(parse_quantity("1,5", Measure.WEIGHT), int)


@pytest.mark.parametrize("measure", Measure)
def test_what_cannot_be_read_is_said_of_the_field_it_was_typed_into(measure: Measure) -> None:
    for typed, reason in (("", "required"), ("0", "too-small")):
        with pytest.raises(Invalid) as refused:
            parse_quantity(typed, measure, field="order")
        assert refused.value.errors == {"order": reason}
        with pytest.raises(Invalid) as refused:
            parse_quantity(typed, measure)
        assert refused.value.errors == {"quantity": reason}


@pytest.mark.parametrize(
    ("quantity", "usual", "is_slip"),
    [
        (1500, 1500, False),
        (1_500_000, 1500, True),
        (150_000, 1500, True),
        (15, 1500, True),
        (15_000, 1500, False),
        (1, 1500, True),
        (0, 1500, False),
        (1500, 0, False),
        (50, 1, True),
        (49, 1, False),
        (1, 50, True),
    ],
)
def test_a_factor_of_100_or_1000_is_a_slip(quantity: int, usual: int, is_slip: bool) -> None:
    assert looks_like_slip(quantity, usual) is is_slip


@pytest.mark.parametrize(
    ("quantity", "usual", "meant"),
    [
        (15, 1500, 1500),
        (15, 15_000, 15_000),
        (1_500_000, 1500, 1500),
        (150_000, 1500, 1500),
        (12, 900, 1200),
        (9, 1800, 900),
        (36, 1800, 3600),
        (37, 1800, None),
        (8, 1800, None),
        (123_450, 1200, None),  # no whole number of hundreds
        (100, 20_000, 10_000),
        (1500, 1500, None),
    ],
)
def test_a_slip_suggests_what_was_probably_meant(quantity: int, usual: int, meant: int | None) -> None:
    assert meant_instead(quantity, usual) == meant
    assert isinstance(meant_instead(quantity, usual), int | None)


def test_of_two_readings_the_nearer_is_meant() -> None:
    assert meant_instead(100_000, 1_000) == 1000
    assert meant_instead(2, 400) == 200
    assert meant_instead(1, 180) == 100


def test_units_go_with_their_measure() -> None:
    assert unit_fits(Measure.WEIGHT, Unit.KG)
    assert unit_fits(Measure.COUNT, Unit.PACK)
    assert not unit_fits(Measure.WEIGHT, Unit.PIECE)
    assert not unit_fits(Measure.COUNT, Unit.KG)


def test_the_largest_quantity_is_kept_and_one_more_is_not() -> None:
    assert within(LARGEST_QUANTITY) == LARGEST_QUANTITY
    with pytest.raises(Invalid) as refused:
        within(LARGEST_QUANTITY + 1)
    assert refused.value.errors == {"quantity": "too-large"}
