"""The orders that a figure counts: in pages, and one by one.  Nothing of who bought."""

from __future__ import annotations

from flask import Response, request

from ovop.accounts.models import Role
from ovop.complaints.queries import find_complaint
from ovop.db import reading
from ovop.kernel import days
from ovop.sales.naming import names_of
from ovop.sales.queries import sales_rows
from ovop.sales.sold import get_sold, list_sold
from ovop.web.access import requires, signed_in
from ovop.web.office.area import asked, blueprint, page
from ovop.web.office.filters import goods_chosen
from ovop.web.office.words import account_word, journal_word, method_word
from ovop.web.scale_words import used_words


@blueprint.get("/penjualan/pesanan")
@requires(Role.OFFICE)
def sold_orders() -> Response:
    """The orders that a figure counts, newest first, and what they come to."""
    wanted, session = asked(), reading()
    after = request.args.get("after")
    names = names_of(session, wanted.scope)
    places = [key.name for key in (names.cooperative, names.village, names.district) if key]
    return page(
        "orders.html",
        place="sales",
        asked=wanted,
        heading=wanted.heading,
        place_words=", ".join([*places, *(words for words, _parameter in goods_chosen(wanted, names))]),
        total=sales_rows(session, wanted.span.first, wanted.span.last, (), wanted.scope).total,
        found=list_sold(session, wanted.span, wanted.scope, after=after),
        is_first=after is None,
        method_word=method_word,
    )


@blueprint.get("/penjualan/pesanan/<number>")
@requires(Role.OFFICE)
def sold_order(number: str) -> Response:
    """One collected order with its lines, its steps and what the ledger says of it."""
    found = get_sold(reading(), number)
    return page(
        "order.html",
        place="sales",
        found=found,
        scale_note=used_words(found.scale, found.weighed_at),
        complaint=find_complaint(reading(), number, signed_in(), days.now()),
        method_word=method_word,
        account_word=account_word,
        journal_word=journal_word,
    )
