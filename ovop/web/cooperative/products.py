"""What the co-operative sells again and again: written down once, then a tap on the selling page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.errors import KeyReused
from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_member
from ovop.catalogue.operations import add_product, change_product
from ovop.catalogue.queries import ProductRow, SpeciesRow, find_species, get_product, list_products
from ovop.catalogue.rules import Form, NewProduct
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.ids import new_id
from ovop.kernel.quantity import Measure, Unit
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.goods import form_name
from ovop.web.language import current_language
from ovop.web.refusals import field_errors, sentence
from ovop.web.typed import Reading

#: Species shown to choose from: more is no choice but a list to scroll.
_MOST_SPECIES = 12
_MEASURES = {Unit.KG: Measure.WEIGHT, Unit.PIECE: Measure.COUNT, Unit.PACK: Measure.COUNT}
_FIELDS = ("species", "name", "form", "unit", "description")


@blueprint.get("/produk")
@requires(Role.COOPERATIVE)
def products() -> ResponseReturnValue:
    """The co-operative's products, those no longer sold at the end."""
    _actor, cooperative_id = clerk()
    rows, total = list_products(db.session(), cooperative_id, with_inactive=True)
    return page("products.html", products=sorted(rows, key=lambda row: not row.is_active), total=total, place="stock")


@blueprint.get("/produk/baru")
@requires(Role.COOPERATIVE)
def new_product() -> ResponseReturnValue:
    """The form for a further product."""
    return _new_page({}, {})


@blueprint.post("/produk/baru")
@requires(Role.COOPERATIVE)
def save_new_product() -> ResponseReturnValue:
    """The product is there and chosen on the selling page, or the form comes back; a search fills in species only."""
    actor, _cooperative_id = clerk()
    now = days.now()
    typed = request.form.to_dict()
    if "find" in typed:
        return _new_page({**typed, "species": ""}, {})
    try:
        new = _read()
        asked = fingerprint("add-product", [typed.get(name, "") for name in _FIELDS])
        key = check_key(typed.get("key", ""))
        made, _is_replay = write(once, actor.id, key, asked, now, lambda session: add_product(session, new, actor, now))
    except Invalid as error:
        return _new_page(typed, field_errors(error), 422)
    except KeyReused as error:
        return _new_page(typed, {"request": sentence(error)}, error.status)
    flash(_("%(name)s sudah terdaftar.", name=new.name), "good")
    return redirect(url_for("cooperative.sell", product=made))


@blueprint.get("/produk/<id:product_id>")
@requires(Role.COOPERATIVE)
def product(product_id: int) -> ResponseReturnValue:
    """A product's name and description, and whether it is still sold."""
    actor, _cooperative_id = clerk()
    found = _own(product_id, actor)
    return _product_page(found, {"name": found.name, "description": found.description}, {})


@blueprint.post("/produk/<id:product_id>")
@requires(Role.COOPERATIVE)
def save_product(product_id: int) -> ResponseReturnValue:
    """The product has the new name and description; lots on sale keep the name they were listed under."""
    actor, _cooperative_id = clerk()
    found = _own(product_id, actor)
    name, description = request.form.get("name", ""), request.form.get("description", "")
    try:
        write(change_product, product_id, actor, name=name, description=description)
    except Invalid as error:
        return _product_page(found, request.form, field_errors(error), 422)
    flash(_("Tersimpan."), "good")
    return redirect(url_for("cooperative.products"))


@blueprint.post("/produk/<id:product_id>/pakai")
@requires(Role.COOPERATIVE)
def use_product(product_id: int) -> ResponseReturnValue:
    """The product is on the selling page again, or no longer."""
    actor, _cooperative_id = clerk()
    found = _own(product_id, actor)
    is_active = request.form.get("active") == "1"
    write(change_product, product_id, actor, is_active=is_active)
    words = _("%(name)s bisa dijual lagi.") if is_active else _("%(name)s tidak muncul lagi di halaman Jual.")
    flash(words % {"name": found.name}, "good")
    return redirect(url_for("cooperative.products"))


def _own(product_id: int, actor: Actor) -> ProductRow:
    """A product of the actor's co-operative.  Raises: NotFound."""
    found = get_product(db.session(), product_id)
    require_member(actor, found.cooperative_id)
    return found


def _read() -> NewProduct:
    """The product that the form describes.  Raises: Invalid with all that is wrong."""
    reading = Reading()
    form = next((form for form in Form if form == reading.text("form")), None)
    unit = next((unit for unit in Unit if unit == reading.text("unit")), None)
    species = _species(reading)
    name = reading.text("name") or (_name_of(species) if species else "")
    for field, value in (("form", form), ("unit", unit)):
        if value is None:
            reading.refuse(field, "required")
    reading.finish()
    assert form is not None and unit is not None and species is not None  # noqa: PT018 - each was asked for above
    return NewProduct(name, species.code, form, _MEASURES[unit], unit, reading.text("description"))


def _species(reading: Reading) -> SpeciesRow | None:
    """The species that was tapped, else the only one that the words can mean."""
    chosen, words = reading.text("species"), reading.text("species_words")
    found = find_species(db.session(), chosen or words) if chosen or words else []
    if chosen:
        found = [row for row in found if row.code == chosen]
    if len(found) == 1:
        return found[0]
    reading.refuse("species", "unknown" if chosen or (words and not found) else "required")
    return None


def _name_of(species: SpeciesRow) -> str:
    return species.name_id if current_language() == "id" else species.name_en


def _new_page(typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    words = typed.get("species_words", "").strip()
    found = find_species(db.session(), words) if words else []
    return page(
        "new_product.html",
        status,
        typed=typed,
        errors=errors,
        every_species=find_species(db.session()),
        found=found[:_MOST_SPECIES],
        found_more=max(0, len(found) - _MOST_SPECIES),
        searched=words,
        forms=[(form.value, form_name(form)) for form in Form],
        key=new_id(days.now()),
        place="sell",
    )


def _product_page(
    found: ProductRow, typed: Mapping[str, str], errors: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    return page("product.html", status, product=found, typed=typed, errors=errors, place="stock")
