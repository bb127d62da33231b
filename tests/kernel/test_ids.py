"""Names for new things, and reading them back from people."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.ids import lot_code, new_id, order_number, pickup_code, read_number

MORNING = datetime(2026, 1, 4, 17, 30, tzinfo=UTC)  # already the 5th in Jakarta


def test_names_begin_with_the_day_in_jakarta() -> None:
    assert order_number(MORNING).startswith("S-2601-")
    assert lot_code("LON", MORNING).startswith("LON-260105-")


@given(st.integers())
def test_every_order_number_is_read_back_however_it_is_typed(seed: int) -> None:
    number = order_number(MORNING, Random(seed))
    mistaken = number.replace("0", "O").replace("1", "I")
    for typed in (number, number.lower(), f"  {number} ", mistaken, mistaken.lower().replace("i", "l")):
        assert read_number(typed) == number


@given(st.text())
def test_anything_typed_is_read_as_something(typed: str) -> None:
    assert not any(letter.isspace() for letter in read_number(typed))


@given(st.integers(), st.integers(min_value=0, max_value=10**6))
def test_later_ids_sort_later(seed: int, seconds: int) -> None:
    later = datetime.fromtimestamp(MORNING.timestamp() + seconds + 1, UTC)
    assert new_id(MORNING, Random(seed)) < new_id(later, Random(seed))


@given(st.integers())
def test_codes_are_six_digits(seed: int) -> None:
    code = pickup_code(Random(seed))
    assert len(code) == 6
    assert code.isascii()
    assert code.isdigit()
