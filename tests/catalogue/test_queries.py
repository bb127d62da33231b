"""Reading species and products."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.catalogue.models import Species
from ovop.catalogue.operations import change_product
from ovop.catalogue.queries import find_species, get_product, get_species, list_products, size_advice, stars_of
from ovop.catalogue.rules import Form
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from tests.make import accounts, catalogue


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("bandeng", "MIL"),
        ("Bndeng", "MIL"),
        ("milkfish", "MIL"),
        ("chanos", "MIL"),
        ("mil", "MIL"),
        ("windu udang", "GIT"),
        ("penaeus monodon", "GIT"),
        ("barramundi", "GIP"),
        ("rumputlaut cottonii", "EMA"),
    ],
)
def test_a_species_is_found_under_every_name(app: APIFlask, q: str, code: str) -> None:
    assert code in [row.code for row in find_species(db.session(), q)]


def test_without_words_all_species_come_and_for_nonsense_none(app: APIFlask) -> None:
    assert len(find_species(db.session())) == 120
    assert find_species(db.session(), "qqqqqq") == []
    assert find_species(db.session(), "鱼") == []


def test_every_species_is_found_by_its_own_names(app: APIFlask) -> None:
    for row in db.session.execute(select(Species.code, Species.name_id, Species.scientific_name)):
        assert row.code in [found.code for found in find_species(db.session(), row.name_id)]
        assert row.code in [found.code for found in find_species(db.session(), row.scientific_name)]


def test_a_species_or_product_that_is_none_is_not_found(app: APIFlask) -> None:
    with pytest.raises(NotFound):
        get_species(db.session(), "XYZ")
    with pytest.raises(NotFound):
        get_product(db.session(), 1)
    assert get_species(db.session(), "MIL").category == "brackish"


def test_advice_says_what_is_in_force_and_what_was_last_known(app: APIFlask) -> None:
    lobster = size_advice(db.session(), "LOK")
    assert [(row.measure, row.operator, row.value) for row in lobster if row.value] == [
        ("carapace-length", ">", 6),
        ("weight", ">", 150),
    ]
    assert all(row.is_in_force and row.regulation == "Permen KP 7/2024" for row in lobster)
    crab = size_advice(db.session(), "SCD")
    assert [row.measure for row in crab] == ["weight", "berried", "gear"]
    assert not any(row.is_in_force for row in crab)
    assert {row.regulation for row in crab} == {"Permen KP 16/2022"}
    assert size_advice(db.session(), "MIL") == []


def test_products_are_listed_by_name_in_pages_and_retired_ones_on_request(app: APIFlask) -> None:
    clerk = accounts.member(cooperative := accounts.cooperative())
    names = ["Udang windu", "Bandeng", "Sate bandeng"]
    ids = {name: catalogue.product(clerk, name, "MIL") for name in names}
    write(change_product, ids["Bandeng"], clerk, days.now(), is_active=False)
    rows, total = list_products(db.session(), cooperative, per_page=1, page=2)
    assert ([row.name for row in rows], total) == (["Udang windu"], 2)
    rows, total = list_products(db.session(), cooperative, with_inactive=True)
    assert ([row.name for row in rows], total) == (["Bandeng", "Sate bandeng", "Udang windu"], 3)


def test_a_product_says_whether_it_is_its_villages_flagship(app: APIFlask) -> None:
    clerk, office = accounts.member(accounts.cooperative()), accounts.official()
    sate = catalogue.product(clerk, "Sate bandeng", "MIL", Form.PROCESSED)
    assert not get_product(db.session(), sate).is_flagship
    catalogue.flagship(office, sate)
    catalogue.stars(office, sate)
    db.session.rollback()
    assert get_product(db.session(), sate).is_flagship
    assert [(row.level, row.issuer) for row in stars_of(db.session(), [sate])] == [(3, "Kementerian Perindustrian")]
