"""The photos of the village's story: added with words, put in order, taken away."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.stock.photo_rules import PhotoStep
from ovop.stories import photos
from ovop.stories.drafting import village_of
from ovop.stories.rules import LONGEST_ALT, read_line
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk
from ovop.web.cooperative.story import Tried, story_page
from ovop.web.cooperative.story_pictures import keep_for_script, read_picture
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors, reason


@blueprint.post("/cerita/foto")
@requires(Role.COOPERATIVE)
def add_story_photo() -> ResponseReturnValue:
    """The draft has one more photo, with words for those who do not see it."""
    actor, _cooperative_id = clerk()
    village_of(db.session(), actor)
    db.session.rollback()  # reading photos takes its time, and no read should stay open for it
    alt, errors = request.form.get("alt", ""), dict[str, str]()
    photo, refused = read_picture(actor, days.now())
    if refused or photo is None:
        errors["photo"] = refused or reason("required")
    try:
        read_line(alt, LONGEST_ALT, field="alt", required=True)
        if photo is not None and not errors:
            write(photos.add_photo, photo, alt, actor, days.now())
    except Invalid as error:
        errors |= field_errors(error)
    if errors:
        return story_page(Tried({"alt": alt}, errors, photo), 422)
    flash(_("Foto ada di draf."), "good")
    return _back()


@blueprint.post("/cerita/foto/simpan")
@requires(Role.COOPERATIVE)
def keep_story_photo() -> ResponseReturnValue:
    """For scripts: the photo is kept for a form that names it under the seal in the answer."""
    return keep_for_script(clerk()[0], days.now())


@blueprint.post("/cerita/foto/<id:picture_id>")
@requires(Role.COOPERATIVE)
def change_story_photo(picture_id: int) -> ResponseReturnValue:
    """The photo has other words, or stands elsewhere."""
    actor, _cooperative_id = clerk()
    step = next((step for step in PhotoStep if step == request.form.get("to")), None)
    if step is not None:
        write(photos.move_photo, picture_id, step, actor, days.now())
        return _back()
    alt = request.form.get(f"alt_{picture_id}", "")
    try:
        write(photos.change_photo, picture_id, alt, actor, days.now())
    except Invalid as error:
        words = next(iter(field_errors(error).values()))
        return story_page(Tried({f"alt_{picture_id}": alt}, {f"alt_{picture_id}": words}), 422)
    flash(_("Tersimpan di draf."), "good")
    return _back()


@blueprint.post("/cerita/foto/<id:picture_id>/hapus")
@requires(Role.COOPERATIVE)
def remove_story_photo(picture_id: int) -> ResponseReturnValue:
    """The draft is without the photo."""
    write(photos.remove_photo, picture_id, clerk()[0], days.now())
    flash(_("Foto dilepas dari draf."), "good")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("cooperative.story", _anchor="foto"))
