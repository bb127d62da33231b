"""The co-operative's own QRIS: shown, found in a photo or in text, confirmed, and only then taken into use."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from ovop.accounts.models import Role
from ovop.accounts.queries import get_cooperative
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.ordering.dues import count_qris_due
from ovop.payment.merchant import changes_of, code_in_photo, find_merchant, set_code
from ovop.payment.qris import MerchantCode, accept_merchant_code
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.language import gettext as _
from ovop.web.qr import qr_svg
from ovop.web.refusals import field_errors


@blueprint.get("/qris")
@requires(Role.COOPERATIVE)
def merchant_code() -> ResponseReturnValue:
    """Whom the code in use pays, what was in use before, and how to set another."""
    return _page({})


@blueprint.post("/qris/periksa")
@requires(Role.COOPERATIVE)
def check_code() -> ResponseReturnValue:
    """What was sent is shown back for confirmation; nothing is kept yet."""
    photo = request.files.get("photo")
    try:
        found = _in_photo(photo) if photo else accept_merchant_code(request.form.get("payload", ""), field="payload")
    except Invalid as error:
        return _page(field_errors(error), 422)
    return page(
        "qris_confirm.html",
        found=found,
        drawing=qr_svg(found.payload),
        before=_merchant(),
        place="profile",
    )


@blueprint.post("/qris/pakai")
@requires(Role.COOPERATIVE)
def use_code() -> ResponseReturnValue:
    """The code that was confirmed is in use; sent twice it is one change."""
    actor, _cooperative_id = clerk()
    try:
        confirmed = accept_merchant_code(request.form.get("payload", ""), field="payload")
        write(set_code, confirmed.payload, actor, days.now())
    except Invalid as error:
        return _page(field_errors(error), 422)
    flash(_("QRIS dipakai mulai sekarang."), "good")
    return redirect(url_for("cooperative.merchant_code"))


@blueprint.post("/qris/lepas")
@requires(Role.COOPERATIVE)
def take_code_away() -> ResponseReturnValue:
    """The co-operative is paid by QRIS no more."""
    actor, _cooperative_id = clerk()
    write(set_code, None, actor, days.now())
    flash(_("QRIS dilepas. Pembeli tidak bisa memilihnya lagi."), "good")
    return redirect(url_for("cooperative.merchant_code"))


def _in_photo(photo: FileStorage) -> MerchantCode:
    return code_in_photo(photo.read())


def _merchant() -> MerchantCode | None:
    _actor, cooperative_id = clerk()
    return find_merchant(get_cooperative(db.session(), cooperative_id).qris_payload)


def _page(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    merchant = _merchant()
    return page(
        "qris.html",
        status,
        merchant=merchant,
        drawing=qr_svg(merchant.payload) if merchant else None,
        changes=changes_of(db.session(), cooperative_id),
        open_orders=count_qris_due(db.session(), cooperative_id) if merchant else 0,
        may_change=actor.is_manager,
        typed=request.form,
        errors=errors,
        place="profile",
    )
