"""What the co-operative sells again and again: written down once, then a tap on the selling page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ovop.accounts.errors import KeyReused
from ovop.accounts.idempotency import check_key, fingerprint, once
from ovop.accounts.models import Role
from ovop.accounts.rules import Actor, require_member
from ovop.catalogue.operations import add_product, change_product
from ovop.catalogue.permits import permits_to_renew
from ovop.catalogue.queries import ProductRow, SpeciesRow, find_species, get_product, list_products
from ovop.catalogue.rules import Form, NewProduct
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.kernel.ids import new_id
from ovop.kernel.quantity import Measure, Unit
from ovop.stock.flows import show_product
from ovop.web.access import requires
from ovop.web.arriving_photos import photo_words, refusal_words
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.break_fields import read_breaks, typed_breaks
from ovop.web.cooperative.kept_photos import read_photos
from ovop.web.cooperative.product_form import choices, read_label, typed_label
from ovop.web.goods import form_name
from ovop.web.label_words import label_advice
from ovop.web.language import current_language
from ovop.web.refusals import field_errors, reason, sentence
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
    return page(
        "products.html",
        products=sorted(rows, key=lambda row: not row.is_active),
        total=total,
        permits=permits_to_renew(db.session(), cooperative_id, days.today()),
        place="stock",
    )


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
    if new.form is Form.PROCESSED:
        flash(_("%(name)s sudah terdaftar. Lengkapi labelnya, lalu jual.", name=new.name), "good")
        return redirect(url_for("cooperative.product", product_id=made))
    flash(_("%(name)s sudah terdaftar.", name=new.name), "good")
    return redirect(url_for("cooperative.sell", product=made))


@blueprint.get("/produk/<id:product_id>")
@requires(Role.COOPERATIVE)
def product(product_id: int) -> ResponseReturnValue:
    """A product's name, story, label and photo, and whether it is still sold."""
    actor, _cooperative_id = clerk()
    return _product_page(_own(product_id, actor), None, {})


@blueprint.post("/produk/<id:product_id>")
@requires(Role.COOPERATIVE)
def save_product(product_id: int) -> ResponseReturnValue:
    """The product has the new name, story, breaks and label; lots on sale keep the name they were listed under."""
    actor, _cooperative_id = clerk()
    found = _own(product_id, actor)
    reading = Reading()
    try:
        label = read_label(reading)
        breaks = read_breaks(reading, Measure(found.measure))
        reading.finish()
        is_changed = write(
            change_product,
            product_id,
            actor,
            days.now(),
            name=request.form.get("name", ""),
            description=request.form.get("description", ""),
            label=label,
            price_breaks=breaks,
        )
    except Invalid as error:
        return _product_page(found, request.form, field_errors(error), 422)
    if not is_changed:
        flash(_("Tidak ada yang berubah."))
    return redirect(url_for("cooperative.product", product_id=product_id))


@blueprint.post("/produk/<id:product_id>/foto")
@requires(Role.COOPERATIVE)
def set_product_photo(product_id: int) -> ResponseReturnValue:
    """The product has the photo that came, or none."""
    actor, _cooperative_id = clerk()
    found = _own(product_id, actor)
    if "remove" in request.form:
        show_product(product_id, None, actor, days.now())
        return redirect(url_for("cooperative.product", product_id=product_id, _anchor="photo-form"))
    reading = Reading()
    photos = read_photos(reading, actor, days.now())
    if photos.refused or not photos.kept:
        words = refusal_words(photos.refused) if photos.refused else reason("required")
        return _product_page(found, None, {"photo": words}, 422)
    show_product(product_id, photos.kept[-1], actor, days.now())
    return redirect(url_for("cooperative.product", product_id=product_id, _anchor="photo-form"))


@blueprint.post("/produk/<id:product_id>/pakai")
@requires(Role.COOPERATIVE)
def use_product(product_id: int) -> ResponseReturnValue:
    """The product is on the selling page again, or no longer."""
    actor, _cooperative_id = clerk()
    _own(product_id, actor)
    write(change_product, product_id, actor, days.now(), is_active=request.form.get("active") == "1")
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
    found: ProductRow, sent: MultiDict[str, str] | None, errors: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    """The page as the product is, or with its form as it was `sent`."""
    kept = {
        "name": found.name,
        "description": found.description,
        **typed_label(found.label),
        **typed_breaks(found.price_breaks, Measure(found.measure)),
    }
    typed = kept if sent is None else sent.to_dict()
    return page(
        "product.html",
        status,
        product=found,
        typed=typed,
        errors=errors,
        **choices(found, typed, None if sent is None else sent.getlist("allergens")),
        advice=label_advice(found),
        permits=permits_to_renew(db.session(), found.cooperative_id, days.today(), product_id=found.id),
        photo_words=photo_words(),
        place="stock",
    )
