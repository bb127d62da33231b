"""Villages' stories for tests, each made by the operations that the market itself uses."""

from __future__ import annotations

from datetime import date
from itertools import count

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.stock.flows import StoredPhoto
from ovop.stories import operations, people, photos, queries
from ovop.stories.rows import Draft
from ovop.stories.rules import Consent, NewPerson, Way, read_words
from tests.make.accounts import TENGKURAK

AGREED = Consent("Bu Sari", date(2026, 1, 4), Way.PAPER)
_keys = count()


def draft(village: str = TENGKURAK) -> Draft:
    """The draft as it stands."""
    db.session.rollback()
    return queries.get_draft(db.session(), village)


def write_words(clerk: Actor, text: str, title: str = "", village: str = TENGKURAK) -> None:
    """The draft has that text."""
    write(operations.save_words, read_words(title, text), draft(village).text_version, clerk, days.now())


def publish(clerk: Actor, village: str = TENGKURAK) -> bool:
    """The public sees the draft."""
    return write(operations.publish, draft(village).version, clerk, days.now())


def told(clerk: Actor, text: str = "Dari tambak ke sate.", title: str = "", village: str = TENGKURAK) -> None:
    """A story of that text is published."""
    write_words(clerk, text, title, village)
    publish(clerk, village)


def person(
    clerk: Actor, name: str = "Bu Sari", consent: Consent | None = AGREED, photo: StoredPhoto | None = None, **more: str
) -> int:
    """Somebody in the draft; the row's id."""
    new = NewPerson(name, more.get("role", "Pengolah sate"), more.get("words", "Dibakar tiap pagi."), consent)
    return write(people.add_person, new, photo, clerk, days.now())


def photo(clerk: Actor, alt: str = "Perahu di muara", key: str = "") -> int:
    """A photo in the draft whose files are nowhere; its id."""
    stored = StoredPhoto(key or f"story/test{next(_keys)}", 1280, 960)
    return write(photos.add_photo, stored, alt, clerk, days.now())


def lived(clerk: Actor) -> None:
    """A story is published with somebody in it, after somebody else took their consent back."""
    gone = person(clerk, "Bu Ani")
    person(clerk)
    told(clerk)
    write(people.withdraw_consent, gone, clerk, days.now())
