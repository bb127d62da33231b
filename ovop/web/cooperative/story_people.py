"""The people of the village's story: told of, shown with their consent, gone when they take it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.stock.flows import StoredPhoto
from ovop.stock.photo_rules import PhotoStep
from ovop.stories import people
from ovop.stories.drafting import village_of
from ovop.stories.flows import withdraw
from ovop.stories.queries import get_person
from ovop.stories.rows import DraftPerson
from ovop.stories.rules import LONGEST_NAME, LONGEST_ROLE, LONGEST_WORDS, NewPerson, PersonTyped, Way, read_person
from ovop.web.access import requires
from ovop.web.arriving_photos import photo_words
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.story_pictures import keep_for_script, read_picture, seal
from ovop.web.language import gettext as _
from ovop.web.portraits import send_portrait
from ovop.web.refusals import field_errors
from ovop.web.story_words import way_words
from ovop.web.typed import parse_day

_FIELDS = ("name", "role", "words", "agreed", "consent_by", "consent_on", "consent_way", "without_photo")


@blueprint.get("/cerita/orang/baru")
@requires(Role.COOPERATIVE)
def new_person() -> ResponseReturnValue:
    """The form for somebody of the village."""
    return _person_page(None, {"consent_on": days.today().isoformat()}, {})


@blueprint.post("/cerita/orang")
@requires(Role.COOPERATIVE)
def add_person() -> ResponseReturnValue:
    """The draft tells of one more person."""
    return _saved(None)


@blueprint.post("/cerita/orang/foto")
@requires(Role.COOPERATIVE)
def keep_person_photo() -> ResponseReturnValue:
    """For scripts: the photo is kept for a form that names it under the seal in the answer."""
    return keep_for_script(clerk()[0], days.now(), of_person=True)


@blueprint.get("/cerita/orang/<id:person_id>")
@requires(Role.COOPERATIVE)
def person(person_id: int) -> ResponseReturnValue:
    """Somebody of the draft, with who noted their consent."""
    found = _own(person_id)
    return _person_page(found, _typed(found), {})


@blueprint.post("/cerita/orang/<id:person_id>")
@requires(Role.COOPERATIVE)
def save_person(person_id: int) -> ResponseReturnValue:
    """The draft tells of the person as typed, or tells of them earlier or later."""
    found = _own(person_id)
    step = next((step for step in PhotoStep if step == request.form.get("to")), None)
    if step is not None:
        write(people.move_person, person_id, step, clerk()[0], days.now())
        return _back()
    return _saved(found)


@blueprint.post("/cerita/orang/<id:person_id>/hapus")
@requires(Role.COOPERATIVE)
def remove_person(person_id: int) -> ResponseReturnValue:
    """The draft tells of the person no more."""
    write(people.remove_person, person_id, clerk()[0], days.now())
    flash(_("Dilepas dari draf."), "good")
    return _back()


@blueprint.post("/cerita/orang/<id:person_id>/tarik")
@requires(Role.COOPERATIVE)
def withdraw_person(person_id: int) -> ResponseReturnValue:
    """The person took their consent back: nothing of them is left."""
    _own(person_id)
    withdraw(person_id, clerk()[0], days.now())
    flash(_("Sudah hilang dari semua halaman, beserta fotonya."), "good")
    return _back()


@blueprint.get("/cerita/orang/<id:person_id>/foto/<name>")
@requires(Role.COOPERATIVE)
def person_photo(person_id: int, name: str) -> Response:
    """A file of the person's picture, for those who work on the story."""
    return send_portrait(_own(person_id).row, name)


def _own(person_id: int) -> DraftPerson:
    """Somebody of the village's story.  Raises: NotFound."""
    return get_person(db.session(), village_of(db.session(), clerk()[0]), person_id)


def _saved(before: DraftPerson | None) -> ResponseReturnValue:
    actor, now = clerk()[0], days.now()
    village_of(db.session(), actor)
    db.session.rollback()  # reading photos takes its time, and no read should stay open for it
    typed = {name: request.form.get(name, "") for name in _FIELDS}
    photo, refused = read_picture(actor, now, of_person=True)
    errors = {"photo": refused} if refused else {}
    try:
        new = _read(typed)
        if not errors:
            _write(before, new, photo, keeps_photo=typed["without_photo"] != "1")
    except Invalid as error:
        errors |= field_errors(error)
    if errors:
        return _person_page(before, typed, errors, photo, 422)
    shown = _("Ada di draf.") if new.consent else _("Ada di draf, belum tampil: izinnya belum dicatat.")
    flash(shown, "good" if new.consent else "warning")
    return _back()


def _read(typed: Mapping[str, str]) -> NewPerson:
    """The person that the form is about.  Raises: Invalid with all that is wrong."""
    day, errors = None, dict[str, str]()
    agreed = typed["agreed"] == "1"
    if agreed:
        try:
            day = parse_day(typed["consent_on"])
        except Invalid as error:
            errors["consent_on"] = error.errors["day"]
            day = date.min
    try:
        new = read_person(
            PersonTyped(
                typed["name"], typed["role"], typed["words"], agreed, typed["consent_by"], day, typed["consent_way"]
            ),
            days.today(),
        )
    except Invalid as error:
        raise Invalid(error.errors | errors) from None
    if errors:
        raise Invalid(errors)
    return new


def _write(before: DraftPerson | None, new: NewPerson, photo: StoredPhoto | None, *, keeps_photo: bool) -> None:
    actor, now = clerk()[0], days.now()
    if before is None:
        write(people.add_person, new, photo, actor, now)
    else:
        write(people.change_person, before.row.id, new, photo, actor, now, keeps_photo=keeps_photo)


def _typed(found: DraftPerson) -> dict[str, str]:
    return {
        "name": found.row.name,
        "role": found.row.role,
        "words": found.row.words,
        "agreed": "1" if found.has_consent else "",
        "consent_by": found.consented_by,
        "consent_on": (found.consented_on or days.today()).isoformat(),
        "consent_way": found.consent_way,
    }


def _person_page(
    found: DraftPerson | None,
    typed: Mapping[str, str],
    errors: dict[str, str],
    photo: StoredPhoto | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return page(
        "story_person.html",
        status,
        person=found,
        typed=typed,
        errors=errors,
        kept=seal(photo, clerk()[0], of_person=True) if photo else "",
        photo_words=photo_words(),
        ways=[(way.value, way_words(way)) for way in Way],
        longest={"name": LONGEST_NAME, "role": LONGEST_ROLE, "words": LONGEST_WORDS},
        today=days.today(),
        place="profile",
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("cooperative.story", _anchor="orang"))
