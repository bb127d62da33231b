"""Products, flagships and stars."""

from __future__ import annotations

from datetime import date

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.catalogue.models import Flagship, Product, SizeAdvice
from ovop.catalogue.operations import add_product, change_product, give_stars, load_species, set_flagship
from ovop.catalogue.queries import flagship_history, flagships_of
from ovop.catalogue.rules import Form, NewProduct
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.kernel.quantity import Measure, Unit
from tests import databases
from tests.make import accounts, catalogue

LONTAR = "36.04.13.2007"
SHRIMP = NewProduct("  Udang   windu ", "GIT", Form.FRESH, Measure.WEIGHT, Unit.KG, " Isi 25 ")


@pytest.fixture
def clerk(app: APIFlask) -> Actor:
    return accounts.member(accounts.cooperative())


@pytest.fixture
def other(app: APIFlask) -> Actor:
    return accounts.member(accounts.cooperative("lontar", "Koperasi Lontar", LONTAR), "lontar@contoh.id")


@pytest.fixture
def office(app: APIFlask) -> Actor:
    return accounts.official()


def test_all_species_and_what_is_advised_are_loaded_once(app: APIFlask) -> None:
    assert databases.count("species") == 120
    assert write(load_species) == 0
    kept = db.session.scalars(select(SizeAdvice.rule_id).distinct()).all()
    assert set(kept) == {"R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R11", "R12", "R13"}
    in_force = db.session.scalars(select(SizeAdvice.rule_id).where(SizeAdvice.is_in_force).distinct()).all()
    assert set(in_force) == {"R01", "R02", "R03", "R04", "R05"}


def test_a_clerk_adds_a_product_to_the_own_cooperative(clerk: Actor) -> None:
    row = db.session.get_one(Product, write(add_product, SHRIMP, clerk, days.now()))
    assert (row.cooperative_id, row.name, row.description) == (clerk.cooperative_id, "Udang windu", "Isi 25")
    assert row.is_active


@pytest.mark.parametrize("role", [Role.BUYER, Role.OFFICE, Role.ADMIN])
def test_nobody_else_adds_products(app: APIFlask, role: Role) -> None:
    with pytest.raises(Forbidden):
        write(add_product, SHRIMP, Actor(1, role), days.now())
    assert databases.count("product") == 0


def test_a_species_that_is_none_is_refused(clerk: Actor) -> None:
    new = NewProduct("Naga laut", "XYZ", Form.FRESH, Measure.WEIGHT, Unit.KG)
    with pytest.raises(Invalid) as refused:
        write(add_product, new, clerk, days.now())
    assert refused.value.errors == {"species": "unknown"}


def test_a_product_is_changed_by_its_own_cooperative_alone(clerk: Actor, other: Actor) -> None:
    product = catalogue.product(clerk, "Udang windu", "GIT")
    with pytest.raises(NotFound):
        write(change_product, product, other, days.now(), name="Udang curian")
    write(change_product, product, clerk, days.now(), name=" Udang windu super ", is_active=False)
    row = db.session.get_one(Product, product)
    assert (row.name, row.is_active, row.species_code) == ("Udang windu super", False, "GIT")
    with pytest.raises(Invalid):
        write(change_product, product, clerk, days.now(), name=" ")


def test_a_new_flagship_ends_the_former(clerk: Actor, office: Actor) -> None:
    first, second = catalogue.product(clerk, "Bandeng", "MIL"), catalogue.product(clerk, "Sate bandeng", "MIL")
    catalogue.flagship(office, first, decided_on=date(2021, 3, 1))
    catalogue.flagship(office, second, decided_on=date(2023, 5, 2))
    history = flagship_history(db.session(), accounts.TENGKURAK)
    assert [(row.name, row.decided_on, row.ended_on) for row in history] == [
        ("Sate bandeng", date(2023, 5, 2), None),
        ("Bandeng", date(2021, 3, 1), date(2023, 5, 2)),
    ]


def test_naming_the_flagship_in_force_again_changes_nothing(clerk: Actor, office: Actor) -> None:
    product = catalogue.product(clerk, "Bandeng", "MIL")
    assert catalogue.flagship(office, product) == catalogue.flagship(clerk, product, decided_on=date(2025, 1, 1))
    assert databases.count("flagship") == 1


def test_a_village_stands_only_for_a_product_of_its_own(clerk: Actor, other: Actor, office: Actor) -> None:
    product = catalogue.product(clerk, "Bandeng", "MIL")
    with pytest.raises(Invalid) as refused:
        catalogue.flagship(office, product, LONTAR)
    assert refused.value.errors == {"product": "unknown"}
    with pytest.raises(NotFound):
        catalogue.flagship(other, product)
    with pytest.raises(Forbidden):
        catalogue.flagship(accounts.buyer(), product)
    assert databases.count("flagship") == 0


@pytest.mark.parametrize("decided_on", [date(2026, 1, 6), date(2020, 12, 31)])
def test_a_flagship_is_not_decided_tomorrow_nor_before_the_former(
    clerk: Actor, office: Actor, decided_on: date
) -> None:
    catalogue.flagship(office, catalogue.product(clerk, "Bandeng", "MIL"), decided_on=date(2021, 3, 1))
    with pytest.raises(Invalid) as refused:
        catalogue.flagship(office, catalogue.product(clerk, "Sate bandeng", "MIL"), decided_on=decided_on)
    assert refused.value.errors == {"decided_on": "does-not-fit"}
    assert db.session.scalars(select(Flagship).where(Flagship.ended_on.is_(None))).one().decided_on == date(2021, 3, 1)


def test_only_the_office_records_stars_and_expired_ones_no_longer_shine(clerk: Actor, office: Actor) -> None:
    product = catalogue.product(clerk, "Sate bandeng", "MIL")
    catalogue.flagship(office, product)
    with pytest.raises(Forbidden):
        catalogue.stars(clerk, product)
    with pytest.raises(NotFound):
        catalogue.stars(office, product + 1)
    catalogue.stars(office, product, 2, 2022, date(2025, 12, 31))
    catalogue.stars(office, product, 4, 2021)
    today = days.today()
    shown = flagships_of(db.session(), [accounts.TENGKURAK], today)[accounts.TENGKURAK]
    assert (shown.stars_level, shown.stars_year) == (4, 2021)
    earlier = flagships_of(db.session(), [accounts.TENGKURAK], date(2025, 12, 31))[accounts.TENGKURAK]
    assert (earlier.stars_level, earlier.stars_year) == (2, 2022)


def test_stars_keep_who_gave_them_and_under_which_number(clerk: Actor, office: Actor) -> None:
    product = catalogue.product(clerk, "Sate bandeng", "MIL")
    write(
        set_flagship,
        accounts.TENGKURAK,
        product,
        office,
        days.now(),
        decided_on=date(2024, 1, 1),
        decision_number=" 140/07 ",
    )
    write(give_stars, product, office, level=3, issuer=" Kemenperin ", year=2025, decision_number="9/2025")
    row = flagships_of(db.session(), [accounts.TENGKURAK], days.today())[accounts.TENGKURAK]
    assert (row.decision_number, row.stars_issuer, row.stars_decision) == ("140/07", "Kemenperin", "9/2025")
