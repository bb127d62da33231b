"""Papers of a dossier on their way in and out: read from a form, handed out as downloads and never as pages."""

from __future__ import annotations

from datetime import datetime

from flask import Response, request

from ovop.kernel.errors import Invalid
from ovop.outside.media import storage
from ovop.programme.papers import CONTENT_TYPES, KeptPaper, keep_paper
from ovop.programme.rows import PaperRow
from ovop.sales.exports import file_name


def keep_sent_paper(now: datetime, field: str = "paper") -> KeptPaper:
    """The file of the form's field is stored.  Raises: Invalid, Unavailable."""
    file = request.files.get(field)
    if file is None or not file.filename:
        raise Invalid({field: "required"})
    return keep_paper(file.read(), now)


def send_paper(paper: PaperRow) -> Response:
    """The paper as a download, kept by nobody on the way.  Raises: NotFound, Unavailable."""
    answer = Response(storage().get(paper.key), content_type=CONTENT_TYPES[paper.ending])
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper_name(paper)}"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def paper_name(paper: PaperRow) -> str:
    """Such as ``halal-12-salinan-sertifikat.pdf``: in plain letters whatever the title holds."""
    return file_name(paper.kind, paper.id, paper.title, ending=paper.ending)
