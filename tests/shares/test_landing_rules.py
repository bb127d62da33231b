"""Weighings of many fishers as one heap of each product: no gram is lost, none is anybody else's."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import LARGEST_QUANTITY
from ovop.shares.landing_rules import MOST_LINES, Heap, Line, Newcomer, heap_up

BRINGERS = st.one_of(
    st.integers(1, 5), st.builds(Newcomer, st.sampled_from(["Udin", "udin", "Ipah"]), st.sampled_from(["", "m1", "m2"]))
)
LINES = st.lists(st.builds(Line, BRINGERS, st.integers(1, 4), st.integers(1, 400_000)), min_size=1, max_size=60)


def identity(line: Line) -> object:
    return line.bringer.identity if isinstance(line.bringer, Newcomer) else line.bringer


@given(LINES)
def test_every_gram_is_once_in_a_heap_and_somebodys(lines: list[Line]) -> None:
    heaps = heap_up(lines)
    assert len({heap.product_id for heap in heaps}) == len(heaps)
    assert sum(heap.quantity for heap in heaps) == sum(line.quantity for line in lines)
    wanted: Counter[object] = Counter()
    for line in lines:
        wanted[line.product_id, identity(line)] += line.quantity
    got = {
        (heap.product_id, bringer.identity if isinstance(bringer, Newcomer) else bringer): quantity
        for heap in heaps
        for bringer, quantity in heap.parts.items()
    }
    assert got == dict(wanted)


def test_heaps_and_fishers_stand_as_they_first_came() -> None:
    udin = Newcomer("Udin")
    lines = [Line(2, 9, 500), Line(udin, 4, 100), Line(1, 9, 250), Line(2, 9, 500), Line(Newcomer("UDIN"), 9, 1)]
    assert heap_up(lines) == (Heap(9, {2: 1000, 1: 250, udin: 1}), Heap(4, {udin: 100}))


@pytest.mark.parametrize(
    ("lines", "errors"),
    [
        ([], {"lines": "required"}),
        ([Line(1, 1, 1)] * (MOST_LINES + 1), {"lines": "too-many"}),
        ([Line(1, 1, 0)], {"quantity": "too-small"}),
        ([Line(1, 1, LARGEST_QUANTITY + 1)], {"quantity": "too-large"}),
        ([Line(1, 1, LARGEST_QUANTITY), Line(2, 1, 1)], {"quantity": "too-large"}),
    ],
)
def test_what_cannot_have_been_weighed_is_refused(lines: list[Line], errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        heap_up(lines)
    assert refused.value.errors == errors
