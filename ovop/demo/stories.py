"""The demo's stories of villages: in our own words from published sources; the people in them are invented and say so.

The sources are named in ``data/stories.toml``.  Villages of which no source tells anything stay without a story.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from ovop.accounts.rules import Actor
from ovop.demo.pictures import DemoPicture
from ovop.demo.stage import Stage
from ovop.kernel import days
from ovop.stock.flows import StoredPhoto
from ovop.stories.models import Story
from ovop.stories.operations import publish, save_words
from ovop.stories.people import add_person
from ovop.stories.photos import add_photo
from ovop.stories.rules import Consent, NewPerson, Way, Words, read_words

_FILE = Path(__file__).parent / "data" / "stories.toml"
#: Stands behind every name, so that nobody takes them for somebody.
_INVENTED = "(contoh)"


@dataclass(frozen=True, slots=True)
class StorySample:
    """A village's story; picture: one of the demo's, and what it shows."""

    village: str
    words: Words
    picture: str | None
    shows: str
    people: tuple[tuple[str, str, str], ...]


def load_stories() -> tuple[StorySample, ...]:
    """The stories as shipped."""
    with _FILE.open("rb") as file:
        return tuple(_story(entry) for entry in tomllib.load(file)["story"])


def tell_stories(session: Session, stage: Stage, pictures: dict[str, DemoPicture]) -> None:
    """Every village of the sample tells its story since a day after its co-operative came."""
    for story in load_stories():
        writer = next(placed for placed in stage.cooperatives if placed.sample.village == story.village)
        _tell(session, story, pictures, writer.clerk, days.at(writer.opened_on + timedelta(days=1), time(10)))


def _tell(session: Session, story: StorySample, pictures: dict[str, DemoPicture], clerk: Actor, at: datetime) -> None:
    save_words(session, story.words, 0, clerk, at)
    picture = pictures.get(story.picture or "")
    if picture is not None:
        photo = StoredPhoto(picture.key, picture.width, picture.height, picture.credit)
        add_photo(session, photo, story.shows, clerk, at)
    for name, role, words in story.people:
        consent = Consent(f"{name} {_INVENTED}", days.day_of(at), Way.PAPER)
        new = NewPerson(f"{name} {_INVENTED}", role, words, consent)
        add_person(session, new, None, clerk, at, Random(f"{story.village} {name}"))
    publish(session, session.get_one(Story, story.village).version, clerk, at)


def _story(entry: dict[str, Any]) -> StorySample:
    return StorySample(
        village=entry["village"],
        words=read_words(entry["title"], entry["text"]),
        picture=entry.get("picture"),
        shows=entry.get("shows", ""),
        people=tuple((person["name"], person["role"], person["words"]) for person in entry.get("person", ())),
    )
