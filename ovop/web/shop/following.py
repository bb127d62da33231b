"""Following something from a page about it, and ending that from a letter."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.rules import require_role
from ovop.catalogue.queries import find_species
from ovop.db import db, write
from ovop.follow.operations import end_follow, end_letters, follow
from ovop.follow.queries import paces_of
from ovop.follow.rules import FollowKind, Pace
from ovop.follow.targets import Target, get_target, targets_of, targets_of_product
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.web.access import current_actor, requires, signed_in
from ovop.web.account.area import private
from ovop.web.follow_tokens import Ending, read_token
from ovop.web.language import gettext as _
from ovop.web.news_letters import target_name
from ovop.web.refusals import field_errors
from ovop.web.security import csrf
from ovop.web.shop.area import blueprint
from ovop.web.throttle import limiter

#: Species that a search which found nothing offers to follow.
MOST_OFFERED = 8


@blueprint.get("/ikuti")
@limiter.limit("120 per minute")
def follow_find() -> ResponseReturnValue:
    """Species of the name that was searched for, whether or not anybody sells them now, each to be followed."""
    typed = request.args.get("q", "")[:80].strip()
    found = find_species(db.session(), typed)[:MOST_OFFERED] if typed else []
    return private(render_template("shop/follow_find.html", typed=typed, found=found))


@blueprint.get("/ikuti/<kind>/<id>")
def follow_start(kind: str, id: str) -> ResponseReturnValue:
    """What following means here, and the choice of how soon to be told."""
    return _start_page(get_target(db.session(), kind, id), {})


@blueprint.post("/ikuti/<kind>/<id>")
def follow_save(kind: str, id: str) -> ResponseReturnValue:
    """It is followed; a stranger signs in first and comes back to the choice that they made."""
    target, pace = get_target(db.session(), kind, id), request.form.get("pace", "")
    if current_actor() is None:
        back = url_for("shop.follow_start", kind=target.kind, id=target.key, pace=pace if pace in tuple(Pace) else None)
        return redirect(url_for("account.sign_in", next=back))
    try:
        write(follow, kind, id, pace, require_role(current_actor(), Role.BUYER), days.now())
    except Invalid as error:
        return _start_page(target, field_errors(error), error.status)
    flash(_("Kamu mengikuti %(name)s.", name=target_name(target)), "good")
    return redirect(url_for("account.news"))


@blueprint.post("/ikuti/<kind>/<id>/berhenti")
@requires(Role.BUYER)
def follow_end(kind: str, id: str) -> ResponseReturnValue:
    """It is followed no more."""
    target = get_target(db.session(), kind, id)
    write(end_follow, target.kind, target.key, signed_in().id)
    flash(_("Kamu tidak mengikuti %(name)s lagi.", name=target_name(target)), "good")
    return redirect(url_for("account.news"))


@blueprint.get("/berhenti-kabar/<token>")
@limiter.limit("60 per minute")
def unsubscribe(token: str) -> ResponseReturnValue:
    """What the address ends, and the button that does: mail programs open addresses by themselves."""
    return _unsubscribe_page(token, read_token(token), is_done=False)


@blueprint.post("/berhenti-kabar/<token>")
@limiter.limit("60 per minute")
def unsubscribe_now(token: str) -> ResponseReturnValue:
    """It is ended, by whoever holds the letter: a person at the page or their mail program (RFC 8058)."""
    ending = read_token(token)
    if ending.kind is None:
        write(end_letters, ending.account_id, days.now())
    else:
        write(end_follow, ending.kind, ending.key, ending.account_id)
    return _unsubscribe_page(token, ending, is_done=True)


# The letter's own token is the proof; a mail program has no form to take another from.
csrf.exempt(unsubscribe_now)


def _start_page(target: Target, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    others = _others(target)
    paces = paces_of(db.session(), actor.id, [target, *others]) if actor is not None else {}
    now = paces.get((target.kind, target.key))
    typed = request.values.get("pace") or now or Pace.DAILY
    page = render_template(
        "shop/follow.html",
        target=target,
        name=target_name(target),
        now=now,
        pace=typed,
        others=[(other, target_name(other), (other.kind, other.key) in paces) for other in others],
        is_stranger=actor is None,
        may_follow=actor is None or actor.role is Role.BUYER,
        errors=errors,
    )
    return private(page, status)


def _others(target: Target) -> list[Target]:
    """What somebody who looks at a product may want to follow as well, or instead."""
    if target.kind is not FollowKind.PRODUCT:
        return []
    return [other for other in targets_of_product(db.session(), int(target.key)) if other.kind is not target.kind]


def _unsubscribe_page(token: str, ending: Ending, *, is_done: bool) -> ResponseReturnValue:
    name = None
    if ending.kind is not None:
        target = targets_of(db.session(), [(ending.kind, ending.key)]).get((ending.kind, ending.key))
        name = target_name(target) if target else ""
    return private(render_template("shop/unsubscribe.html", token=token, name=name, is_done=is_done))
