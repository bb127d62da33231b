"""The QR code that a buyer shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.ids import order_number, pickup_code
from ovop.ordering.slip import read_slip, write_slip
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
