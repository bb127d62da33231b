"""Numbers as a phone's dictation writes them down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.kernel.money import parse_rupiah
from ovop.kernel.quantity import parse_count, parse_weight
from ovop.kernel.spoken import spoken

_ONES = " satu dua tiga empat lima enam tujuh delapan sembilan".split(" ")


def say(number: int) -> str:
    """`number` below a thousand million as it is said."""
    for size, name in ((1_000_000, "juta"), (1000, "ribu")):
        if number >= size:
            head = "seribu" if number // size == 1 and name == "ribu" else f"{say(number // size)} {name}"
            return f"{head} {say(number % size)}".strip()
    if number >= 100:
        head = "seratus" if number < 200 else f"{_ONES[number // 100]} ratus"
        return f"{head} {say(number % 100)}".strip()
    if number >= 20:
        return f"{_ONES[number // 10]} puluh {_ONES[number % 10]}".strip()
    if number >= 12:
        return f"{_ONES[number - 10]} belas"
    return {10: "sepuluh", 11: "sebelas"}.get(number) or _ONES[number]


@given(st.integers(1, 999_999_999))
def test_every_number_is_understood_as_it_is_said(number: int) -> None:
    assert spoken(say(number)) == str(number)


@given(st.text(max_size=30))
def test_what_is_no_number_in_words_is_left_alone(typed: str) -> None:
    if not any(name in typed.casefold() for name in (*_ONES[1:], "se", "ribu", "rb", "juta", "jt", "nol")):
        assert spoken(typed) == typed


@pytest.mark.parametrize(
    ("said", "grams"),
    [
        ("lima belas kilo", 15_000),
        ("15 kilo", 15_000),
        ("Dua puluh lima", 25_000),
        ("satu setengah kilo", 1_500),
        ("1 setengah kilo", 1_500),
        ("dua kilo setengah", 2_500),
        ("sekilo setengah", 1_500),
        ("setengah kilo", 500),
        ("tiga perempat kilo", 750),
        ("dua tiga perempat kilo", 2_750),
        ("dua koma lima kilo", 2_500),
        ("nol koma tujuh lima kilogram", 750),
        ("seribu lima ratus gram", 1_500),
        ("tiga ons", 300),
    ],
)
def test_weights_are_said_as_at_the_scale(said: str, grams: int) -> None:
    assert parse_weight(said) == grams
    assert parse_weight(said, decimal_point=True) == grams


@pytest.mark.parametrize(
    ("said", "rupiah"),
    [
        ("dua puluh lima ribu", 25_000),
        ("dua puluh lima ribu rupiah", 25_000),
        ("32 ribu 500", 32_500),
        ("32,5 ribu", 32_500),
        ("Rp32.000", 32_000),
        ("32.000 rupiah", 32_000),
        ("seratus empat puluh lima ribu", 145_000),
        ("satu juta dua ratus ribu", 1_200_000),
    ],
)
def test_prices_are_said_as_on_the_market(said: str, rupiah: int) -> None:
    assert parse_rupiah(said) == rupiah


@pytest.mark.parametrize(
    ("said", "pieces"), [("dua belas", 12), ("12 ekor", 12), ("seekor", 1), ("empat puluh bungkus", 40)]
)
def test_pieces_are_counted_aloud(said: str, pieces: int) -> None:
    assert parse_count(said) == pieces


@pytest.mark.parametrize(
    "said",
    ["dua lima", "lima ratus seribu", "puluh", "dua ribu tiga juta", "lima lima belas", "banyak", "se", "koma lima"],
)
def test_what_may_mean_two_things_is_not_guessed(said: str) -> None:
    assert spoken(said) == said
    for parse in (parse_weight, parse_count, parse_rupiah):
        with pytest.raises(Invalid):
            parse(said)  # type: ignore[operator]
