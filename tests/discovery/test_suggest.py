"""What somebody may be about to type."""

from __future__ import annotations

import csv

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.catalogue.operations import DATA
from ovop.catalogue.rules import Form
from ovop.db import db
from ovop.db.stamp import change_stamp
from ovop.discovery.suggest import MOST, MOST_OF_A_KIND, Suggestion, suggester
from tests.make import accounts, catalogue, market


@pytest.fixture
def tengkurak(app: APIFlask) -> market.Shop:
    """Sells shrimp, Indian mackerel, milkfish and milkfish satay."""
    seller = market.shop()
    catalogue.product(seller.clerk, "Kembung lelaki", "RAG")
    catalogue.product(seller.clerk, "Bandeng", "MIL")
    catalogue.product(seller.clerk, "Sate bandeng", "MIL", Form.PROCESSED)
    return seller


def suggested(text: str) -> list[Suggestion]:
    db.session.rollback()
    return suggester(db.session(), change_stamp(db.session()).slow).find(text)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("kem", "RAG"),
        ("kembung", "RAG"),
        ("banyar", "RAG"),
        ("banyara", "RAG"),
        ("indian mack", "RAG"),
        ("rastrelliger", "RAG"),
        ("kembugn", "RAG"),
        ("bandeng", "MIL"),
        ("milkfish", "MIL"),
        ("Chanos chanos", "MIL"),
        ("bolu", "MIL"),
        ("bndeng", "MIL"),
        ("sate", "Sate bandeng"),
        ("tengk", accounts.TENGKURAK),
        ("desa tengkurak", accounts.TENGKURAK),
        ("tiger pr", "GIT"),
        ("haruan", "FSS"),
        ("siakap", "GIP"),
        ("rumputlaut", "EMA"),
    ],
)
def test_the_likeliest_is_suggested_first(tengkurak: market.Shop, typed: str, key: str) -> None:
    keys = [found.key for found in suggested(typed)]
    assert key in keys
    assert keys[0] == key or typed in ("rumputlaut", "tiger pr")


def test_the_other_name_that_was_typed_is_said(tengkurak: market.Shop) -> None:
    assert suggested("banyara")[0].aside == "banyara"
    assert suggested("kembung")[0].aside == ""
    assert suggested("milkfish")[0].aside == ""  # the page may be in English


def test_what_is_sold_comes_before_what_is_not(tengkurak: market.Shop) -> None:
    found = suggested("kembung")
    assert [(one.key, one.is_sold) for one in found] == [("RAG", True), ("RAB", False)]


def test_no_kind_crowds_out_the_others(tengkurak: market.Shop) -> None:
    for number in range(20):
        catalogue.product(tengkurak.clerk, f"Bandeng presto {number}", "MIL", Form.PROCESSED)
    found = suggested("b")
    assert len(found) <= MOST
    assert all(sum(one.kind == kind for one in found) <= MOST_OF_A_KIND for kind in {one.kind for one in found})


@pytest.mark.parametrize("typed", ["", " ", "%", "鱼", "x" * 500, "\0"])
def test_nothing_is_suggested_for_nothing(tengkurak: market.Shop, typed: str) -> None:
    assert suggested(typed) == []


def test_every_further_name_has_a_source_and_a_species() -> None:
    def read(name: str) -> list[dict[str, str]]:
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    codes = {row["asfis_3alpha"] for row in read("species.csv")}
    names = read("names.csv")
    assert all(row["asfis_3alpha"] in codes and row["name"] and row["where"] for row in names)
    assert all(row["source"].startswith("http") for row in names)
    assert len({(row["asfis_3alpha"], row["name"]) for row in names}) == len(names)


def test_the_page_asks_for_suggestions_in_its_language(tengkurak: market.Shop, client: FlaskClient) -> None:
    answer = client.get("/saran?q=banyara")
    first, second = answer.get_json()["items"]
    assert first == {"words": "Kembung lelaki", "note": "banyara", "url": "/?species=RAG"}
    assert second == {"words": "Kembung perempuan", "note": "belum ada yang menjual", "url": "/?species=RAB"}
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    again = client.get("/saran?q=banyara", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    [english] = client.get("/en/saran?q=milkfish").get_json()["items"][:1]
    assert english["words"] == "Milkfish (Bandeng)"
    assert english["url"] == "/en/?species=MIL"
    [village] = client.get("/saran?q=tengkurak").get_json()["items"]
    assert village == {"words": "Desa Tengkurak", "note": "Kecamatan Tirtayasa", "url": f"/desa/{accounts.TENGKURAK}"}
    assert client.get("/saran").get_json() == {"items": []}
    assert "Set-Cookie" not in answer.headers
