"""What happened to a village's story, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from flask import Flask

from ovop.stories.rows import EventRow
from ovop.stories.rules import Change, Way
from ovop.web.language import gettext as _


def way_words(way: Way) -> str:
    """How consent was given."""
    match way:
        case Way.PAPER:
            return _("Tertulis")
        case Way.SPOKEN:
            return _("Lisan")
        case Way.MESSAGE:
            return _("Lewat pesan")
        case _:
            assert_never(way)


#: An entry of the history, by kind, from whom it was about and what else it says.
_CHANGES: dict[Change, Callable[[str, str], str]] = {
    Change.TEXT: lambda _who, _words: _("Mengubah teks"),
    Change.PHOTO_ADDED: lambda _who, words: _("Menambah foto: %(words)s", words=words),
    Change.PHOTO_CHANGED: lambda _who, words: _("Mengubah keterangan foto: %(words)s", words=words),
    Change.PHOTO_REMOVED: lambda _who, words: _("Melepas foto: %(words)s", words=words),
    Change.PERSON_ADDED: lambda who, _words: _("Menambah %(who)s", who=who),
    Change.PERSON_CHANGED: lambda who, _words: _("Mengubah %(who)s", who=who),
    Change.PERSON_REMOVED: lambda who, _words: _("Melepas %(who)s", who=who),
    Change.CONSENT_NOTED: lambda who, _words: _("Mencatat izin %(who)s", who=who),
    Change.CONSENT_WITHDRAWN: lambda _who, _words: _("Menghapus seseorang yang menarik izinnya"),
    Change.ARRANGED: lambda _who, _words: _("Mengubah urutan"),
    Change.PUBLISHED: lambda _who, _words: _("Menerbitkan"),
    Change.HIDDEN: lambda _who, words: _("Menyembunyikan: %(reason)s", reason=words),
    Change.SHOWN: lambda _who, _words: _("Menampilkan lagi"),
}


def story_change(event: EventRow) -> str:
    """An entry of the history, without who and when."""
    return _CHANGES[event.kind](event.person or _("orang yang sudah tidak ada di sini"), event.words)


def register(app: Flask) -> None:
    """Templates have the filter `story_change`."""
    app.jinja_env.filters["story_change"] = story_change
