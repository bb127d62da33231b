"""The village's story at work: written, looked at as the public will see it, published, and who changed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.discovery.queries import find_catches
from ovop.discovery.rules import CatchFilter
from ovop.discovery.villages import get_village
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.stock.flows import StoredPhoto
from ovop.stories.drafting import village_of
from ovop.stories.errors import StoryChanged
from ovop.stories.operations import publish, save_words
from ovop.stories.queries import get_draft, list_events
from ovop.stories.rules import LONGEST_ALT, LONGEST_TEXT, LONGEST_TITLE, MOST_PEOPLE, MOST_PHOTOS, read_words
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.arriving_photos import photo_words
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.story_pictures import seal
from ovop.web.language import gettext as _
from ovop.web.photos import Picture, picture_of
from ovop.web.refusals import field_errors, sentence
from ovop.web.shop.share import village_address
from ovop.web.shop.villages import LOTS, journey, surroundings

#: Entries of the history on one page.
_EVENTS = 30


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that came back: what was typed, by field, a photo that had arrived, and what is wrong."""

    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    photo: StoredPhoto | None = None
    was_changed: bool = False


@blueprint.get("/cerita")
@requires(Role.COOPERATIVE)
def story() -> ResponseReturnValue:
    """The draft of the village's story."""
    return story_page(Tried())


@blueprint.post("/cerita")
@requires(Role.COOPERATIVE)
def save_story() -> ResponseReturnValue:
    """The draft has the title and text as typed; when a colleague was faster, both are shown."""
    actor, _cooperative_id = clerk()
    typed = {name: request.form.get(name, "") for name in ("title", "text")}
    try:
        words = read_words(typed["title"], typed["text"])
        write(save_words, words, _number("text_version"), actor, days.now())
    except Invalid as error:
        return story_page(Tried(typed, field_errors(error)), 422)
    except StoryChanged as error:
        return story_page(Tried(typed, was_changed=True), error.status)
    flash(_("Tersimpan di draf."), "good")
    return redirect(url_for("cooperative.story"))


@blueprint.get("/cerita/pratinjau")
@requires(Role.COOPERATIVE)
def story_preview() -> ResponseReturnValue:
    """The village's page as it will be when the draft is published."""
    actor, _cooperative_id = clerk()
    session, now = db.session(), days.now()
    code = village_of(session, actor)
    draft = get_draft(session, code)
    detail = replace(get_village(session, code, now), story=draft.as_story)
    lots = find_catches(session, CatchFilter(village=code, in_stock=True, per_page=LOTS), now)
    return page(
        "story_preview.html",
        draft=draft,
        detail=detail,
        village=detail.village,
        total=lots.total,
        on_sale=tuple(lot for lot in lots.items if lot.landed_at <= now),
        coming=tuple(lot for lot in lots.items if lot.landed_at > now),
        around=surroundings(detail),
        journey=tuple(journey(detail)),
        address=village_address(code),
        unseen=[person.row.name for person in draft.people if not person.has_consent],
        may_publish=actor.is_manager,
    )


@blueprint.post("/cerita/terbit")
@requires(Role.COOPERATIVE)
def publish_story() -> ResponseReturnValue:
    """The public sees the draft, if it is the one that was looked at."""
    actor, _cooperative_id = clerk()
    try:
        write(publish, _number("version"), actor, days.now())
    except (Invalid, StoryChanged) as error:
        words = _("Belum ada isinya. Tulis dulu ceritanya.") if isinstance(error, Invalid) else sentence(error)
        return story_page(Tried(errors={"publish": words}), error.status)
    flash(_("Terbit. Semua orang melihatnya mulai sekarang."), "good")
    return redirect(url_for("cooperative.story"))


@blueprint.get("/cerita/riwayat")
@requires(Role.COOPERATIVE)
def story_history() -> ResponseReturnValue:
    """Who changed what of the village's story, newest first."""
    actor, _cooperative_id = clerk()
    before = read_id(request.args.get("before"))
    events = list_events(db.session(), village_of(db.session(), actor), before=before, limit=_EVENTS + 1)
    return page("story_history.html", events=events[:_EVENTS], has_more=len(events) > _EVENTS, place="profile")


def story_page(tried: Tried, status: int = 200) -> ResponseReturnValue:
    """The draft, with whatever came back of one of its forms."""
    actor, _cooperative_id = clerk()
    code = village_of(db.session(), actor)
    draft = get_draft(db.session(), code)
    return page(
        "story.html",
        status,
        draft=draft,
        typed={"title": draft.title, "text": draft.text, **tried.typed},
        errors=tried.errors,
        was_changed=tried.was_changed,
        kept_photos=_kept(tried.photo),
        photo_words=photo_words(),
        address=village_address(code),
        may_publish=actor.is_manager,
        longest={"title": LONGEST_TITLE, "text": LONGEST_TEXT, "alt": LONGEST_ALT},
        most_photos=MOST_PHOTOS,
        most_people=MOST_PEOPLE,
        place="profile",
    )


def _kept(photo: StoredPhoto | None) -> Sequence[tuple[str, Picture]]:
    return [(seal(photo, clerk()[0]), picture_of(photo))] if photo else ()


def _number(name: str) -> int:
    """The version that a form was made from; one that there never is for what is no number."""
    typed = request.form.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
