"""Villages' stories as the office sees them: what is published, who changed what; hidden with a reason, shown again."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.discovery.villages import get_village
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.stories.flows import withdraw
from ovop.stories.operations import hide_story, show_story
from ovop.stories.queries import find_public_people, get_draft, get_person, list_events, list_stories
from ovop.stories.rules import LONGEST_REASON
from ovop.web.access import requires, signed_in
from ovop.web.addresses import read_id
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.refusals import field_errors

_EVENTS = 30


@blueprint.get("/cerita")
@requires(Role.OFFICE)
def stories() -> Response:
    """The published stories, the latest first."""
    number = min(read_id(request.args.get("page")) or 1, 1000)
    found, has_more = list_stories(db.session(), page=number)
    return page("stories.html", place="villages", stories=found, number=number, has_more=has_more)


@blueprint.get("/cerita/<code>")
@requires(Role.OFFICE)
def story(code: str) -> Response:
    """A published story with its history."""
    return _page(code, "", {})


@blueprint.post("/cerita/<code>/sembunyi")
@requires(Role.OFFICE)
def hide(code: str) -> ResponseReturnValue:
    """The story is off the village's page, and its co-operatives are told why."""
    reason = request.form.get("reason", "")
    try:
        write(hide_story, code, reason, signed_in(), days.now())
    except Invalid as error:
        return _page(code, reason, field_errors(error), 422)
    flash(_("Disembunyikan. Koperasinya dikabari, dengan alasanmu."), "good")
    return redirect(url_for("office.story", code=code))


@blueprint.post("/cerita/<code>/tampil")
@requires(Role.OFFICE)
def show(code: str) -> ResponseReturnValue:
    """The story is on the village's page again."""
    write(show_story, code, signed_in(), days.now())
    flash(_("Tampil lagi. Koperasinya dikabari."), "good")
    return redirect(url_for("office.story", code=code))


@blueprint.post("/cerita/<code>/orang/<id:person_id>/tarik")
@requires(Role.OFFICE)
def withdraw_person(code: str, person_id: int) -> ResponseReturnValue:
    """Somebody took their consent back with the office: nothing of them is left."""
    get_person(db.session(), code, person_id)
    withdraw(person_id, signed_in(), days.now())
    flash(_("Sudah hilang dari semua halaman, beserta fotonya."), "good")
    return redirect(url_for("office.story", code=code))


def _page(code: str, reason: str, errors: dict[str, str], status: int = 200) -> Response:
    session = db.session()
    detail, draft = get_village(session, code, days.now()), get_draft(session, code)
    if not draft.published_version:
        raise NotFound()
    before = read_id(request.args.get("before"))
    events = list_events(session, code, before=before, limit=_EVENTS + 1)
    response = page(
        "story.html",
        place="villages",
        village=detail.village,
        draft=draft,
        people=find_public_people(session, code),
        events=events[:_EVENTS],
        has_more=len(events) > _EVENTS,
        reason=reason,
        errors=errors,
        longest=LONGEST_REASON,
    )
    response.status_code = status
    return response
