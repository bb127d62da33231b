"""What can be said of goods, until when, and how means are counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.catalogue.ratings import LEAST_BUYERS, rating_of
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.reviews.errors import RatingOver
from ovop.reviews.rules import LONGEST_TEXT, Given, check_change, check_first, initial_of, read_given, read_words

NOW = datetime(2026, 1, 5, 9, tzinfo=days.JAKARTA)


@given(st.lists(st.integers(1, 5), min_size=LEAST_BUYERS, max_size=300))
def test_a_mean_is_the_plain_one_to_a_decimal_halves_up(ratings: list[int]) -> None:
    rating = rating_of(len(ratings), sum(ratings))
    assert rating is not None
    assert rating.tenths == int(Fraction(sum(ratings), len(ratings)) * 10 + Fraction(1, 2))
    assert 1 <= rating.value <= 5


@pytest.mark.parametrize("buyers", [None, 0, 1, 2])
def test_too_few_buyers_have_no_mean(buyers: int | None) -> None:
    assert rating_of(buyers, None if buyers is None else 5 * buyers) is None


def test_three_buyers_have_one() -> None:
    rating = rating_of(3, 13)
    assert rating is not None
    assert (rating.value, rating.buyers) == (4.3, 3)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (("", ""), None),
        (("5", ""), Given(5, "")),
        (("1", "  Sudah \r\n lembek\t. "), Given(1, "Sudah lembek .")),
        (("3", "a\x00b\x07\u2028c"), Given(3, "a b c")),
    ],
)
def test_what_is_typed_is_read(typed: tuple[str, str], found: Given | None) -> None:
    assert read_given(*typed, 7) == found


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (("", "Segar"), {"rating_7": "no-rating"}),
        (("0", ""), {"rating_7": "unknown"}),
        (("6", ""), {"rating_7": "unknown"}),
        (("4.5", ""), {"rating_7": "unknown"}),
        (("٥", ""), {"rating_7": "unknown"}),
        (("5", "x" * (LONGEST_TEXT + 1)), {"text_7": "too-long"}),
    ],
)
def test_what_cannot_be_read_is_named(typed: tuple[str, str], errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_given(*typed, 7)
    assert refused.value.errors == errors


def test_an_answer_has_words() -> None:
    with pytest.raises(Invalid):
        read_words(" \n ", 10, "answer", required=True)


def test_there_are_sixty_days_to_rate_and_fourteen_to_change() -> None:
    check_first(NOW, NOW + timedelta(days=60))
    check_change(NOW, NOW + timedelta(days=14))
    for check, limit in ((check_first, 60), (check_change, 14)):
        with pytest.raises(RatingOver):
            check(NOW, NOW + timedelta(days=limit, seconds=1))


@pytest.mark.parametrize(
    ("name", "initial"), [("Siti Aminah", "S."), (" élan", "É."), ("62 Budi", "B."), ("", ""), ("…", "")]
)
def test_of_a_name_only_its_first_letter_is_read(name: str, initial: str) -> None:
    assert initial_of(name) == initial
