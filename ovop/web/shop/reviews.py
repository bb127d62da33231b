"""Rating what was collected, and what buyers think of a product."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.ordering.queries import get_order
from ovop.reviews.errors import RatingOver
from ovop.reviews.operations import rate_order
from ovop.reviews.queries import get_product, list_public, own_reviews
from ovop.reviews.rows import OwnReview
from ovop.reviews.rules import LONGEST_TEXT, Given, read_given
from ovop.web.access import requires, signed_in
from ovop.web.account.area import private
from ovop.web.addresses import read_id
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, sentence
from ovop.web.shop.area import blueprint
from ovop.web.shop.kept_pages import kept_page

PER_PAGE = 20


@blueprint.get("/pesanan/<number>/nilai")
@requires(Role.BUYER)
def rate(number: str) -> ResponseReturnValue:
    """What came with the order, each to be rated, or as it was rated."""
    return _page(number, {}, {})


@blueprint.post("/pesanan/<number>/nilai")
@requires(Role.BUYER)
def rate_now(number: str) -> ResponseReturnValue:
    """The ratings that were filled in stand; sent again, nothing changes."""
    actor, form = signed_in(), request.form
    given, errors = _read(own_reviews(db.session(), number, actor, days.now()), form)
    if not given and not errors:
        errors["form"] = _("Pilih dulu satu nilai.")
    if errors:
        return _page(number, form, errors, 422)
    try:
        write(rate_order, number, given, actor, days.now())
    except RatingOver as error:
        return _page(number, form, {"form": sentence(error)}, error.status)
    flash(_("Terima kasih, penilaianmu sudah masuk."), "good")
    return redirect(url_for("shop.order", number=number))


@blueprint.get("/produk/<id:product_id>/penilaian")
def product_reviews(product_id: int) -> Response:
    """What buyers think of the product: the mean of their ratings, and their words, newest first."""
    return kept_page("shop/product_reviews.html", lambda _stamp: _facts(product_id, request.args.get("before")))


def _facts(product_id: int, before: str | None) -> dict[str, Hashable]:
    session = db.session()
    product = get_product(session, product_id)
    found = list_public(session, product_id, before=read_id(before), limit=PER_PAGE + 1) if product.rating else []
    return {
        "product": product,
        "reviews": tuple(found[:PER_PAGE]),
        "following": found[PER_PAGE - 1].id if len(found) > PER_PAGE else None,
    }


def _read(products: Sequence[OwnReview], form: Mapping[str, str]) -> tuple[dict[int, Given], dict[str, str]]:
    """What was filled in for each product, and what is wrong with it, by field."""
    given, errors = dict[int, Given](), dict[str, str]()
    for one in products:
        product_id = one.product_id
        try:
            found = read_given(form.get(f"rating_{product_id}", ""), form.get(f"text_{product_id}", ""), product_id)
        except Invalid as error:
            errors |= field_errors(error)
        else:
            if found is not None:
                given[product_id] = found
    return given, errors


def _page(number: str, typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    session, actor, now = db.session(), signed_in(), days.now()
    order = get_order(session, number, actor, now)
    reviews = own_reviews(session, number, actor, now)
    if not reviews:
        raise NotFound()
    page = render_template(
        "shop/rate.html", order=order, reviews=reviews, typed=typed, errors=errors, longest=LONGEST_TEXT
    )
    return private(page, status)
