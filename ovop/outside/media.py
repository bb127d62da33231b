"""Where photos live: a folder of the instance, or object storage; pages always get them from the market itself.

So a bucket needs no public policy and pages no second host, and whatever caches in front of the market caches photos.
A key never gets other content: what is replaced gets a new key, hence the caching for good.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask, Response, current_app

from ovop.kernel.errors import NotFound, Unavailable

_EXTENSION = "ovop_media"
#: Lower-case words with dots and dashes inside, between single slashes: nothing that could climb out of a folder.
_KEY = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
_LONGEST_KEY = 200
#: Files below this are for some people only: pages hand them out themselves, after asking who looks.
PRIVATE = "private/"
_FOR_GOOD = "public, max-age=31536000, immutable"
CONTENT_TYPES = {
    "avif": "image/avif",
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
}


class Media(Protocol):
    """Files by key, such as ``catch/01HX…/640.webp``.  Every method raises NotFound for what is no key."""

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """`data` is there whole, or the call failed.  Raises: Unavailable."""

    def get(self, key: str) -> bytes:
        """What is there.  Raises: NotFound, Unavailable."""

    def delete(self, key: str) -> None:
        """Nothing is there, whether or not something was.  Raises: Unavailable."""

    def url(self, key: str) -> str:
        """Where pages find it."""

    def list_keys(self) -> Iterator[str]:
        """Every key, in no particular order.  Raises: Unavailable."""

    def check(self) -> None:
        """Returns when the storage answers.  Raises: Unavailable."""


class Folder:
    """Media in a local folder; `content_type` follows from the key's ending."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, data: bytes, content_type: str) -> None:  # noqa: ARG002 - the ending tells it
        target = self.root / checked(key)
        unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())  # the row that names it may be committed next
            unfinished.replace(target)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise Unavailable(retry_after=60) from error

    def get(self, key: str) -> bytes:
        try:
            return (self.root / checked(key)).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound from None

    def delete(self, key: str) -> None:
        (self.root / checked(key)).unlink(missing_ok=True)

    def url(self, key: str) -> str:
        return media_path(key)

    def list_keys(self) -> Iterator[str]:
        for folder, _, names in os.walk(self.root):
            for name in names:
                key = (Path(folder) / name).relative_to(self.root).as_posix()
                if _KEY.fullmatch(key):  # leaves out what a cut connection left unfinished
                    yield key

    def check(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(retry_after=60) from error


def register(app: Flask) -> None:
    """Opens the storage that MEDIA_URL names and serves what is in it."""
    address = app.config["OVOP"].media_url
    app.extensions[_EXTENSION] = open_storage(address)
    app.add_url_rule("/media/<path:key>", "media", _serve)


def open_storage(address: str) -> Media:
    """The storage at `address`: ``file:///folder`` or ``s3://bucket/prefix``.  Raises: SettingError."""
    if address.startswith("s3:"):
        from ovop.outside.bucket import Bucket  # noqa: PLC0415 - a market without object storage need not load it

        return Bucket(address)
    return Folder(Path(unquote(urlsplit(address).path)))


def storage() -> Media:
    """The market's storage."""
    media: Media = current_app.extensions[_EXTENSION]
    return media


def checked(key: str) -> str:
    """`key` itself when it is one.  Raises: NotFound."""
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise NotFound
    return key


def content_type_of(key: str) -> str:
    """What a key's ending says it holds."""
    return CONTENT_TYPES.get(key.rpartition(".")[2], "application/octet-stream")


def media_path(key: str) -> str:
    """Where the market serves `key`."""
    return f"/media/{checked(key)}"


def _serve(key: str) -> Response:
    if key.startswith(PRIVATE):
        raise NotFound
    answer = Response(storage().get(key), content_type=content_type_of(key))
    answer.headers["Cache-Control"] = _FOR_GOOD
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    return answer
