"""Receipts as the office sees them: without whoever bought."""

from __future__ import annotations

from flask import Response

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.receipts import get_receipt
from ovop.web.access import requires, signed_in
from ovop.web.office.area import blueprint, page
from ovop.web.receipts import nota_of, pdf_links, receipt_pdf


@blueprint.get("/penjualan/pesanan/<number>/nota")
@requires(Role.OFFICE)
def receipt(number: str) -> Response:
    """The receipt of a collected order, to be read or printed."""
    found = get_receipt(db.session(), number, signed_in(), days.now())
    links = pdf_links("office.receipt_file", number)
    return page("receipt.html", place="sales", number=number, nota=nota_of(found), links=links)


@blueprint.get("/penjualan/pesanan/<number>/nota.pdf")
@requires(Role.OFFICE)
def receipt_file(number: str) -> Response:
    """The receipt as PDF."""
    return receipt_pdf(get_receipt(db.session(), number, signed_in(), days.now()))
