"""Refusals as RFC 9457 problem documents."""

from __future__ import annotations

from flask import Request, Response, jsonify
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from ovop.kernel.errors import Refused


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
    response = problem(error.status, error.problem, error.problem.replace("-", " ").capitalize(), **facts)
    if isinstance(retry_after := facts.get("retry_after"), int):
        response.headers["Retry-After"] = str(retry_after)
    return response


def from_http(error: HTTPException) -> Response:
    """The document for what the framework itself refuses, its headers kept."""
    status = error.code or 500
    name = HTTP_STATUS_CODES.get(status, "error").lower().replace(" ", "-")
    response = problem(status, name, error.name)
    for header, value in error.get_headers():
        if header.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[header] = value
    return response


def unexpected() -> Response:
    """The document for a failure of ours."""
    return problem(500, "internal", "Internal failure")
