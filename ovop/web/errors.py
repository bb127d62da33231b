"""Refusals and failures as pages; the API words its own (ovop.api.v1.problems)."""

from __future__ import annotations

import logging

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, PendingRollbackError, TimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError

from ovop.api.v1 import problems
from ovop.db.session import is_outage
from ovop.kernel.errors import Refused, Unavailable
from ovop.web import refusals
from ovop.web.access import forget_who_asks

log = logging.getLogger(__name__)

#: Statuses with a page of their own; others share the nearest of these.
_PAGES = (400, 403, 404, 409, 413, 429, 500, 503)


def register(app: Flask) -> None:
    """Every way to fail ends in an answer made for whoever asked: a page or a problem document."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(TimeoutError, _no_connection)
    app.register_error_handler(PendingRollbackError, _no_connection)  # it broke earlier in this request
    app.register_error_handler(Exception, _unexpected)


def page(status: int, message: str | None = None, *, retry_after: int | None = None) -> Response:
    """The error page for `status`, with the sentence that says what happened where there is one."""
    if status >= 500:
        forget_who_asks()  # what has failed may be what says who is signed in
    template = status if status in _PAGES else 409 if status == 422 else 500 if status >= 500 else 400
    response = make_response(render_template(f"errors/{template}.html", message=message, area="plain"), status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _refused(error: Refused) -> Response:
    if problems.is_for_api(request):
        return problems.from_refusal(error)
    retry_after = error.facts.get("retry_after")
    return page(
        error.status, refusals.sentence(error), retry_after=retry_after if isinstance(retry_after, int) else None
    )


def _csrf(_error: CSRFError) -> Response:
    return page(400, refusals.STALE_FORM())


def _http(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, DBAPIError):
        return _database(error.original_exception)  # it was away while another error was being worded
    if error.code is not None and error.code < 400:
        return make_response(error.get_response())
    if problems.is_for_api(request):
        return problems.from_http(error)
    return page(error.code or 500)


def _database(error: DBAPIError) -> Response:
    if not is_outage(error):
        return _unexpected(error)
    log.error("database away", exc_info=error)
    return _refused(Unavailable(retry_after=5))


def _no_connection(error: TimeoutError) -> Response:
    log.error("no free database connection", exc_info=error)
    return _refused(Unavailable(retry_after=5))


def _unexpected(error: Exception) -> Response:
    log.error("unexpected failure", exc_info=error)
    if problems.is_for_api(request):
        return problems.unexpected()
    return page(500)
