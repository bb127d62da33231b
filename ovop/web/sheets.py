"""Sending a table as a file, in the way that the reader's spreadsheet program expects it."""

from __future__ import annotations

from flask import Response, send_file, stream_with_context

from ovop.sales.exports import Sheet, csv_chunks, file_name, xlsx_file
from ovop.web.language import current_language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sent_sheet(sheet: Sheet, ending: str, *name: object) -> Response:
    """The table as ``csv`` or ``xlsx``, by `ending`, kept by nobody on the way.  name: parts of the file's name."""
    called = file_name(*name, ending=ending)
    if ending == "xlsx":
        response = send_file(xlsx_file(sheet), mimetype=XLSX, as_attachment=True, download_name=called, max_age=0)
    else:
        # Excel splits at what the reader's regional settings say: a semicolon for Indonesian, a comma for English.
        chunks = csv_chunks(sheet, ";" if current_language() == "id" else ",")
        response = Response(stream_with_context(chunks), mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{called}"'
    response.headers["Cache-Control"] = "no-store"
    return response
