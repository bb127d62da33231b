"""For administrators: what waits to be told to the outside, and what was given up."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering.flows import CLOSE_SLOT_JOB
from ovop.ordering.post import LETTER_JOB
from ovop.ordering.settling import SETTLE_JOB
from ovop.outside import mail, queue
from ovop.outside.outbox_queries import depth, list_dead, list_pending
from ovop.recall.operations import RECALL_JOB, RECALL_LETTER_JOB
from ovop.stock.photos import CLEAR_PHOTO_JOB, FINISH_PHOTO_JOB
from ovop.web.access import requires
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page

_KINDS: dict[str, Callable[[], str]] = {
    mail.KIND: lambda: _("E-mail"),
    LETTER_JOB: lambda: _("Kabar tentang pesanan"),
    SETTLE_JOB: lambda: _("Uang kartu"),
    CLOSE_SLOT_JOB: lambda: _("Jadwal yang ditutup"),
    RECALL_JOB: lambda: _("Lot yang ditarik"),
    RECALL_LETTER_JOB: lambda: _("Kabar tentang lot yang ditarik"),
    FINISH_PHOTO_JOB: lambda: _("Foto yang dikecilkan"),
    CLEAR_PHOTO_JOB: lambda: _("Foto yang dihapus"),
}


@blueprint.get("/kotak-keluar")
@requires(Role.ADMIN)
def outbox() -> Response:
    """Jobs that were given up, and those that wait."""
    session = db.session()
    return page(
        "outbox.html",
        place="villages",
        depth=depth(session, days.now()),
        dead=list_dead(session),
        pending=list_pending(session),
        kind_word=kind_word,
    )


@blueprint.post("/kotak-keluar/<int:job_id>/ulang")
@requires(Role.ADMIN)
def revive_job(job_id: int) -> ResponseReturnValue:
    """The job is tried again from the start; pressed twice it is tried once."""
    if write(queue.revive, job_id, days.now()):
        flash(_("Pekerjaan itu dicoba lagi sekarang."), "good")
    return redirect(url_for("office.outbox"))


def kind_word(kind: str) -> str:
    """What a job is about; one of another kind as the queue names it."""
    return _KINDS[kind]() if kind in _KINDS else kind
