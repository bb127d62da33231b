"""A product's label in words: how it keeps, what is in it, who allowed it; an ended certificate is not shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup

from ovop.catalogue.labels import (
    Allergen,
    Label,
    Permit,
    PermitState,
    Storage,
    allergens_in,
    needs_halal,
    pirt_is_for,
    written_pirt,
)
from ovop.catalogue.permits import PermitKind, PermitToRenew
from ovop.catalogue.queries import ProductRow
from ovop.catalogue.rules import Category, Form
from ovop.kernel.days import day_of
from ovop.kernel.quantity import Measure
from ovop.web.formats import NBSP, quantity
from ovop.web.times import dated

_STORAGES: dict[Storage, Callable[[], str]] = {
    Storage.AMBIENT: lambda: _("Suhu ruang, kering dan teduh"),
    Storage.CHILLED: lambda: _("Kulkas"),
    Storage.FROZEN: lambda: _("Freezer"),
}
_ALLERGENS: dict[Allergen, Callable[[], str]] = {
    Allergen.FISH: lambda: _("ikan"),
    Allergen.CRUSTACEANS: lambda: _("udang-udangan (krustasea)"),
    Allergen.MOLLUSCS: lambda: _("kerang dan cumi (moluska)"),
    Allergen.EGG: lambda: _("telur"),
    Allergen.MILK: lambda: _("susu"),
    Allergen.SOY: lambda: _("kedelai"),
    Allergen.PEANUT: lambda: _("kacang tanah"),
    Allergen.NUTS: lambda: _("kacang pohon"),
    Allergen.GLUTEN: lambda: _("gluten"),
    Allergen.SULPHITE: lambda: _("sulfit"),
}


def storage_name(storage: Storage) -> str:
    """``Kulkas``."""
    return _STORAGES[storage]()


def allergen_name(allergen: Allergen) -> str:
    """``kedelai``."""
    return _ALLERGENS[allergen]()


def label_facts(label: Label, category: str, form: str, at: datetime) -> list[tuple[str, str | Markup]]:
    """What a buyer is told of a product at that time, as pairs of a term and its words."""
    facts: list[tuple[str, str | Markup]] = []
    if label.net_grams:
        facts.append((_("Isi bersih"), quantity(label.net_grams, Measure.WEIGHT)))
    if label.storage:
        facts.append((_("Simpan di"), _kept(label.storage, label.keep_at)))
    if label.ingredients:
        facts.append((_("Bahan"), label.ingredients))
    if allergens := allergens_in(Category(category), Form(form), label.allergens):
        names = ", ".join(map(allergen_name, allergens))
        facts.append((_("Mengandung alergen"), Markup("<b>{}</b>").format(names)))
    today = day_of(at)
    if _holds(label.pirt, today):
        facts.append((_("P-IRT"), written_pirt(label.pirt.number)))  # type: ignore[union-attr]
    if _holds(label.halal, today):
        facts.append((_("Sertifikat halal"), label.halal.number))  # type: ignore[union-attr]
    return facts


def permit_name(kind: PermitKind) -> str:
    """``P-IRT``."""
    return _("P-IRT") if kind is PermitKind.PIRT else _("Sertifikat halal")


def permit_words(permit: PermitToRenew) -> str:
    """What has to be done about a certificate."""
    words = (
        _("%(permit)s %(product)s sudah habis %(day)s, jadi tidak ditampilkan ke pembeli.")
        if permit.state is PermitState.ENDED
        else _("%(permit)s %(product)s habis %(day)s. Perpanjang dari sekarang.")
    )
    return words % {"permit": permit_name(permit.kind), "product": permit.product, "day": dated(permit.until)}


def label_advice(product: ProductRow) -> list[str]:
    """What a label of such a product usually needs and this one lacks."""
    label, form = product.label, Form(product.form)
    found = []
    if label.pirt and not pirt_is_for(label.storage):
        found.append(_("P-IRT bukan untuk pangan yang harus dingin atau beku. Tanyakan izin MD ke BPOM."))
    if needs_halal(form) and label.halal is None:
        found.append(_("Olahan wajib bersertifikat halal, juga dari usaha kecil. Catat nomornya di sini."))
    if needs_halal(form) and not label.ingredients:
        found.append(_("Tulis bahannya: pembeli yang alergi perlu tahu."))
    return found


def _kept(storage: Storage, keep_at: int | None) -> str:
    words = storage_name(storage)
    if keep_at is None:
        return words
    degrees = f"{str(keep_at).replace('-', '−')}{NBSP}°C"
    return _("%(place)s, paling hangat %(degrees)s", place=words, degrees=degrees)


def _holds(permit: Permit | None, today: date) -> bool:
    return permit is not None and permit.state_on(today) is not PermitState.ENDED


def register(app: Flask) -> None:
    """Templates have `label_facts`, and `permit_words` as a filter."""
    app.jinja_env.filters["permit_words"] = permit_words
    app.jinja_env.globals["label_facts"] = label_facts
