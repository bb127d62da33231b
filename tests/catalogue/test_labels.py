"""What can stand on a label, and how its certificates stand on a day."""

from __future__ import annotations

from datetime import date

import pytest

from ovop.catalogue.labels import (
    Allergen,
    Label,
    Permit,
    PermitState,
    Storage,
    allergens_in,
    check_label,
    parse_grades,
    parse_halal,
    parse_pirt,
    written_pirt,
)
from ovop.catalogue.rules import Category, Form
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import Measure

TODAY = date(2026, 1, 5)
PIRT = Permit("206360401000127", date(2027, 12, 31))


@pytest.mark.parametrize(
    ("label", "measure", "errors"),
    [
        (Label(), Measure.WEIGHT, {}),
        (Label(Storage.CHILLED, 4, "Bandeng, kelapa", (Allergen.FISH,), 250, ("A", "B"), PIRT), Measure.COUNT, {}),
        (Label(Storage.FROZEN, -18, halal=Permit("ID36110000123450721")), Measure.WEIGHT, {}),
        (Label(Storage.FROZEN, 4), Measure.WEIGHT, {"keep_at": "does-not-fit"}),
        (Label(Storage.AMBIENT, 25), Measure.WEIGHT, {"keep_at": "does-not-fit"}),
        (Label(None, 4), Measure.WEIGHT, {"keep_at": "does-not-fit"}),
        (Label(net_grams=250), Measure.WEIGHT, {"net_grams": "does-not-fit"}),
        (Label(net_grams=0), Measure.COUNT, {"net_grams": "too-small"}),
        (Label(net_grams=10**9), Measure.COUNT, {"net_grams": "too-large"}),
        (Label(ingredients="x" * 1001), Measure.COUNT, {"ingredients": "too-long"}),
        (Label(grades=("x" * 41,)), Measure.COUNT, {"grades": "too-long"}),
        (Label(grades=tuple("abcdefghi")), Measure.COUNT, {"grades": "too-many"}),
        (Label(pirt=Permit("206360401000127")), Measure.COUNT, {"pirt_until": "required"}),
        (Label(pirt=Permit("206360401000127", date(2031, 2, 1))), Measure.COUNT, {"pirt_until": "too-large"}),
        (Label(halal=Permit("ID36110000123450721", date(2031, 1, 1))), Measure.COUNT, {"halal_until": "too-large"}),
        (Label(pirt=Permit("206360401000127", date(2020, 1, 1))), Measure.COUNT, {}),  # ended: kept, and not shown
    ],
)
def test_each_field_at_fault_is_named(label: Label, measure: Measure, errors: dict[str, str]) -> None:
    if not errors:
        check_label(label, measure, TODAY)
        return
    with pytest.raises(Invalid) as refused:
        check_label(label, measure, TODAY)
    assert refused.value.errors == errors


@pytest.mark.parametrize(
    "typed",
    ["P-IRT 2063604010001-27", "206360401000127", "pirt no. 206 3604 01 0001 27", "SPP-IRT 2063604010001-27"],
)
def test_home_industry_numbers_are_read_as_they_are_printed(typed: str) -> None:
    assert written_pirt(parse_pirt(typed)) == "2063604010001-27"


@pytest.mark.parametrize("typed", ["P-IRT 20636040100", "MD 206360401000127", "2063604010001-27-12345", "satu", "-"])
def test_other_numbers_are_not_taken_for_one(typed: str) -> None:
    with pytest.raises(Invalid):
        parse_pirt(typed)


def test_halal_numbers_begin_with_the_country() -> None:
    assert parse_halal("id 3611 0000123450721") == "ID36110000123450721"
    for typed in ("36110000123450721", "ID123", "KH36110000123450721", "ID3611000012345072X"):
        with pytest.raises(Invalid):
            parse_halal(typed)


@pytest.mark.parametrize(
    ("until", "state"),
    [
        (None, PermitState.VALID),
        (date(2026, 3, 7), PermitState.VALID),
        (date(2026, 3, 6), PermitState.ENDING),
        (date(2026, 1, 5), PermitState.ENDING),
        (date(2026, 1, 4), PermitState.ENDED),
    ],
)
def test_a_certificate_is_warned_of_before_it_ends_and_holds_on_its_last_day(
    until: date | None, state: PermitState
) -> None:
    assert Permit("206360401000127", until).state_on(TODAY) is state


@pytest.mark.parametrize(
    ("category", "form", "named", "told"),
    [
        (Category.BRACKISH, Form.FRESH, [], []),
        (Category.BRACKISH, Form.PROCESSED, [], [Allergen.FISH]),
        (
            Category.SHRIMP,
            Form.PROCESSED,
            [Allergen.SOY, Allergen.EGG],
            [Allergen.CRUSTACEANS, Allergen.EGG, Allergen.SOY],
        ),
        (Category.SQUID, Form.DRIED, [Allergen.SULPHITE], [Allergen.MOLLUSCS, Allergen.SULPHITE]),
        (Category.SEAWEED, Form.PROCESSED, [], []),
    ],
)
def test_processed_goods_name_the_catch_itself(
    category: Category, form: Form, named: list[Allergen], told: list[Allergen]
) -> None:
    assert allergens_in(category, form, named) == tuple(told)


def test_grades_are_parted_by_commas_or_lines() -> None:
    assert parse_grades("isi 3, isi  5\nisi 3;, A ") == ("isi 3", "isi 5", "A")
    assert parse_grades("  ") == ()
