"""Collecting what pages say, so that every sentence has its English."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ovop.settings import ROOT
from ovop.web.language import DEFAULT, LANGUAGES, TRANSLATIONS

#: Where sentences stand, and how they are read there.
_SOURCES = (("ovop", [("**.py", "python")]), ("templates", [("**", "jinja2")]))
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_OPTIONS = {"**": {"trimmed": "true", "silent": "false"}}


def collect(root: Path = ROOT) -> Catalog:
    """Every sentence of the code and the templates; where it stands is left out: files then differ by words alone."""
    catalog = Catalog(project="ovop-serang", charset="utf-8", fuzzy=False)
    for folder, methods in _SOURCES:
        for _path, _line, message, comments, context in extract_from_dir(
            str(root / folder), methods, _OPTIONS, _KEYWORDS, strip_comment_tags=True
        ):
            catalog.add(message, auto_comments=comments, context=context)
    return catalog


def update(language: str, directory: Path = TRANSLATIONS, root: Path = ROOT) -> Catalog:
    """The language's file holds exactly the sentences in use: known translations stay, unused ones go."""
    path = directory / language / "LC_MESSAGES" / "messages.po"
    known = _read(path, language)
    catalog = Catalog(locale=language, project="ovop-serang", charset="utf-8", fuzzy=False)
    for message in collect(root):
        if message.id:
            old = known.get(_first(message), message.context)
            same_kind = old is not None and isinstance(old.id, str) == isinstance(message.id, str)
            catalog.add(message.id, old.string if old and same_kind else None, context=message.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_written(catalog))
    return catalog


def missing(catalog: Catalog) -> Iterator[str]:
    """Sentences without a translation, by their Indonesian."""
    for message in catalog:
        if not message.id:
            continue
        parts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if not all(parts):
            yield _first(message)


def _first(message: Message) -> str:
    """The sentence by which a file knows a message: of two forms the singular."""
    return message.id if isinstance(message.id, str) else str(message.id[0])


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _written(catalog: Catalog) -> bytes:
    written = BytesIO()
    write_po(written, catalog, width=110, omit_header=True, sort_output=True, no_location=True)
    # A header that never changes by itself; without it the plural rule would be guessed.
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return header.encode() + written.getvalue()


@click.command("messages")
@click.option("--check", is_flag=True, help="Change nothing; fail when a sentence lacks its translation.")
def messages(check: bool) -> None:
    """Brings the translation files up to what the pages say and names what lacks a translation."""
    lacking = 0
    for language in LANGUAGES:
        if language == DEFAULT:
            continue
        catalog = _checked(language) if check else update(language)
        for sentence in missing(catalog):
            lacking += 1
            click.echo(f"{language}: {sentence}")
    if check and lacking:
        raise click.ClickException(f"{lacking} sentences lack a translation")


def _checked(language: str) -> Catalog:
    """The language's file as it is, with sentences in use that it does not hold at all."""
    catalog = _read(TRANSLATIONS / language / "LC_MESSAGES" / "messages.po", language)
    for message in collect():
        if message.id and not catalog.get(_first(message), message.context):
            catalog.add(message.id, context=message.context)
    return catalog


COMMANDS: list[click.Command] = [messages]
