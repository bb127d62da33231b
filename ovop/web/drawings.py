"""Which drawing stands in where a product has no photograph."""

from __future__ import annotations

from flask import Flask

from ovop.catalogue.rules import Category, Form

#: Words in a product's or species' name that say more than its category; the first that fits decides.
_BY_WORD = (
    (("sate",), "satay"),
    (("kerupuk", "keripik", "krupuk", "rempeyek"), "crackers"),
    (("terasi", "petis", "kecap"), "paste"),
    (("bakso", "otak-otak", "pempek", "nugget", "abon", "dodol"), "processed"),
    (("presto", "asap", "pindang", "bakar", "pepes"), "smoked"),
    (("fillet", "filet", "kupas"), "fillet"),
    (("gurita",), "octopus"),
    (("teri", "rebon", "japuh"), "anchovy"),
    (("pari",), "ray"),
    (("lele", "patin", "sembilang", "manyung", "baung", "belut", "sidat"), "catfish"),
    (("bandeng", "belanak"), "milkfish"),
)

_BY_FORM = {Form.DRIED: "dried", Form.SALTED: "dried", Form.SMOKED: "smoked", Form.PROCESSED: "processed"}

_BY_CATEGORY = {
    Category.PELAGIC: "pelagic",
    Category.DEMERSAL: "demersal",
    Category.BRACKISH: "milkfish",
    Category.FRESHWATER: "freshwater",
    Category.SHRIMP: "shrimp",
    Category.CRAB: "crab",
    Category.LOBSTER: "lobster",
    Category.SQUID: "squid",
    Category.SHELLFISH: "shell",
    Category.SEA_CUCUMBER: "sea-cucumber",
    Category.SEAWEED: "seaweed",
}

#: Dried or fresh, these are known by what they are, not by how they hang.
_ALWAYS_BY_CATEGORY = (Category.SEAWEED, Category.SEA_CUCUMBER)

NAMES = sorted({*_BY_FORM.values(), *_BY_CATEGORY.values(), *(name for _words, name in _BY_WORD)})


def drawing_of(category: str, form: str, *names: str) -> str:
    """Name of the drawing under ``static/drawings`` for a product.

    names: the product's and its species', in Indonesian.
    """
    words = {word for name in names for word in name.lower().split()}
    for marks, drawing in _BY_WORD:
        if words.intersection(marks):
            return drawing
    if category not in _ALWAYS_BY_CATEGORY and form in _BY_FORM:
        return _BY_FORM[Form(form)]
    return _BY_CATEGORY[Category(category)]


def register(app: Flask) -> None:
    """Templates have ``drawing_of``."""
    app.jinja_env.globals["drawing_of"] = drawing_of
