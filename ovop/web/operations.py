"""What whoever keeps the market running asks it: does it live, is it ready, what does it do; and the request log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ovop.accounts.models import Role
from ovop.accounts.queries import account_by_token
from ovop.db import db
from ovop.kernel import days
from ovop.kernel.errors import NotFound, Refused
from ovop.ordering.queries import count_orders_by_status
from ovop.outside import media, outbox_queries
from ovop.web.metrics import Metrics, exposition

log = logging.getLogger("ovop.requests")
blueprint = Blueprint("operations", __name__)

_EXTENSION = "ovop.metrics"
#: Where in the environment stands which page answered.
ENDPOINT = "ovop.endpoint"
#: Asked every few seconds by machines; a line for each would bury the others.
_QUIET = {"operations.healthz", "operations.readyz", "operations.metrics"}
_FORWARDED = ("X-Forwarded-For", "Forwarded", "Via")


def register(app: Flask) -> None:
    """Adds the operator's pages to `app`, and a line of log and a count for each request."""
    app.extensions[_EXTENSION] = Metrics()
    app.before_request(_begin)
    app.after_request(_end)
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return _plain("ok\n")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Database, queue and storage answer; 503 names the one that does not."""
    parts = {
        "database": _works(lambda: db.session.execute(text("SELECT 1"))),
        "queue": _works(lambda: outbox_queries.depth(db.session(), days.now())),
        "storage": _works(lambda: media.storage().check()),
    }
    answer = jsonify({name: "ok" if works else "away" for name, works in parts.items()})
    answer.headers["Cache-Control"] = "no-store"
    return answer, 200 if all(parts.values()) else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus text: this process's requests, the outbox, orders by status.  Raises: NotFound for strangers."""
    if not (_is_from_this_machine() or _has_administrators_token()):
        raise NotFound
    session, now = db.session(), days.now()
    depth = outbox_queries.depth(session, now)
    waited = (now - depth.oldest_due_at).total_seconds() if depth.oldest_due_at else 0.0
    gauges: Iterable[tuple[str, str, dict[str, float]]] = (
        ("ovop_outbox_jobs", "state", {"due": depth.due, "later": depth.later, "dead": depth.dead}),
        ("ovop_outbox_oldest_due_seconds", "", {"": waited}),
        ("ovop_orders", "status", {**count_orders_by_status(session)}),
    )
    return _plain(exposition(_metrics(), gauges), "text/plain; version=0.0.4; charset=utf-8")


def record(app: Flask, endpoint: str, method: str, status: int, seconds: float, request_id: str) -> None:
    """Counts the request and logs it: which page, not which address, so that no name or code gets into the log."""
    counted: Metrics = app.extensions[_EXTENSION]
    counted.observe(endpoint, method, status, seconds)
    if endpoint not in _QUIET:
        log.info(
            "request",
            extra={
                "request": request_id,
                "method": method,
                "endpoint": endpoint,
                "status": status,
                "ms": round(seconds * 1000, 1),
            },
        )


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    endpoint = request.environ[ENDPOINT] = request.endpoint or "-"
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    record(app, endpoint, request.method, response.status_code, seconds, g.get("request_id", "-"))
    return response


def _metrics() -> Metrics:
    found: Metrics = current_app.extensions[_EXTENSION]
    return found


def _works(question: Callable[[], object]) -> bool:
    try:
        question()
    except (SQLAlchemyError, Refused, OSError) as error:
        log.error("not ready", extra={"error": type(error).__name__})
        return False
    return True


def _is_from_this_machine() -> bool:
    """Whether the asker is here itself, not somebody whose request a proxy on this machine passed on."""
    is_forwarded = any(name in request.headers for name in _FORWARDED)
    return request.remote_addr in ("127.0.0.1", "::1") and not is_forwarded


def _has_administrators_token() -> bool:
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        return False
    actor = account_by_token(db.session(), authorization.token)
    return actor is not None and actor.role is Role.ADMIN


def _plain(body: str, content_type: str = "text/plain; charset=utf-8") -> Response:
    answer = Response(body, content_type=content_type)
    answer.headers["Cache-Control"] = "no-store"
    return answer
