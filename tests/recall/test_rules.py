"""What a recall means for an order and for a movement of stock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ovop.ordering.rules import OrderStatus
from ovop.recall.rules import Reached, may_restock, reached
from ovop.stock.rules import EFFECTS, MovementKind, kind_when_recalled

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def test_of_a_recalled_lot_nothing_becomes_available_promised_or_sold() -> None:
    for kind in MovementKind:
        instead = kind_when_recalled(kind)
        if instead is not None:
            effect = EFFECTS[instead]
            assert max(effect.available, effect.held, effect.sold) <= 0, kind
            assert effect.caught + effect.available + effect.held <= 0 <= effect.lost, kind
    assert kind_when_recalled(MovementKind.RELEASE) is MovementKind.LOSE_HELD
    assert kind_when_recalled(MovementKind.SELL) is kind_when_recalled(MovementKind.FOUND) is None


def test_what_lay_in_one_box_with_it_is_not_sold_again() -> None:
    assert not may_restock(OrderStatus.READY)
    assert may_restock(OrderStatus.CONFIRMED)
    assert may_restock(OrderStatus.AWAITING_PAYMENT)


@pytest.mark.parametrize(
    ("spoken", "mailed", "failed", "address", "answer"),
    [
        (True, True, False, True, Reached.SPOKEN),
        (True, False, True, False, Reached.SPOKEN),
        (False, True, False, True, Reached.MAILED),
        (False, False, False, False, Reached.NO_ADDRESS),
        (False, False, True, True, Reached.FAILED),
        (False, False, False, True, Reached.ON_ITS_WAY),
    ],
)
def test_the_surest_way_counts(spoken: bool, mailed: bool, failed: bool, address: bool, answer: Reached) -> None:
    found = reached(
        spoken_at=NOW if spoken else None,
        mailed_at=NOW if mailed else None,
        has_failed=failed,
        has_address=address,
    )
    assert found is answer
    assert found.is_reached is (spoken or mailed)
