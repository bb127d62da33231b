"""The account page: one's details, password, data, and the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts import flows
from ovop.accounts.errors import OpenOrders, WrongPassword
from ovop.accounts.models import Role
from ovop.accounts.operations import change_details, sign_out_everywhere
from ovop.accounts.queries import get_details
from ovop.complaints.own_data import complaints_about
from ovop.complaints.queries import get_pending
from ovop.db import db, write
from ovop.follow.own_data import follows_about
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.notices.operations import forget_other_devices
from ovop.notices.own_data import notices_about
from ovop.ordering import departures
from ovop.ordering.own_data import own_data
from ovop.ordering.slot_changes import slot_changes_about
from ovop.recall.own_data import recalls_about
from ovop.reviews.own_data import reviews_about
from ovop.web.access import requires, signed_in
from ovop.web.account import session
from ovop.web.account.area import AREAS, blueprint, private, slow_for_all, slow_for_one
from ovop.web.account.news import this_device
from ovop.web.language import PREFIXES, site_root
from ovop.web.language import gettext as _
from ovop.web.places import home_url
from ovop.web.refusals import field_errors, sentence


@blueprint.get("/akun")
@requires()
def home() -> ResponseReturnValue:
    """The account as its owner sees it."""
    return _home_page({})


@blueprint.post("/akun/data-diri")
@requires()
def change_own_details() -> ResponseReturnValue:
    """The new name and language hold; the page comes back in that language."""
    actor = signed_in()
    language = request.form.get("language", "")
    try:
        write(change_details, actor.id, name=request.form.get("name", ""), language=language)
    except Invalid as error:
        return _home_page(field_errors(error), 422)
    flash(_("Tersimpan."), "good")
    return redirect(f"{site_root()}{PREFIXES.get(language, '')}/akun")


@blueprint.post("/akun/kata-sandi")
@requires()
@slow_for_one
@slow_for_all
def change_own_password() -> ResponseReturnValue:
    """The new password holds; this browser stays signed in, every other one does not."""
    actor = signed_in()
    try:
        stamp = flows.replace_password(
            actor.id, request.form.get("old_password", ""), request.form.get("new_password", "")
        )
    except Invalid as error:
        return _home_page(field_errors(error), 422)
    except WrongPassword:
        return _home_page({"old_password": _("Kata sandi yang sekarang tidak cocok.")}, WrongPassword.status)
    session.renew(stamp)
    write(forget_other_devices, actor.id, this_device())
    flash(_("Kata sandimu sudah diganti. Perangkat lain sudah dikeluarkan."), "good")
    return redirect(url_for("account.home"))


@blueprint.post("/akun/keluar-semua")
@requires()
def sign_out_others() -> ResponseReturnValue:
    """Every other browser is signed out."""
    actor = signed_in()
    session.renew(write(sign_out_everywhere, actor.id))
    write(forget_other_devices, actor.id, this_device())
    flash(_("Perangkat lain sudah dikeluarkan."), "good")
    return redirect(url_for("account.home"))


@blueprint.get("/akun/data.json")
@requires(Role.BUYER)
def download() -> ResponseReturnValue:
    """All that is kept about the buyer, as one file, written while it is sent."""
    actor = signed_in()
    told = {"following": follows_about(db.session(), actor.id), "notices": notices_about(db.session(), actor.id)}
    pieces = own_data(actor, days.now(), _what_followed, told)
    response = Response(stream_with_context(pieces), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="pasar-ikan-serang.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/akun/hapus")
@requires(Role.BUYER)
def leave() -> ResponseReturnValue:
    """What goes and what stays when the account is deleted, and the question whether to."""
    return _leave_page({})


@blueprint.post("/akun/hapus")
@requires(Role.BUYER)
@slow_for_one
@slow_for_all
def delete_own_account() -> ResponseReturnValue:
    """The account is gone, and so is the person from their orders."""
    actor = signed_in()
    try:
        flows.confirm_password(actor.id, request.form.get("password", ""))
        write(departures.leave, actor, days.now())
    except WrongPassword as error:
        return _leave_page({"password": _("Kata sandi itu tidak cocok.")}, error.status)
    except OpenOrders as error:
        return _leave_page({"orders": sentence(error)}, error.status)
    session.end()
    flash(_("Akunmu sudah dihapus. Terima kasih sudah belanja."), "good")
    return redirect(home_url("shop"))


def _what_followed(numbers: Sequence[str]) -> Mapping[str, Mapping[str, object]]:
    """What is kept beside the orders: complaints with addresses of their photos, recalls, reviews, changes of slot."""

    def photo_url(number: str, photo_id: int) -> str:
        return url_for("shop.complaint_photo", number=number, photo_id=photo_id, _external=True)

    recalls = recalls_about(db.session(), numbers)
    complaints = complaints_about(db.session(), numbers, photo_url)
    reviews, moves = reviews_about(db.session(), numbers), slot_changes_about(db.session(), numbers)
    return {
        number: {**facts, "recalls": recalls[number], "reviews": reviews[number], "slot_changes": moves[number]}
        for number, facts in complaints.items()
    }


def _home_page(errors: dict[str, str], status: int = 200) -> Response:
    actor = signed_in()
    page = render_template(
        "account/home.html",
        area=AREAS[actor.role],
        account=get_details(db.session(), actor.id),
        errors=errors,
        typed=request.form,
    )
    return private(page, status)


def _leave_page(errors: dict[str, str], status: int = 200) -> Response:
    pending = get_pending(db.session(), signed_in())
    return private(render_template("account/leave.html", errors=errors, pending=pending), status)
