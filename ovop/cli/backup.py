"""Backup and restore: the whole market, database and photos, as one file.

A zip archive: ``market.json`` says what it holds, ``database…`` is the database's own copy, ``media/…`` are the photos.
The instance's secret key and settings are not in it, nor are mails already sent.
"""

from __future__ import annotations

import json
import os
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import click
from flask import current_app
from flask.cli import with_appcontext

from ovop.accounts.queries import is_empty_market
from ovop.cli.setup import bring_up
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import NotFound
from ovop.outside import media

if TYPE_CHECKING:
    from alembic.config import Config

    from ovop.db.copies import Contents

_FORMAT = 1
_ABOUT = "market.json"
_MEDIA = "media/"


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened backup."""

    zip: ZipFile
    contents: Contents
    taken_at: str

    def photos(self) -> list[str]:
        """Keys of the photos in it."""
        return [name.removeprefix(_MEDIA) for name in self.zip.namelist() if name.startswith(_MEDIA)]


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Writes database and photos as of one moment to FILE; the market may go on meanwhile.

    FILE appears when it is complete, and replaces one of the same name then.  It holds personal data.
    """
    from ovop.db.copies import save  # noqa: PLC0415 - brings PostgreSQL's driver and the migrations, which pages never need

    with (
        _appearing_when_complete(file) as unfinished,
        ZipFile(unfinished, "w", ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        storage = media.storage()
        # Photos first and the new ones once more afterwards: one that goes meanwhile is still named by the database.
        before = set(_copy_photos(storage, archive, set()))
        contents = save(db.engine, archive, file.resolve().parent)
        photos = len(before) + len(list(_copy_photos(storage, archive, before)))
        about = {"format": _FORMAT, "taken_at": days.now().isoformat(), "contents": contents.as_json()}
        archive.writestr(_ABOUT, json.dumps(about, indent=1))
    click.echo(f"{file}: {contents.kind}, schema {contents.revision}, {photos} picture files, {_size(file)}")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Also when this market has accounts or co-operatives: they are gone then.")
@with_appcontext
def restore(file: Path, force: bool) -> None:
    """Makes this market what FILE holds, on the same kind of database.  Stop the market before.

    The database changes in one transaction: a restore that fails leaves the market as it was.
    """
    from ovop.db.copies import CopyRefused, load  # noqa: PLC0415 - see `backup`

    with _opened(file) as archive:
        bring_up()
        if not force and not is_empty_market(db.session()):
            raise click.ClickException("this market has accounts or co-operatives; --force replaces them")
        db.session.remove()
        try:
            storage = media.storage()
            photos = archive.photos()
            for key in photos:
                storage.put(key, archive.zip.read(_MEDIA + key), media.content_type_of(key))
            load(db.engine, archive.zip, archive.contents, _migrations(), current_app.config["OVOP"].instance_path)
        except CopyRefused as refusal:
            raise click.ClickException(str(refusal)) from None
        bring_up()
        for key in set(storage.list_keys()) - set(photos):
            storage.delete(key)
    click.echo(f"This market is what it was at {archive.taken_at}, with {len(photos)} picture files.")


def _copy_photos(storage: media.Media, archive: ZipFile, known: set[str]) -> Iterator[str]:
    """Puts what is not `known` into the archive as it is: photos do not get smaller.  Yields their keys."""
    for key in storage.list_keys():
        if key in known:
            continue
        try:
            archive.writestr(ZipInfo(_MEDIA + key), storage.get(key), ZIP_STORED)
        except NotFound:
            continue  # removed since it was listed
        yield key


@contextmanager
def _appearing_when_complete(file: Path) -> Iterator[Path]:
    """A file beside `file`, readable by its owner alone, that takes its name when the block ends well."""
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise click.ClickException(f"cannot write to {file.parent}: {error.strerror}") from None
    try:
        yield unfinished
        with unfinished.open("rb") as whole:
            os.fsync(whole.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def _opened(file: Path) -> Iterator[Archive]:
    """The backup in `file`, whole.  Raises: ClickException when it is none, damaged, or of a newer format."""
    try:
        packed = ZipFile(file)
    except BadZipFile:
        raise click.ClickException(f"{file} is no backup of a market, or not the whole of one") from None
    with packed:
        yield _read(file, packed)


def _read(file: Path, packed: ZipFile) -> Archive:
    from ovop.db.copies import Contents  # noqa: PLC0415 - see `backup`

    try:
        about: dict[str, Any] = json.loads(packed.read(_ABOUT))
        if about["format"] != _FORMAT:
            raise click.ClickException(f"{file} has format {about['format']}, which a newer release made")
        if (damaged := packed.testzip()) is not None:
            raise click.ClickException(f"{file} is damaged at {damaged}")
        return Archive(packed, Contents(**about["contents"]), about["taken_at"])
    except (BadZipFile, zlib.error, KeyError, ValueError, TypeError, OSError):
        raise click.ClickException(f"{file} is no backup of a market, or damaged") from None


def _migrations() -> Config:
    config: Config = current_app.extensions["migrate"].migrate.get_config()
    return config


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1_000_000:.1f} MB"


COMMANDS: list[click.Command] = [backup, restore]
