"""Refusals as RFC 9457 problem documents."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Request, Response, jsonify
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from ovop.kernel.errors import Invalid, Refused

#: What a kind of problem means, in words that stay the same; others are worded from their name.
TITLES = {
    "already-proposed": "A flagship is proposed already and waits for its decision",
    "cash-not-allowed": "Cash is not possible for this checkout",
    "capacity-below-bookings": "A slot has more orders than the new capacity",
    "forbidden": "Not for this account",
    "idempotency-key": "The Idempotency-Key header is missing or cannot be used",
    "invalid": "The request cannot be used as it is",
    "key-reused": "This Idempotency-Key was sent with another request before",
    "locked": "Too many wrong codes; the order is locked for a while",
    "not-found": "No such thing, or none that you may see",
    "recalled": "The catch was called back for food safety",
    "not-on-sale": "The catch is not on sale any more",
    "nothing-weighed": "Nothing was weighed; cancel the order instead",
    "not-set-up": "This market does not pay by that provider",
    "notice-refused": "This is no notice of the provider's for this market",
    "out-of-stock": "Less is available than was asked for",
    "over-maximum": "More was weighed than may ever be charged",
    "payment-not-allowed": "This way to pay is not possible here",
    "slot-full": "No place is left in the slot",
    "slot-unsuitable": "Slot and catch do not fit",
    "too-early": "The slot has not ended yet",
    "unavailable": "The market is busy; try the same request again",
    "wrong-code": "The pickup code is another",
    "wrong-status": "The order's status does not allow this",
}

#: What a reason code says of a field.
REASONS = {
    "before-landing": "must lie after landed_at",
    "before-start": "lies before the start",
    "does-not-fit": "does not fit the rest",
    "in-the-past": "lies in the past",
    "missing": "lacks one for a co-operative among the lines",
    "not-a-day": "must be a day such as 2026-01-31",
    "not-a-list": "must be a list",
    "not-a-number": "must be a number",
    "not-a-photo": "is no picture that can be read",
    "not-a-place": "must be a place in degrees",
    "not-a-time": "must be a time such as 2026-01-31T06:30:00+07:00",
    "not-an-object": "must be an object",
    "not-needed": "names a co-operative that is not among the lines",
    "not-text": "must be text without control characters",
    "not-true-or-false": "must be true or false",
    "not-whole": "must be a whole number",
    "overlapping": "overlap",
    "photo-broken": "is a picture that cannot be read whole",
    "photo-heic": "is HEIC; send JPEG",
    "photo-too-large": "is larger than 15 MB",
    "photo-too-many-pixels": "has too many pixels",
    "photo-too-small": "is too small, or too narrow",
    "repeated": "may come only once",
    "required": "is required",
    "shorter-than-slot": "are shorter than one slot",
    "too-large": "is too large",
    "too-long": "is too long",
    "too-many": "has too many entries",
    "too-many-rows": "makes too many rows",
    "too-small": "is too small",
    "too-wide": "lies too far from the start",
    "unknown": "is not known",
    "unknown-field": "is nothing that this call takes",
}


def is_for_api(request: Request) -> bool:
    """Whether `request` is answered in JSON: the API's paths and the provider's webhooks."""
    return request.path.startswith(("/api/", "/webhooks/"))


def problem(status: int, name: str, title: str, **facts: object) -> Response:
    """A problem document; `name` is the stable tail of its type."""
    response = jsonify({"type": f"urn:ovop:problem:{name}", "title": title, "status": status, **facts})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def from_refusal(error: Refused) -> Response:
    """The document for a refusal, its facts as members."""
    facts = {name: value for name, value in error.facts.items() if name not in ("type", "title", "status")}
    if isinstance(error, Invalid) and error.errors:
        facts["detail"] = sentence_of(error.errors)
    title = TITLES.get(error.problem) or error.problem.replace("-", " ").capitalize()
    response = problem(error.status, error.problem, title, **facts)
    if isinstance(retry_after := facts.get("retry_after"), int):
        response.headers["Retry-After"] = str(retry_after)
    return response


def sentence_of(errors: Mapping[str, str]) -> str:
    """What is wrong, field by field."""
    return "; ".join(f"{field} {REASONS.get(code) or 'is wrong: ' + code}" for field, code in errors.items()) + "."


def from_http(error: HTTPException) -> Response:
    """The document for what the framework itself refuses, its headers kept."""
    status = error.code or 500
    name = HTTP_STATUS_CODES.get(status, "error").lower().replace(" ", "-")
    response = problem(status, name, error.name, **({"detail": error.description} if error.description else {}))
    for header, value in error.get_headers():
        if header.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[header] = value
    return response


def unauthorized(detail: str, *, error: str | None = None) -> Response:
    """The document for a call without an account behind it.  error: RFC 6750's word for what is wrong."""
    response = problem(401, "unauthorized", "Who calls is not known", detail=detail)
    response.headers["WWW-Authenticate"] = 'Bearer realm="ovop"' + (f', error="{error}"' if error else "")
    return response


def unexpected() -> Response:
    """The document for a failure of ours."""
    return problem(500, "internal", "Internal failure")
