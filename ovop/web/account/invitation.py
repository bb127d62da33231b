"""The link by which somebody becomes a co-operative's member."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.errors import InvitationOver, OpenOrders
from ovop.accounts.models import Role
from ovop.accounts.team import read_invitation
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.departures import join_cooperative
from ovop.web.access import current_actor, requires, signed_in
from ovop.web.account.area import blueprint, private
from ovop.web.language import gettext as _
from ovop.web.refusals import sentence
from ovop.web.throttle import limiter


@blueprint.get("/undangan/<token>")
@limiter.limit("60 per hour")
def invitation(token: str) -> ResponseReturnValue:
    """What the link offers, and how to take it: with an account, or with a new one."""
    return _page(token)


@blueprint.post("/undangan/<token>")
@requires(Role.BUYER)
@limiter.limit("60 per hour")
def accept(token: str) -> ResponseReturnValue:
    """The account works for the co-operative from now on; pressed twice, it is there already."""
    try:
        offer = write(join_cooperative, token, signed_in(), days.now())
    except OpenOrders as error:
        return _page(token, sentence(error), error.status)
    except InvitationOver as error:
        return _page(token, status=error.status)
    flash(_("Selamat datang di %(name)s.", name=offer.cooperative_name), "good")
    return redirect(url_for("cooperative.today"))


def _page(token: str, error: str | None = None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    try:
        offer = read_invitation(db.session(), token, days.now())
    except InvitationOver as over:
        offer, status = None, over.status
    page = render_template(
        "account/invitation.html",
        offer=offer,
        token=token,
        error=error,
        is_buyer=actor is not None and actor.role is Role.BUYER,
        is_member=actor is not None and actor.role is Role.COOPERATIVE,
        is_stranger=actor is None,
    )
    return private(page, status)
