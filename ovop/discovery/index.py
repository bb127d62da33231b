"""Keeping the words that products are found by up to date, in the transaction of each change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, delete, insert, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.events import ProductChanged
from ovop.catalogue.models import Product, Species
from ovop.catalogue.rules import Category, Form, group_of
from ovop.discovery.search import DOCUMENT
from ovop.kernel.words import fold
from ovop.villages.models import District, Village

#: What people call groups and forms, in both languages.
_GROUP_WORDS = {
    "fish": "ikan fish",
    "shrimp": "udang shrimp prawn",
    "crab": "kepiting crab lobster",
    "squid": "cumi gurita squid octopus",
    "shellfish": "kerang shellfish clam mussel",
    "seaweed": "rumput laut rumputlaut seaweed",
    "other": "hasil laut",
}
_FORM_WORDS = {
    Form.FRESH: "segar fresh",
    Form.FROZEN: "beku frozen",
    Form.DRIED: "kering dried",
    Form.SALTED: "asin salted",
    Form.SMOKED: "asap smoked",
    Form.PROCESSED: "olahan processed",
    Form.LIVE: "hidup live",
}


def index_product(session: Session, event: ProductChanged) -> None:
    """The product is found by what it is called now; follows `ProductChanged`."""
    _write(session, _products().where(Product.id == event.product_id))


def index_missing(session: Session) -> int:
    """Every product is found; answers how many had no words yet (after a restore, or an older release)."""
    return _write(session, _products().where(Product.id.not_in(select(DOCUMENT.c.product_id))))


def index_anew(session: Session) -> int:
    """Every product is found by what it is called now; answers how many there are (after species got other names)."""
    return _write(session, _products())


def _products() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Product.id,
            Product.name,
            Product.form,
            Species.name_id,
            Species.name_en,
            Species.scientific_name,
            Species.other_names,
            Species.category,
            Village.name.label("village"),
            District.name.label("district"),
            Cooperative.name.label("cooperative"),
        )
        .join(Species, Species.code == Product.species_code)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .join(Village, Village.code == Cooperative.village_code)
        .join(District, District.code == Village.district_code)
    )


def _write(session: Session, products: Select[*tuple[Any, ...]]) -> int:
    documents = [{"product_id": row.id, "words": _words(row)} for row in session.execute(products)]
    if documents:
        session.execute(delete(DOCUMENT).where(DOCUMENT.c.product_id.in_([row["product_id"] for row in documents])))
        session.execute(insert(DOCUMENT), documents)
    return len(documents)


def _words(row: Row[*tuple[Any, ...]]) -> str:
    """The folded words of a product, each once; names of two words also joined, as many write them."""
    names = [row.name, row.name_id, row.name_en, row.scientific_name, *row.other_names.split(";")]
    places = [row.village, row.district]
    folded = [fold(name) for name in (*names, *places, row.cooperative)]
    joined = [name.replace(" ", "") for name in map(fold, (row.name, row.name_id, *places)) if " " in name]
    said = f"{_GROUP_WORDS[group_of(Category(row.category))]} {_FORM_WORDS[Form(row.form)]} desa kecamatan koperasi"
    return " ".join(dict.fromkeys(" ".join([*folded, *joined, said]).split()))
