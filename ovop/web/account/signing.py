"""Signing up, in and out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ovop.accounts import flows
from ovop.accounts.errors import WrongPassword
from ovop.accounts.models import Role
from ovop.accounts.names import DEMO_EMAILS, DEMO_PASSWORD
from ovop.accounts.queries import Credentials
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.web.access import current_actor
from ovop.web.account import session
from ovop.web.account.area import AREAS, blueprint, private, slow_for_all, slow_for_one, slow_for_place
from ovop.web.account.news import forget_this_device
from ovop.web.language import current_language
from ovop.web.language import gettext as _
from ovop.web.market import current_market
from ovop.web.places import home_url
from ovop.web.refusals import field_errors, sentence
from ovop.web.throttle import limiter


@blueprint.get("/masuk")
def sign_in() -> ResponseReturnValue:
    """The sign-in page; who is signed in already goes on."""
    actor = current_actor()
    if actor is not None:
        return redirect(_onwards(actor.role))
    return _sign_in_page({})


@blueprint.post("/masuk")
@slow_for_one
@slow_for_all
@slow_for_place
def enter() -> ResponseReturnValue:
    """Signed in and on the way to where they wanted to go, or the page again with what was wrong."""
    try:
        account = flows.sign_in(request.form.get("login", ""), request.form.get("password", ""))
    except Invalid as error:
        return _sign_in_page(field_errors(error), 422)
    except WrongPassword as error:
        return _sign_in_page({"password": sentence(error)}, error.status)
    return _welcome(account)


@blueprint.get("/daftar")
def sign_up() -> ResponseReturnValue:
    """The sign-up page."""
    actor = current_actor()
    if actor is not None:
        return redirect(_onwards(actor.role))
    return _sign_up_page({})


@blueprint.post("/daftar")
@limiter.limit("100 per hour", methods=["POST"])
@slow_for_one
@slow_for_all
def join() -> ResponseReturnValue:
    """A buyer's account exists and is signed in, or the page again with what was wrong."""
    form = request.form
    wanted = flows.SignUp(
        form.get("name", ""), form.get("login", ""), form.get("password", ""), language=current_language()
    )
    try:
        account = flows.sign_up(wanted, days.now())
    except Invalid as error:
        # A login that is taken counts as a wrong password: this page must not be a faster way to guess one.
        return _sign_up_page(field_errors(error), 403 if error.errors.get("login") == "taken" else 422)
    flash(_("Akunmu sudah jadi. Selamat belanja!"), "good")
    return _welcome(account)


@blueprint.post("/keluar")
def sign_out() -> ResponseReturnValue:
    """Nobody is signed in on this device, and nobody's news comes to it."""
    actor = current_actor()
    if actor is not None:
        forget_this_device(actor.id)
    session.end()
    flash(_("Kamu sudah keluar."))
    return redirect(home_url("shop"))


def _welcome(account: Credentials) -> ResponseReturnValue:
    session.begin(account)
    return redirect(_onwards(account.actor.role))


def _onwards(role: Role) -> str:
    """Where they wanted to go, when that is a page of ours, else where their work begins."""
    wanted = request.values.get("next")
    return wanted if wanted is not None and session.is_local(wanted) else home_url(AREAS[role])


def _sign_in_page(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    demo = DEMO_EMAILS if current_market().is_demo else {}
    page = render_template(
        "account/sign_in.html",
        errors=errors,
        typed=request.form,
        next=_next(),
        demo_accounts=demo,
        demo_password=DEMO_PASSWORD,
    )
    return private(page, status)


def _sign_up_page(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    return private(render_template("account/sign_up.html", errors=errors, typed=request.form, next=_next()), status)


def _next() -> str | None:
    wanted = request.values.get("next")
    return wanted if session.is_local(wanted) else None
