"""Receipts of the co-operative's collected orders, to be printed for whoever asks."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db
from ovop.kernel import days
from ovop.ordering.receipts import get_receipt
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.receipts import nota_of, pdf_links, receipt_pdf


@blueprint.get("/pesanan/<number>/nota")
@requires(Role.COOPERATIVE)
def receipt(number: str) -> ResponseReturnValue:
    """The receipt of a collected order, to be read or printed."""
    actor, _cooperative_id = clerk()
    found = get_receipt(db.session(), number, actor, days.now())
    links = pdf_links("cooperative.receipt_file", number)
    return page("receipt.html", number=number, nota=nota_of(found), links=links, place="today")


@blueprint.get("/pesanan/<number>/nota.pdf")
@requires(Role.COOPERATIVE)
def receipt_file(number: str) -> Response:
    """The receipt as PDF."""
    actor, _cooperative_id = clerk()
    return receipt_pdf(get_receipt(db.session(), number, actor, days.now()))
