"""Looking for products by words."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from ovop.catalogue.operations import change_product
from ovop.catalogue.rules import Form
from ovop.db import db, write
from ovop.discovery.index import index_missing
from ovop.discovery.queries import find_catches
from ovop.discovery.rules import CatchFilter
from ovop.discovery.search import DOCUMENT, understood, vocabulary
from ovop.kernel import days
from tests.make import catalogue, market

LONTAR = "36.04.13.2007"
once = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


@pytest.fixture
def tengkurak(app: APIFlask) -> market.Shop:
    """Sells milkfish, shrimp and milkfish satay; Lontar beside it sells snapper and dried seaweed."""
    seller = market.shop()
    for name, species, form in (
        ("Bandeng", "MIL", Form.FRESH),
        ("Udang windu", "GIT", Form.FRESH),
        ("Sate bandeng", "MIL", Form.PROCESSED),
    ):
        market.catch(seller, product=catalogue.product(seller.clerk, name, species, form))
    other = market.shop("lontar", LONTAR)
    for name, species, form in (("Kakap merah", "SNA", Form.FRESH), ("Rumput laut kering", "EMA", Form.DRIED)):
        market.catch(other, product=catalogue.product(other.clerk, name, species, form))
    return seller


def names(q: str) -> list[str]:
    db.session.rollback()
    return sorted(card.name for card in find_catches(db.session(), CatchFilter(q=q), days.now()).items)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("bandeng", ["Bandeng", "Sate bandeng"]),
        ("BÁNDENG", ["Bandeng", "Sate bandeng"]),
        ("bandeng sate", ["Sate bandeng"]),
        ("band", ["Bandeng", "Sate bandeng"]),
        ("bndeng", ["Bandeng", "Sate bandeng"]),
        ("bandneg", ["Bandeng", "Sate bandeng"]),
        ("milkfish", ["Bandeng", "Sate bandeng"]),
        ("Chanos chanos", ["Bandeng", "Sate bandeng"]),
        ("udang tengkurak", ["Udang windu"]),
        ("monodon", ["Udang windu"]),
        ("prawn", ["Udang windu"]),
        ("lontar", ["Kakap merah", "Rumput laut kering"]),
        ("desa lontar", ["Kakap merah", "Rumput laut kering"]),
        ("koperasi lontar kakap", ["Kakap merah"]),
        ("ikan segar dari tirtayasa", ["Bandeng", "Kakap merah"]),
        ("rumputlaut", ["Rumput laut kering"]),
        ("rumput laut", ["Rumput laut kering"]),
        ("kering", ["Rumput laut kering"]),
        ("olahan", ["Sate bandeng"]),
        ("seaweed", ["Rumput laut kering"]),
        ("bandeng lontar", []),
        ("zzzzzz", []),
        ("鱼", []),
        ("%", []),
        ('"bandeng" OR 1', []),
        ("bandeng*", ["Bandeng", "Sate bandeng"]),
        ("-bandeng", ["Bandeng", "Sate bandeng"]),
        ("bandeng:*&!(x)", ["Bandeng", "Sate bandeng"]),
    ],
)
def test_what_is_looked_for_is_found(tengkurak: market.Shop, q: str, found: list[str]) -> None:
    assert names(q) == found


@once
@given(st.text(max_size=200))
def test_no_words_break_the_search(tengkurak: market.Shop, q: str) -> None:
    page = find_catches(db.session(), CatchFilter(q=q.replace("\x00", "")), days.now())
    assert 0 <= page.total <= 5


@once
@given(st.data())
def test_one_slip_in_a_long_word_still_finds_it(tengkurak: market.Shop, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(["bandeng", "tengkurak", "tirtayasa", "rumput", "monodon"]))
    place = data.draw(st.integers(1, len(word) - 2))
    slip = data.draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + word[place] + word[place:],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            ]
        )
    )
    assert set(names(word)) <= set(names(slip))


def test_a_slip_is_said_to_be_taken_for_what_was_meant(tengkurak: market.Shop) -> None:
    words = vocabulary(db.session())
    assert understood("udang bndeng", words) == "udang bandeng"
    assert understood("udang band", words) is None


def test_a_product_is_found_under_its_new_name_at_once(tengkurak: market.Shop) -> None:
    product = catalogue.product(tengkurak.clerk, "Kepiting soka", "MUD")
    market.catch(tengkurak, product=product)
    assert names("soka") == ["Kepiting soka"]
    write(change_product, product, tengkurak.clerk, days.now(), name="Kepiting lunak")
    assert names("soka") == []
    assert names("lunak") == ["Kepiting soka"]  # the lot keeps the name that it was listed under


def test_a_rolled_back_product_leaves_no_words(tengkurak: market.Shop) -> None:
    def fail(session: object) -> None:
        from ovop.catalogue.operations import add_product
        from ovop.catalogue.rules import NewProduct
        from ovop.kernel.quantity import Measure, Unit

        new = NewProduct("Gurita raksasa", "OCZ", Form.FRESH, Measure.WEIGHT, Unit.KG)
        add_product(session, new, tengkurak.clerk, days.now())  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(fail)
    db.session.rollback()
    assert "raksasa" not in vocabulary(db.session())


def test_words_that_were_lost_are_made_anew(tengkurak: market.Shop) -> None:
    write(lambda session: session.execute(delete(DOCUMENT)))
    assert names("bandeng") == []
    assert write(index_missing) == 7
    assert names("bandeng") == ["Bandeng", "Sate bandeng"]
    assert write(index_missing) == 0
