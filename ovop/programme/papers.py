"""Papers that people send: told by content, made harmless, stored where only the market's own pages hand them out.

A picture is drawn anew, so that nothing a camera or anybody else wrote into it is left.  A PDF is evidence and kept as
it came, only ever handed out as a download; one that would run something is refused.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.db.session import db, write
from ovop.kernel.errors import Invalid
from ovop.kernel.ids import new_id
from ovop.outside.media import PRIVATE, storage
from ovop.outside.picture_reading import Unreadable, read_picture
from ovop.outside.queue import enqueue
from ovop.programme.models import Paper

CLEAR_PAPER_JOB = "clear-programme-paper"
LARGEST_BYTES = 5 * 1024 * 1024
#: How long a stored file may wait for the row that names it.
TIME_TO_USE = timedelta(days=1)
CONTENT_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg"}
_QUALITY = 88
#: Where viewers look for a PDF's head and end.
_HEAD, _END = 1024, 2048
#: Names of what runs by itself or hides a further file.
_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A stored file that no row names yet; size in bytes."""

    key: str
    ending: str
    size: int
    sha256: str


def read_paper(data: bytes, *, field: str = "paper") -> tuple[bytes, str]:
    """What to store of a file, and its ending: ``pdf``, or ``jpg`` for JPEG and PNG.  Raises: Invalid."""
    if not data:
        raise Invalid({field: "required"})
    if len(data) > LARGEST_BYTES:
        raise Invalid({field: "paper-too-large"})
    if b"%PDF-" in data[:_HEAD]:
        return _read_pdf(data, field), "pdf"
    if not data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise Invalid({field: "paper-unknown"})
    try:
        picture = read_picture(data)
    except Unreadable as error:
        raise Invalid({field: error.reason}) from None
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue(), "jpg"


def _read_pdf(data: bytes, field: str) -> bytes:
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-_END:]:
        raise Invalid({field: "paper-broken"})
    if any(name in data for name in _ACTIVE):
        raise Invalid({field: "paper-active"})
    return data


def keep_paper(data: bytes, now: datetime) -> KeptPaper:
    """The file is stored, and cleared away after TIME_TO_USE unless a row names it by then.

    Raises: Invalid, Unavailable.
    """
    kept, ending = read_paper(data)
    key = f"{PRIVATE}programme/{new_id(now).lower()}.{ending}"
    write(_clear_later, key, now)
    storage().put(key, kept, CONTENT_TYPES[ending])
    return KeptPaper(key, ending, len(kept), hashlib.sha256(kept).hexdigest())


def clear_paper(payload: Mapping[str, Any], _now: datetime) -> None:
    """Job: the file is gone, unless a row names it.  Safe to repeat.  Raises: Unavailable."""
    used = db.session.scalar(select(Paper.id).where(Paper.key == payload["key"]).limit(1))
    db.session.rollback()
    if used is None:
        storage().delete(payload["key"])


def _clear_later(session: Session, key: str, now: datetime) -> None:
    enqueue(session, CLEAR_PAPER_JOB, {"key": key}, now=now, run_at=now + TIME_TO_USE)
