"""What the demo consists of fits the reference data, and shows nobody's real money or picture without credit."""

from __future__ import annotations

import csv

from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.names import parse_slug
from ovop.catalogue.models import Species
from ovop.catalogue.rules import GEARS, LONGEST_DESCRIPTION, LONGEST_NAME
from ovop.db import db
from ovop.demo.pictures import CREDITS, FOLDER
from ovop.demo.qris import static_code
from ovop.demo.sample import load_sample
from ovop.demo.stage import CLERKS_OWN, WEEKS
from ovop.demo.stories import load_stories
from ovop.payment.qris import read_merchant_code
from ovop.villages.models import Village

SAMPLE = load_sample()
PRODUCTS = [product for cooperative in SAMPLE.cooperatives for product in cooperative.products]


def test_about_two_dozen_cooperatives_sell_two_to_four_products_each() -> None:
    assert len(SAMPLE.cooperatives) == 24
    assert all(2 <= len(cooperative.products) <= 4 for cooperative in SAMPLE.cooperatives)
    assert all(1 <= len(cooperative.points) <= 3 for cooperative in SAMPLE.cooperatives)
    assert len({parse_slug(cooperative.slug) for cooperative in SAMPLE.cooperatives}) == 24
    assert CLERKS_OWN in {cooperative.slug for cooperative in SAMPLE.cooperatives}
    assert len({product.name for product in PRODUCTS}) == len(PRODUCTS)


def test_every_village_told_of_has_a_cooperative_and_each_of_these_its_story() -> None:
    stories = load_stories()
    assert {story.village for story in stories} == {cooperative.village for cooperative in SAMPLE.cooperatives}
    assert len({story.village for story in stories}) == len(stories)
    assert all(story.words.title and story.words.paragraphs for story in stories)
    assert all("contoh" not in name for story in stories for name, _role, _words in story.people)


def test_villages_species_and_gear_are_those_of_the_reference_data(app: APIFlask) -> None:
    villages, species = set(db.session.scalars(select(Village.code))), set(db.session.scalars(select(Species.code)))
    for cooperative in SAMPLE.cooperatives:
        assert cooperative.village in villages
        assert {point.at for point in cooperative.points} <= villages
        assert {point.week for point in cooperative.points} <= WEEKS.keys()
    assert {product.species for product in PRODUCTS} <= species
    assert {product.gear for product in PRODUCTS if product.gear} <= GEARS.keys()


def test_texts_have_room_where_they_are_kept() -> None:
    for product in PRODUCTS:
        assert len(product.name) <= LONGEST_NAME
        assert 20 < len(product.description) <= LONGEST_DESCRIPTION


def test_no_village_has_two_flagships_of_one_day() -> None:
    decided = [
        (cooperative.village, product.flagship.months_ago)
        for cooperative in SAMPLE.cooperatives
        for product in cooperative.products
        if product.flagship
    ]
    assert len(set(decided)) == len(decided)


def test_merchant_codes_are_well_formed_and_pay_nobody() -> None:
    codes = [static_code(cooperative.name, number) for number, cooperative in enumerate(SAMPLE.cooperatives, start=1)]
    assert len(set(codes)) == len(codes)
    for payload, cooperative in zip(codes, SAMPLE.cooperatives, strict=True):
        code = read_merchant_code(payload)
        assert cooperative.name.upper().startswith(code.merchant_name)
        assert "COM.CONTOH.WWW" in payload


def test_every_picture_has_its_credit_and_every_credit_its_picture() -> None:
    with CREDITS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shipped = {path.name for path in FOLDER.iterdir() if path.suffix != ".csv"}
    assert {row["file"] for row in rows} == shipped
    for row in rows:
        assert row["author"]
        assert row["licence"] in {"Public domain", "CC0", "CC BY 4.0", "CC BY-SA 3.0", "CC BY-SA 4.0"}
        assert row["licence_url"].startswith("https://creativecommons.org/")
        assert row["source"]
        assert row["subject_id"]
    assert {product.picture for product in PRODUCTS if product.picture} == {name.rpartition(".")[0] for name in shipped}
