"""How somebody is told: what they follow, by which ways, and in which browsers."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.queries import get_details
from ovop.db import db, write
from ovop.follow.queries import follows_of
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.notices.operations import choose, forget_device, keep_device
from ovop.notices.queries import choices_of, devices_of
from ovop.notices.rules import Choices
from ovop.outside.webpush import Subscription, public_key
from ovop.web.access import requires, signed_in
from ovop.web.account.area import blueprint, private
from ovop.web.browsers import browser_name
from ovop.web.language import gettext as _
from ovop.web.news_letters import target_name
from ovop.web.throttle import limiter

#: Where a session keeps which of the account's browsers it runs in.
DEVICE = "push_device"


@blueprint.get("/akun/kabar")
@requires(Role.BUYER)
def news() -> ResponseReturnValue:
    """What the buyer follows, how they want to be told, and in which browsers."""
    account_id, rows = signed_in().id, db.session()
    page = render_template(
        "account/news.html",
        account=get_details(rows, account_id),
        follows=[(row, target_name(row.target)) for row in follows_of(rows, account_id)],
        choices=choices_of(rows, account_id),
        devices=devices_of(rows, account_id),
        this_device=this_device(),
        push_key=public_key(),
    )
    return private(page)


@blueprint.post("/akun/kabar/pilihan")
@requires(Role.BUYER)
def choose_news() -> ResponseReturnValue:
    """What was ticked holds from now on."""
    chosen = Choices(*(name in request.form for name in ("news_by_mail", "orders_by_push", "news_by_push")))
    write(choose, signed_in().id, chosen, days.now())
    flash(_("Tersimpan."), "good")
    return redirect(url_for("account.news"))


@blueprint.post("/akun/kabar/perangkat")
@requires(Role.BUYER)
@limiter.limit("60 per hour")
def add_device() -> ResponseReturnValue:
    """Messages come to this browser too; its script asks, after its owner allowed it.  Safe to repeat."""
    form = request.form
    wanted = Subscription(
        form.get("endpoint", "")[:2000], form.get("p256dh", "")[:120].rstrip("="), form.get("auth", "")[:40].rstrip("=")
    )
    try:
        device_id = write(keep_device, signed_in(), wanted, browser_name(request.user_agent.string), days.now())
    except Invalid as error:
        return jsonify(errors=error.errors), error.status
    session[DEVICE] = device_id
    return Response(status=204)


@blueprint.post("/akun/kabar/perangkat/<id:device_id>/hapus")
@requires(Role.BUYER)
def remove_device(device_id: int) -> ResponseReturnValue:
    """That browser gets no more messages."""
    write(forget_device, device_id, signed_in().id)
    if this_device() == device_id:
        session.pop(DEVICE)
    flash(_("Perangkat itu tidak dikabari lagi."), "good")
    return redirect(url_for("account.news"))


def this_device() -> int | None:
    """Which of the account's browsers this is, where messages were allowed in it."""
    found: int | None = session.get(DEVICE)
    return found


def forget_this_device(account_id: int) -> None:
    """Whoever signs out here is not told here any more."""
    device_id = this_device()
    if device_id is not None:
        write(forget_device, device_id, account_id)
