"""The QR code that a buyer shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.ids import order_number, pickup_code
from ovop.ordering.slip import MOST_SLIPS, read_slip, read_slips, write_slip, write_slips
from tests.ordering.test_basket import NOW


@given(st.randoms(use_true_random=False))
def test_what_is_written_is_read(chance: object) -> None:
    number, code = order_number(NOW, chance), pickup_code(chance)  # type: ignore[arg-type]
    assert read_slip(write_slip(number, code)) == (number, code)


@given(st.randoms(use_true_random=False))
def test_a_slip_stays_within_qrs_small_alphabet(chance: object) -> None:
    slip = write_slip(order_number(NOW, chance), pickup_code(chance))  # type: ignore[arg-type]
    assert set(slip) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize(
    "text", ["", "482915", "S-2511-7K3FQ2", "S-2511-7K3FQ2 48291", "https://x S-2511-7K3FQ2 482915"]
)
def test_other_codes_are_no_slips(text: str) -> None:
    assert read_slip(text) is None


def test_typed_by_hand_it_is_read_too() -> None:
    assert read_slip(" s-2511-7k3fq2  482 915\n") == ("S-2511-7K3FQ2", "482915")


SLIPS = [("S-2511-7K3FQ2", "482915"), ("S-2511-9MB2XA", "104477"), ("S-2511-000000", "000000")]


def drawn(chance: object, many: int) -> dict[str, str]:
    return {order_number(NOW, chance): pickup_code(chance) for _ in range(many)}  # type: ignore[arg-type]


@given(st.randoms(use_true_random=False), st.integers(1, MOST_SLIPS))
def test_several_are_read_as_they_were_written(chance: object, many: int) -> None:
    slips = drawn(chance, many)
    written = write_slips(slips.items())
    assert read_slips(written) == slips
    assert set(written) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_one_among_several_is_not_taken_for_one_alone() -> None:
    assert read_slip(write_slips(SLIPS[:2])) is None


def test_a_single_slip_is_several_of_one() -> None:
    assert read_slips("S-2511-7K3FQ2 482915") == {"S-2511-7K3FQ2": "482915"}


@pytest.mark.parametrize(
    "text",
    [
        "S-2511-7K3FQ2 482915\nS-2511-9MB2XA 104477\r\nS-2511-000000 000000",
        "  s-2511-7k3fq2 482 915  s-2511-9mb2xa\t104477 S-2511-000000 000 000 ",
        "S-2511-7K3FQ2 482915S-2511-9MB2XA 104477S-2511-000000 000000",
    ],
    ids=["lines", "typed", "breaks-lost"],
)
def test_however_they_are_parted_they_are_read(text: str) -> None:
    assert read_slips(text) == dict(SLIPS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "482915",
        "S-2511-7K3FQ2",
        "S-2511-7K3FQ2 48291",
        "S-2511-7K3FQ2 4829153",
        "S-2511-7K3FQ2 482915 104477",
        "S-2511-7K3FQ2 482915 S-2511-9MB2XA",
        "S-2511-7K3FQ2 482915, S-2511-9MB2XA 104477",
        "https://x S-2511-7K3FQ2 482915",
        "S-2511-7K3FQ2 482915 " * 5000 + "x",
    ],
)
def test_what_is_not_all_slips_is_none(text: str) -> None:
    assert read_slips(text) == {}


def test_more_than_anybody_carries_is_none() -> None:
    slips = [(f"S-2511-{number:06d}", "482915") for number in range(MOST_SLIPS + 1)]
    assert read_slips(write_slips(slips)) == {}
    assert len(read_slips(write_slips(slips[1:]))) == MOST_SLIPS


def test_the_same_slip_twice_is_one() -> None:
    assert read_slips(write_slips([SLIPS[0], SLIPS[0]])) == dict(SLIPS[:1])
