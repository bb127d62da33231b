"""What some days brought and whose it is: all members together, and each one's slip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, Refused
from ovop.sales.rules import Span, parse_span
from ovop.shares.operations import close_sharing, reopen_sharing
from ovop.shares.queries import get_fisher, list_sharings
from ovop.shares.rows import FisherShare, Statement
from ovop.shares.rules import check_period, has_ended
from ovop.shares.statements import get_statement
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.share_words import slip_of
from ovop.web.refusals import field_errors, sentence

#: A year's lots would be a long page; the files have them all.
MOST_LOTS = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """The days that the address names, else last week; what could not be read, and how it was typed."""

    span: Span
    errors: dict[str, str]
    typed: dict[str, str]


def presets(today: date) -> dict[str, Span]:
    """Days that are asked for most, by name: weeks begin on Monday."""
    monday, first = today - timedelta(days=today.weekday()), days.month_start(today)
    return {
        "last_week": Span(monday - timedelta(days=7), monday - timedelta(days=1)),
        "this_week": Span(monday, monday + timedelta(days=6)),
        "last_month": Span(days.previous_month_start(today), first - timedelta(days=1)),
        "this_month": Span(first, days.month_end(today)),
    }


def asked() -> Asked:
    """The days of this request; what cannot be read leaves last week to be looked at."""
    last_week = presets(days.today())["last_week"]
    typed = {end: request.values.get(end, "")[:40] for end in ("from", "to")}
    if not any(typed.values()):
        return Asked(last_week, {}, {})
    try:
        return Asked(named(), {}, {})
    except Invalid as error:
        return Asked(last_week, field_errors(error), typed)


def named() -> Span:
    """The days that this request names, for what nobody looks at before it is done.  Raises: Invalid."""
    span = parse_span(request.values.get("from"), request.values.get("to"))
    check_period(span.first, span.last)
    return span


def asked_exactly() -> Span:
    """As `asked`, for files: nobody looks into one to see that it is of other days.  Raises: Invalid."""
    wanted = asked()
    return named() if wanted.errors else wanted.span


@blueprint.get("/bagi-hasil")
@requires(Role.COOPERATIVE)
def shares() -> ResponseReturnValue:
    """Who is due what of these days."""
    return _page(asked())


@blueprint.get("/bagi-hasil/<id:fisher_id>")
@requires(Role.COOPERATIVE)
def share(fisher_id: int) -> ResponseReturnValue:
    """One fisher's slip of these days, to be handed over with the money."""
    span = asked().span
    found, own = share_of(fisher_id, span)
    return page(
        "share.html",
        fisher=own.fisher,
        nota=slip_of(found, own),
        links=[("PDF A5", url_for("cooperative.share_file", fisher_id=fisher_id, **address_of(span)))],
        overview=url_for("cooperative.shares", **address_of(span)),
        place="money",
    )


@blueprint.post("/bagi-hasil/tutup")
@requires(Role.COOPERATIVE)
def close_shares() -> ResponseReturnValue:
    """These days are shared out, and stay as they are; sent twice it is the same."""
    actor, _cooperative_id = clerk()
    try:
        span = named()
        write(close_sharing, span.first, span.last, actor, days.now())
    except Forbidden:
        raise
    except Refused as error:
        return _page(asked(), sentence(error), error.status)
    flash(_("Sudah ditandai dibagikan. Angkanya tidak berubah lagi."), "good")
    return redirect(url_for("cooperative.shares", **address_of(span)))


@blueprint.post("/bagi-hasil/<id:sharing_id>/buka")
@requires(Role.COOPERATIVE)
def reopen_shares(sharing_id: int) -> ResponseReturnValue:
    """The days are counted anew; sent twice it is the same."""
    actor, _cooperative_id = clerk()
    write(reopen_sharing, sharing_id, actor, days.now())
    flash(_("Dibuka lagi. Angkanya dihitung dari catatan yang sekarang."), "good")
    return redirect(url_for("cooperative.shares", **address_of(asked().span)))


def address_of(span: Span) -> dict[str, Any]:
    """The days as an address has them."""
    return {"from": span.first.isoformat(), "to": span.last.isoformat()}


def statement_of(span: Span) -> Statement:
    """The statement of the clerk's co-operative."""
    _actor, cooperative_id = clerk()
    return get_statement(db.session(), cooperative_id, span.first, span.last)


def share_of(fisher_id: int, span: Span) -> tuple[Statement, FisherShare]:
    """The statement and a fisher's share in it, which may be nothing.  Raises: NotFound."""
    actor, _cooperative_id = clerk()
    fisher = get_fisher(db.session(), fisher_id, actor)
    found = statement_of(span)
    nothing = FisherShare(fisher, (), 0, 0)
    return found, next((share for share in found.fishers if share.fisher.id == fisher_id), nothing)


def _page(wanted: Asked, refusal: str | None = None, status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    span, now = wanted.span, days.now()
    found = statement_of(span)
    return page(
        "shares.html",
        status,
        found=found,
        most_lots=MOST_LOTS,
        asked=wanted,
        refusal=refusal,
        presets={name: (days_of, address_of(days_of)) for name, days_of in presets(days.today()).items()},
        address=address_of(span),
        has_ended=has_ended(span.last, now),
        may_share=actor.is_manager,
        earlier=[(one, address_of(Span(one.first, one.last))) for one in list_sharings(db.session(), cooperative_id)],
        place="money",
    )
