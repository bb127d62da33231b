"""What a new lot must be, and how stock may move."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from ovop.kernel.errors import Invalid
from ovop.kernel.money import LARGEST_PRICE
from ovop.kernel.quantity import LARGEST_QUANTITY
from ovop.stock.rules import (
    EFFECTS,
    FURTHEST_LANDING,
    LONGEST_LIFE,
    OLDEST_LANDING,
    MovementKind,
    NewCatch,
    check_new_catch,
    is_sellable,
    life_errors,
    lot_prefix,
)

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GOOD = NewCatch(
    product_id=1,
    quantity=10_000,
    unit_price=37_500,
    landed_at=NOW - timedelta(hours=2),
    best_before=NOW + timedelta(days=2),
    grade="A",
    gear="GNS",
    fishing_area="Selat Sunda",
    landing_price=30_000,
    note="Tangkapan pagi",
)


@pytest.mark.parametrize("kind", MovementKind)
def test_every_movement_keeps_the_balance_of_its_lot(kind: MovementKind) -> None:
    effect = EFFECTS[kind]
    assert effect.caught == effect.available + effect.held + effect.sold + effect.lost
    assert any(getattr(effect, part.name) for part in fields(effect))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"quantity": 1},
        {"quantity": LARGEST_QUANTITY},
        {"unit_price": 1, "landing_price": None},
        {"unit_price": LARGEST_PRICE, "landing_price": LARGEST_PRICE},
        {"landed_at": NOW - OLDEST_LANDING},
        {"landed_at": NOW + FURTHEST_LANDING, "best_before": NOW + FURTHEST_LANDING + SECOND},
        {"best_before": NOW + SECOND},
        {"best_before": GOOD.landed_at + LONGEST_LIFE},
        {"grade": "g" * 40, "gear": "g" * 40, "fishing_area": "g" * 80, "note": "n" * 1000},
        {"grade": None, "gear": None, "fishing_area": None},
    ],
)
def test_a_lot_up_to_its_limits_can_go_on_sale(change: dict[str, object]) -> None:
    check_new_catch(replace(GOOD, **change), NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"quantity": 0}, {"quantity": "too-small"}),
        ({"quantity": LARGEST_QUANTITY + 1}, {"quantity": "too-large"}),
        ({"unit_price": 0}, {"unit_price": "too-small"}),
        ({"unit_price": LARGEST_PRICE + 1}, {"unit_price": "too-large"}),
        ({"landing_price": 0}, {"landing_price": "too-small"}),
        ({"landing_price": LARGEST_PRICE + 1}, {"landing_price": "too-large"}),
        ({"landed_at": NOW - OLDEST_LANDING - SECOND}, {"landed_at": "in-the-past"}),
        (
            {"landed_at": NOW + FURTHEST_LANDING + SECOND, "best_before": NOW + FURTHEST_LANDING + 2 * SECOND},
            {"landed_at": "too-large"},
        ),
        ({"best_before": GOOD.landed_at}, {"best_before": "before-landing"}),
        ({"best_before": NOW}, {"best_before": "in-the-past"}),
        ({"best_before": GOOD.landed_at + LONGEST_LIFE + SECOND}, {"best_before": "too-large"}),
        ({"grade": "g" * 41}, {"grade": "too-long"}),
        ({"gear": "g" * 41}, {"gear": "too-long"}),
        ({"fishing_area": "g" * 81}, {"fishing_area": "too-long"}),
        ({"note": "n" * 1001}, {"note": "too-long"}),
        (
            {"quantity": 0, "unit_price": 0, "best_before": NOW, "note": "n" * 1001},
            {"quantity": "too-small", "unit_price": "too-small", "best_before": "in-the-past", "note": "too-long"},
        ),
    ],
)
def test_everything_that_cannot_be_right_is_named_at_once(change: dict[str, object], errors: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        check_new_catch(replace(GOOD, **change), NOW)  # type: ignore[arg-type]
    assert refused.value.errors == errors


def test_a_life_is_checked_from_landing_to_now() -> None:
    assert life_errors(NOW, NOW + SECOND, NOW) == {}
    assert life_errors(NOW, NOW + LONGEST_LIFE, NOW) == {}
    assert life_errors(NOW + SECOND, NOW + SECOND, NOW) == {"best_before": "before-landing"}


@pytest.mark.parametrize(
    ("is_withdrawn", "left", "answer"),
    [(False, SECOND, True), (False, timedelta(), False), (False, -SECOND, False), (True, SECOND, False)],
)
def test_only_what_is_good_and_not_withdrawn_can_be_sold(is_withdrawn: bool, left: timedelta, answer: bool) -> None:
    assert is_sellable(is_withdrawn=is_withdrawn, best_before=NOW + left, now=NOW) is answer


@pytest.mark.parametrize(
    ("village", "prefix"),
    [("Lontar", "LON"), ("Pulo Panjang", "PUL"), ("An_yar", "ANY"), ("Oo", "OOX"), ("3 Ázul", "ZUL"), ("", "XXX")],
)
def test_a_label_begins_with_three_letters_of_the_village(village: str, prefix: str) -> None:
    assert lot_prefix(village) == prefix
