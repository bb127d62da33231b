"""What a village's story may hold, and who must have agreed to what of it.  Pure.

A story is plain text: what looks like markup is shown as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ovop.kernel.errors import Invalid

LONGEST_TITLE, LONGEST_TEXT, MOST_PARAGRAPHS = 80, 3_000, 20
#: Of a photo's words for those who do not see it, of a person's parts, of the office's reason.
LONGEST_ALT, LONGEST_NAME, LONGEST_ROLE, LONGEST_WORDS, LONGEST_REASON = 160, 60, 60, 280, 300
#: More would make the page too heavy for the phones that it is read on.
MOST_PHOTOS, MOST_PEOPLE = 6, 8


class Change(StrEnum):
    """What somebody did to a story."""

    TEXT = "text"
    PHOTO_ADDED = "photo-added"
    PHOTO_CHANGED = "photo-changed"
    PHOTO_REMOVED = "photo-removed"
    PERSON_ADDED = "person-added"
    PERSON_CHANGED = "person-changed"
    PERSON_REMOVED = "person-removed"
    CONSENT_NOTED = "consent-noted"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    ARRANGED = "arranged"
    PUBLISHED = "published"
    HIDDEN = "hidden"
    SHOWN = "shown"


class Way(StrEnum):
    """How consent was given."""

    PAPER = "paper"
    SPOKEN = "spoken"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Words:
    """A story's title and text, its paragraphs a blank line apart."""

    title: str
    text: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text, paragraph by paragraph."""
        return tuple(self.text.split("\n\n")) if self.text else ()


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed that a person is shown (themselves, or for a child a parent), when, and how."""

    by: str
    on: date
    way: Way


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be told of; without consent they stay unseen."""

    name: str
    role: str
    words: str
    consent: Consent | None


@dataclass(frozen=True, slots=True)
class PersonTyped:
    """The form about a person as it was typed; `agreed`: whether consent is said to have been given."""

    name: str
    role: str
    words: str
    agreed: bool
    consent_by: str
    consent_on: date | None
    consent_way: str


def read_words(title: str, text: str) -> Words:
    """What was typed as a title and paragraphs: every line that holds anything is one.  Raises: Invalid."""
    errors: dict[str, str] = {}
    title = _gathered(errors, "title", lambda: read_line(title, LONGEST_TITLE, field="title"))
    paragraphs = [line for line in (_clean(line) for line in text.splitlines()) if line]
    whole = "\n\n".join(paragraphs)
    if len(whole) > LONGEST_TEXT:
        errors["text"] = "too-long"
    elif len(paragraphs) > MOST_PARAGRAPHS:
        errors["text"] = "too-many-paragraphs"
    if errors:
        raise Invalid(errors)
    return Words(title, whole)


def read_line(typed: str, longest: int, *, field: str, required: bool = False) -> str:
    """What was typed, on one line.  Raises: Invalid."""
    line = _clean(typed)
    if required and not line:
        raise Invalid({field: "required"})
    if len(line) > longest:
        raise Invalid({field: "too-long"})
    return line


def read_person(typed: PersonTyped, today: date) -> NewPerson:
    """The person whom a form is about.  Raises: Invalid with all that is wrong."""
    errors: dict[str, str] = {}
    name = _gathered(errors, "name", lambda: read_line(typed.name, LONGEST_NAME, field="name", required=True))
    role = _gathered(errors, "role", lambda: read_line(typed.role, LONGEST_ROLE, field="role"))
    words = _gathered(errors, "words", lambda: read_line(typed.words, LONGEST_WORDS, field="words"))
    consent = None
    if typed.agreed:
        by = _gathered(
            errors, "consent_by", lambda: read_line(typed.consent_by, LONGEST_NAME, field="consent_by", required=True)
        )
        if typed.consent_on is None:
            errors["consent_on"] = "required"
        elif typed.consent_on > today:
            errors["consent_on"] = "in-the-future"
        if typed.consent_way not in {way.value for way in Way}:
            errors["consent_way"] = "required"
        if not errors and typed.consent_on is not None:
            consent = Consent(by, typed.consent_on, Way(typed.consent_way))
    if errors:
        raise Invalid(errors)
    return NewPerson(name, role, words, consent)


def names_any(text: str, names: set[str]) -> bool:
    """Whether `text` names one of these people, as whole words, however written."""
    folded = _folded(text)
    return any(re.search(rf"(?<!\w){re.escape(_folded(name))}(?!\w)", folded) for name in names if name)


def without_names(words: Words, names: set[str]) -> Words:
    """`words` without the paragraphs that name one of these people, and without a title that does."""
    kept = [paragraph for paragraph in words.paragraphs if not names_any(paragraph, names)]
    return Words("" if names_any(words.title, names) else words.title, "\n\n".join(kept))


def _gathered(errors: dict[str, str], field: str, read: Callable[[], str]) -> str:
    try:
        return read()
    except Invalid as error:
        errors[field] = error.errors[field]
        return ""


def _clean(typed: str) -> str:
    """One line with single blanks, without signs that nobody sees: they could turn the writing of a page around."""
    seen = "".join(
        sign if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " " if sign.isspace() else ""
        for sign in unicodedata.normalize("NFC", typed)
    )
    return " ".join(seen.split())


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
