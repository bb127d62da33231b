"""For administrators: what waits to be told to the outside, and what was given up."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.outside import queue
from ovop.outside.outbox_queries import depth, list_dead, list_pending
from ovop.web.access import requires
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page


@blueprint.get("/kotak-keluar")
@requires(Role.ADMIN)
def outbox() -> Response:
    """Jobs that were given up, and those that wait."""
    session = db.session()
    return page(
        "outbox.html",
        place="account",
        depth=depth(session, days.now()),
        dead=list_dead(session),
        pending=list_pending(session),
    )


@blueprint.post("/kotak-keluar/<int:job_id>/ulang")
@requires(Role.ADMIN)
def revive_job(job_id: int) -> ResponseReturnValue:
    """The job is tried again from the start; pressed twice it is tried once."""
    if write(queue.revive, job_id, days.now()):
        flash(_("Pekerjaan itu dicoba lagi sekarang."), "good")
    return redirect(url_for("office.outbox"))
