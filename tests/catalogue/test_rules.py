"""What can be said about a product."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from ovop.catalogue import rules
from ovop.catalogue.operations import DATA
from ovop.catalogue.rules import GROUPS, Category, Form, Group
from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import Measure, Unit


def species() -> list[dict[str, str]]:
    with (DATA / "species.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_category_is_in_exactly_one_group() -> None:
    members = [category for group in Group for category in GROUPS[group]]
    assert sorted(members) == sorted(Category)


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("GIT", Category.SHRIMP),
        ("HQR", Category.SHRIMP),
        ("PRF", Category.SHRIMP),
        ("SCD", Category.CRAB),
        ("NUR", Category.LOBSTER),
        ("CRP", Category.LOBSTER),
        ("OJH", Category.SQUID),
        ("MSV", Category.SHELLFISH),
        ("HFC", Category.SEA_CUCUMBER),
        ("GLS", Category.SEAWEED),
        ("MIL", Category.BRACKISH),
        ("KAW", Category.PELAGIC),
    ],
)
def test_a_species_belongs_where_buyers_look_for_it(code: str, category: Category) -> None:
    row = next(row for row in species() if row["asfis_3alpha"] == code)
    assert rules.category_of(code, row["category"], int(row["isscaap_group"])) is category


def test_every_shipped_species_has_a_category_and_a_time_in_every_form() -> None:
    for row in species():
        category = rules.category_of(row["asfis_3alpha"], row["category"], int(row["isscaap_group"]))
        assert category in GROUPS[rules.group_of(category)]
        for form in Form:
            assert timedelta(days=1) <= rules.freshness(category, form) <= timedelta(days=180)


@pytest.mark.parametrize(
    ("category", "form", "days"),
    [
        (Category.PELAGIC, Form.FRESH, 2),
        (Category.DEMERSAL, Form.FRESH, 4),
        (Category.BRACKISH, Form.FRESH, 4),
        (Category.SHRIMP, Form.FRESH, 2),
        (Category.CRAB, Form.LIVE, 1),
        (Category.SHELLFISH, Form.LIVE, 2),
        (Category.BRACKISH, Form.PROCESSED, 7),
        (Category.PELAGIC, Form.DRIED, 30),
        (Category.SEAWEED, Form.DRIED, 180),
    ],
)
def test_the_market_proposes_how_long_goods_keep(category: Category, form: Form, days: int) -> None:
    assert rules.freshness(category, form) == timedelta(days=days)


@pytest.mark.parametrize(
    ("name", "measure", "unit", "description", "errors"),
    [
        ("  ", Measure.WEIGHT, Unit.KG, "", {"name": "required"}),
        ("x" * 81, Measure.WEIGHT, Unit.KG, "", {"name": "too-long"}),
        ("Sate", Measure.COUNT, Unit.KG, "", {"unit": "does-not-fit"}),
        ("Udang", Measure.WEIGHT, Unit.PIECE, "", {"unit": "does-not-fit"}),
        ("Udang", Measure.WEIGHT, Unit.KG, "x" * 2001, {"description": "too-long"}),
        ("", Measure.COUNT, Unit.KG, "", {"name": "required", "unit": "does-not-fit"}),
    ],
)
def test_a_product_that_cannot_be_is_refused_field_by_field(
    name: str, measure: Measure, unit: Unit, description: str, errors: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_product(name, measure, unit, description)
    assert refused.value.errors == errors


@pytest.mark.parametrize(
    ("level", "issuer", "year", "expires_on", "field"),
    [
        (0, "Kemenperin", 2025, None, "level"),
        (6, "Kemenperin", 2025, None, "level"),
        (3, " ", 2025, None, "issuer"),
        (3, "x" * 121, 2025, None, "issuer"),
        (3, "Kemenperin", 1999, None, "year"),
        (3, "Kemenperin", 2025, date(2024, 12, 31), "expires_on"),
    ],
)
def test_stars_that_nobody_gave_are_refused(
    level: int, issuer: str, year: int, expires_on: date | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_stars(level, issuer, year, expires_on)
    assert list(refused.value.errors) == [field]


def test_gear_codes_fit_their_column_and_have_both_names() -> None:
    for code, gear in rules.GEARS.items():
        assert len(code) <= 8
        assert gear.name_id
        assert gear.name_en
