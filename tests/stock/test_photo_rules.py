"""The order of a lot's photos: one is moved, or all are named, and none is ever lost or doubled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ovop.stock.photo_rules import PhotoStep, arranged, moved

FIRST, EARLIER, LATER = PhotoStep.FIRST, PhotoStep.EARLIER, PhotoStep.LATER


@pytest.mark.parametrize(
    ("photo", "step", "order"),
    [
        (3, FIRST, [3, 1, 2, 4]),
        (1, FIRST, [1, 2, 3, 4]),
        (3, EARLIER, [1, 3, 2, 4]),
        (1, EARLIER, [1, 2, 3, 4]),
        (1, LATER, [2, 1, 3, 4]),
        (4, LATER, [1, 2, 3, 4]),
    ],
)
def test_one_photo_is_moved_and_the_others_keep_their_order(photo: int, step: PhotoStep, order: list[int]) -> None:
    assert moved([1, 2, 3, 4], photo, step) == order


@pytest.mark.parametrize(
    ("wanted", "order"),
    [
        ([4, 3, 2, 1], [4, 3, 2, 1]),
        ([3], [3, 1, 2, 4]),
        ([], [1, 2, 3, 4]),
        ([9, 2, 2, 9], [2, 1, 3, 4]),
    ],
)
def test_photos_stand_as_they_are_named(wanted: list[int], order: list[int]) -> None:
    assert arranged([1, 2, 3, 4], wanted) == order


photo_ids = st.lists(st.integers(1, 20), unique=True, min_size=1, max_size=8)


@given(photo_ids, st.lists(st.integers(1, 20), max_size=12), st.sampled_from(PhotoStep), st.data())
def test_no_order_loses_or_doubles_a_photo(
    order: list[int], wanted: list[int], step: PhotoStep, data: st.DataObject
) -> None:
    assert sorted(arranged(order, wanted)) == sorted(order)
    assert sorted(moved(order, data.draw(st.sampled_from(order)), step)) == sorted(order)


@given(photo_ids, st.data())
def test_later_undoes_earlier(order: list[int], data: st.DataObject) -> None:
    photo = data.draw(st.sampled_from(order[1:] or order))
    if photo != order[0]:
        assert moved(moved(order, photo, EARLIER), photo, LATER) == order
