"""A buyer's receipts."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.receipts import get_receipt
from ovop.web.access import requires, signed_in
from ovop.web.account.area import private
from ovop.web.receipts import nota_of, pdf_links, receipt_pdf
from ovop.web.shop.area import blueprint


@blueprint.get("/pesanan/<number>/nota")
@requires(Role.BUYER)
def receipt(number: str) -> ResponseReturnValue:
    """The receipt of a collected order, to be read or printed."""
    found = get_receipt(db.session(), number, signed_in(), days.now())
    links = pdf_links("shop.receipt_file", number)
    return private(render_template("shop/receipt.html", number=number, nota=nota_of(found), links=links))


@blueprint.get("/pesanan/<number>/nota.pdf")
@requires(Role.BUYER)
def receipt_file(number: str) -> Response:
    """The receipt as PDF."""
    return receipt_pdf(get_receipt(db.session(), number, signed_in(), days.now()))
