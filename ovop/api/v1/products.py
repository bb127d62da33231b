"""Products of the caller's co-operative."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import cooperative_of
from ovop.api.v1.access import bearer, caller
from ovop.api.v1.area import blueprint
from ovop.api.v1.repeats import answer_once
from ovop.api.v1.schemas.pages import PageQuery
from ovop.api.v1.schemas.products import Product, ProductBody, ProductPage, product_of
from ovop.catalogue.operations import add_product
from ovop.catalogue.queries import get_product
from ovop.catalogue.queries import list_products as products_of
from ovop.db import db
from ovop.kernel import days
from ovop.programme.operations import name_or_propose
from ovop.programme.rules import LONGEST_REASONS


@blueprint.get("/products")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(ProductPage)
def list_products(query: PageQuery) -> ProductPage:
    """The caller's products, by name."""
    rows, total = products_of(db.session(), cooperative_of(caller()), page=query.page, per_page=query.per_page)
    return ProductPage(items=[product_of(row) for row in rows], total=total, page=query.page, per_page=query.per_page)


@blueprint.post("/products")
@blueprint.auth_required(bearer, roles=[Role.COOPERATIVE])
@blueprint.input(ProductBody, arg_name="body")
@blueprint.output(Product, 201)
@blueprint.doc(responses={409: "The flagship cannot change to this product, or one is proposed already."})
def add(body: ProductBody) -> Response:
    """Sell a further product.  Where the office has decided for another flagship, `flagship` proposes this one."""
    actor, now = caller(), days.now()

    def change(session: Session) -> Product:
        product = add_product(session, body.as_new(), actor, now, body.as_label(), body.as_breaks())
        if body.flagship:
            name_or_propose(session, product, (body.description or body.name)[:LONGEST_REASONS], actor, now)
        return product_of(get_product(session, product))

    return answer_once(body, change, status=201)
